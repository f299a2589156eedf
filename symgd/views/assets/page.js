// Hovering or focusing a term of a formula or a line of code lights up both; the button copies the code.
(() => {
  const light = (target, on) => {
    const page = target.closest(".sg-page");
    const term = target.closest("[data-term]");
    if (!page || !term) return;
    for (const lit of page.querySelectorAll(".sg-lit")) lit.classList.remove("sg-lit");
    if (!on) return;
    const name = CSS.escape(term.dataset.term);
    for (const same of page.querySelectorAll(`[data-term="${name}"]`)) same.classList.add("sg-lit");
  };
  const listen = (name, on) => document.addEventListener(name, (event) => {
    if (event.target instanceof Element) light(event.target, on);
  });
  listen("mouseover", true);
  listen("mouseout", false);
  listen("focusin", true);
  listen("focusout", false);
  document.addEventListener("click", async (event) => {
    const button = event.target instanceof Element && event.target.closest(".sg-copy");
    if (!button) return;
    const text = button.parentElement.querySelector("code").innerText;
    await navigator.clipboard.writeText(text);
    const label = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 1200);
  });
})();
