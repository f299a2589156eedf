import multiprocessing
import re
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path

import pytest

from symgd.errors import PageError
from symgd.views import katex

ROOT = Path(__file__).parents[2]

FORMULAS = {
    "aligned": r"\begin{aligned} \frac{\partial L}{\partial w} &= \frac{2}{n}\sum_{i} r_i x_i \\ &= 0 \end{aligned}",
    "sum": r"\frac{1}{n} \sum_{i=1}^{n} \left(w x_i + b - y_i\right)^{2}",
    "cases": r"\begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}",
    "Korean": r"\text{손실 함수의 편미분: } \frac{\partial L}{\partial w}",
    "partials": r"\frac{\partial^{2} L}{\partial w \, \partial b}",
    "matrix": r"\begin{pmatrix} \hat{y}_1 \\ \hat{y}_2 \end{pmatrix} \in \mathbb{R}^{2}",
    "names": r"\operatorname{softplus}\left(\mathrm{bias\_of\_layer}\right) + \sigma(z)",
    "update": r"w \leftarrow w - \eta \, \frac{\partial L}{\partial w}",
}


class Page(HTMLParser):
    """The elements of a fragment, and its text outside and inside its MathML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.shown, self.mathml = "", ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.tags.add(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "math" in self.open:
            self.mathml += data
        else:
            self.shown += data


@pytest.mark.parametrize("latex", FORMULAS.values(), ids=FORMULAS)
@pytest.mark.parametrize("display", [True, False])
def test_a_formula_is_there_as_html_and_as_mathml(latex, display):
    html = katex.render(latex, display)
    page = Page(html)
    assert page.open == []
    assert page.tags >= {"span", "math", "semantics", "annotation"}
    assert page.shown.strip()
    assert page.mathml.endswith(latex)
    assert ('class="katex-display"' in html) is ('display="block"' in html) is display
    assert "katex-error" not in html


def test_korean_text_is_kept_in_both():
    page = Page(katex.render(r"\text{연쇄 법칙}"))
    assert "연쇄" in page.shown.replace("\xa0", " ")
    assert "연쇄" in page.mathml


def test_a_part_of_a_formula_can_be_marked():
    page = Page(katex.render(r"\htmlData{term=dL_dw}{\frac{a}{b}} + \htmlClass{kink}{c}"))
    assert ("data-term", "dL_dw") in page.attributes
    assert any(name == "class" and "kink" in str(value).split() for name, value in page.attributes)


@pytest.mark.parametrize(
    ("latex", "reason"),
    [
        (r"\frac{1}{\missing}", r"at character 10: Undefined control sequence: \missing"),
        (r"\frac{1}{2", "at character 11: "),
        (r"\begin{aligned} a &= b", "Expected "),
        ("한글", "at character 1: Unicode text character"),
        (r"\text{😀}", "Unrecognized Unicode character"),
        (r"\textbf{\textsf{\textit{a}}}", "Font metrics not found"),
        (r"\def\a{\a\a}\a", "Too many expansions"),
        (r"\href{javascript:alert(1)}{x}", r"\href is not allowed in a page"),
        (r"\includegraphics{https://example.org/x.png}", r"\includegraphics is not allowed"),
        (r"\htmlStyle{color: red}{x}", r"\htmlStyle is not allowed"),
        (r"\htmlData{a\"=x}{y}", "Invalid attribute name"),
    ],
)
def test_what_katex_refuses_is_an_error_that_names_the_formula(latex, reason):
    with pytest.raises(PageError) as caught:
        katex.render(latex)
    assert str(caught.value).startswith(f"KaTeX refuses the formula {latex}")
    assert reason in str(caught.value)
    assert katex.render("x")


def test_a_lone_surrogate_leaves_a_message_that_can_be_written():
    with pytest.raises(PageError, match="refuses") as caught:
        katex.render("\ud800")
    assert str(caught.value).encode()


@pytest.mark.parametrize("latex", ["{" * 3000 + "x" + "}" * 3000, r"\frac{" * 500 + "x" + "}{2}" * 500])
def test_a_formula_too_deep_is_refused_in_few_words(latex):
    with pytest.raises(PageError, match="too deeply") as caught:
        katex.render(latex)
    assert len(str(caught.value)) < 400
    assert katex.render("x")


def test_fifty_fractions_in_one_another_are_set():
    assert katex.render(r"\frac{" * 50 + "x" + "}{2}" * 50)


def test_a_formula_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(katex, "_SECONDS", 0.2)
    katex._typesetter.cache_clear()
    with pytest.raises(PageError, match=r"gave up the formula x\+.* for which it has 0.2 seconds"):
        katex.render("x+" * 20_000 + "1")
    assert katex.render(r"x^{\text{after}}")
    katex._typesetter.cache_clear()


@pytest.mark.parametrize(
    "text",
    [
        """'); globalThis.katex = null; ('""",
        """"}); globalThis.katex = null; ({\"""",
        "`${globalThis.katex = null}`",
        "</script><script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        r"\u0022\x22\n",
        "-->]]><!--",
        "quotes \" and ' and &amp;",
    ],
)
def test_text_is_data(text):
    written = re.sub(r"[\\{}$&#_%^~]", lambda special: rf"\char{ord(special[0])} ", text)
    page = Page(katex.render(rf"\text{{{written}}}"))
    assert page.tags.isdisjoint({"script", "img"})
    assert not any(name.startswith("on") for name, _ in page.attributes)
    assert page.mathml.endswith(rf"\text{{{written}}}")
    for latex in (text, rf"\text{{{text}}}"):
        with suppress(PageError):
            assert Page(katex.render(latex)).tags.isdisjoint({"script", "img"})
    assert katex.render(f"x_{len(text)}")


def test_a_macro_of_one_formula_is_unknown_to_the_next():
    assert katex.render(r"\gdef\own{1}\own")
    with pytest.raises(PageError, match="Undefined control sequence"):
        katex.render(r"\own + 1")


def test_threads_get_what_one_thread_gets():
    latex = [rf"\sum_{{i={k}}}^n x_i^{{{k}}}" for k in range(64)]
    katex.render.cache_clear()
    katex._typesetter.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(katex.render, latex))
    katex.render.cache_clear()
    assert together == [katex.render(each) for each in latex]
    assert katex._typesetter.cache_info().currsize == 1


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="the system does not fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_sets_formulas_too():
    here = katex.render("x + 1")
    katex.render.cache_clear()
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply_async(katex.render, ["x + 1"]).get(timeout=30) == here


def test_symgd_does_not_import_quickjs():
    code = "import sys, symgd, symgd.views.katex; sys.exit('quickjs' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_quickjs_the_error_tells_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "quickjs", None)
    with pytest.raises(PageError, match=r"pip install 'symgd\[pages\]'"):
        katex.render("a formula of its own")


def test_without_its_files_the_error_tells_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(katex, "ASSETS", tmp_path)
    katex._typesetter.cache_clear()
    with pytest.raises(PageError, match=r"katex\.min\.js is missing .*pip install .*'symgd\[pages\]'"):
        katex.render("another formula of its own")


def test_the_pinned_katex_is_in_place():
    pinned = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    hook = pinned["tool"]["hatch"]["build"]["hooks"]["custom"]
    assert katex.asset("SOURCE") == f"katex@{hook['katex']} {hook['integrity']}\n"
    assert f'version:"{hook["katex"]}"' in katex.asset("katex.min.js").replace(" ", "")
