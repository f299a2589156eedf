"""Every page of symgd's site in a browser: as a reader meets it, in light and dark, on a desk and on a phone."""

import gzip
import re
from pathlib import Path

import pytest
from helpers.axe import COLOURS, RUN
from helpers.browser import Browser

# One browser looks at all pages, so these tests run in one process.
pytestmark = pytest.mark.xdist_group("site")

OVERFLOW = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Colours change at once with the scheme, not on their way from one to the other.
STILL = "document.head.insertAdjacentHTML('beforeend', '<style>* { transition: none !important }</style>')"
LARGEST_HTML, LARGEST_SCRIPT, LARGEST_SHIFT = 40_000, 5_000, 0.05


def pages(site: Path) -> list[str]:
    return [str(path.relative_to(site)) for path in sorted(site.rglob("*.html")) if path.name != "404.html"]


def test_the_languages_and_the_gallery_are_there(site: Path) -> None:
    assert {"index.html", "en/index.html", "ko/index.html"} <= set(pages(site))
    assert len(list(site.glob("en/gallery/*/*/index.html"))) > 50


def test_html_and_script_are_small(site: Path) -> None:
    sizes = {page: len(gzip.compress((site / page).read_bytes())) for page in pages(site)}
    assert {page: size for page, size in sizes.items() if size > LARGEST_HTML} == {}
    assert len(gzip.compress((site / "en/assets/symgd/page.js").read_bytes())) <= LARGEST_SCRIPT


def test_formulas_are_set_for_the_eye_and_for_the_ear(site: Path) -> None:
    for page in pages(site):
        html = (site / page).read_text(encoding="utf-8")
        assert html.count('class="katex-html"') == html.count('class="katex-mathml"') == html.count("<math")
        text = re.sub(r"<(pre|code|script|style|annotation)\b.*?</\1>|<[^>]+>", "", html, flags=re.DOTALL)
        assert "$$" not in text, page
        assert not re.search(r"\\[a-z]{2,}", text), page


def test_every_page_opens_well(site: Path, address: str, browser: Browser, axe_script: str) -> None:
    problems = [
        f"{page}: {problem}" for page in pages(site) for problem in look(browser, address, page, axe_script)
    ]
    assert not problems, "\n".join(problems)


def look(browser: Browser, address: str, page: str, axe_script: str) -> list[str]:
    """What is wrong with a page, loaded once: a width or a scheme that changes is what a reader's may do too."""
    browser.scheme("light")
    browser.width(1280)
    browser.open(address + page)
    problems = [f"console: {error}" for error in browser.errors()]
    problems += [f"asks for {url}" for url in browser.requests() if not url.startswith((address, "data:"))]
    shifted = browser.run("return window.shifted")
    problems += [f"shifts by {shifted}"] * (shifted > LARGEST_SHIFT)
    browser.run(axe_script)
    browser.run(STILL)
    for scheme, rules in (("light", None), ("dark", COLOURS)):
        browser.scheme(scheme)
        problems += [f"{scheme}: {found}" for found in browser.driver.execute_async_script(RUN, rules)]
    browser.width(375)
    overflow = browser.run(OVERFLOW)
    return problems + [f"on a phone {overflow} px too wide"] * (overflow > 0)


def test_a_term_and_its_line_of_code_light_up_together(address: str, browser: Browser) -> None:
    browser.width(1280)
    browser.open(f"{address}en/gallery/losses/mean-squared-error/")
    line = "return document.querySelector('.sg-line[data-term=\"residual\"]').classList.contains('sg-lit')"
    event = """document.querySelector('.katex [data-term="residual"]').dispatchEvent(
        new MouseEvent(arguments[0], {bubbles: true}))"""
    for name, lit in (("mouseover", True), ("mouseout", False)):
        browser.run(event, name)
        assert browser.run(line) is lit


def test_the_language_switch_keeps_the_place(address: str, browser: Browser) -> None:
    browser.open(f"{address}en/runs/r1/")
    links = "return [...document.querySelectorAll('a.md-select__link')].map((link) => link.href)"
    assert browser.run(links) == [f"{address}{language}/runs/r1/" for language in ("en", "ko")]


def test_the_first_address_leads_to_english(address: str, browser: Browser) -> None:
    browser.open(address)
    assert browser.driver.current_url == f"{address}en/"
