import base64
import re

import pytest

from symgd.errors import PageError
from symgd.views import katex
from symgd.views.katex import render
from symgd.views.katex_fonts import faces, fonts_used
from symgd.views.katex_style import page_css, site_files

MAIN, ITALIC = "Main-Regular", "Math-Italic"


# What Chromium loads for each.
@pytest.mark.parametrize(
    ("latex", "fonts"),
    [
        ("1 + 1", {MAIN}),
        (r"\frac{\partial L}{\partial w}", {MAIN, ITALIC}),
        (r"\frac{1}{n} \sum_{i=1}^{n} x_i", {MAIN, ITALIC, "Size2-Regular"}),
        (r"\textstyle \sum_i 1", {MAIN, ITALIC, "Size1-Regular"}),
        (r"\begin{cases} x & x > 0 \\ 0 \end{cases}", {MAIN, ITALIC, "Size4-Regular"}),
        (
            r"\left\Updownarrow\begin{matrix}1\\2\\3\\4\\5\\6\end{matrix}\right\rangle",
            {MAIN, "Size1-Regular", "Size4-Regular"},
        ),
        (r"\big( \Big( \bigg( \Bigg(", {MAIN, *(f"Size{size}-Regular" for size in range(1, 5))}),
        (r"\mathbf{W} \in \mathbb{R}", {MAIN, "Main-Bold", "AMS-Regular"}),
        (r"\boldsymbol{\theta} \mathcal{L}", {MAIN, "Math-BoldItalic", "Caligraphic-Regular"}),
        (r"\textbf{\textit{a}} \mathit{loss}", {MAIN, "Main-BoldItalic", "Main-Italic"}),
        (
            r"\textsf{a \textbf{b}} \mathsfit{c}",
            {MAIN, "SansSerif-Regular", "SansSerif-Bold", "SansSerif-Italic"},
        ),
        (
            r"\texttt{a} \mathscr{B} \mathfrak{c}",
            {MAIN, "Typewriter-Regular", "Script-Regular", "Fraktur-Regular"},
        ),
        (r"\text{손실 함수}", {MAIN}),
    ],
)
def test_the_fonts_of_a_formula(latex, fonts):
    used = fonts_used(render(latex))
    assert {name.removeprefix("KaTeX_") for name in used} == fonts


def test_the_page_around_formulas_has_no_part_in_it():
    formulas = render("1 + 1") + "<br><p>and<li>" + render(r"\mathbb{R}", display=False)
    page = (
        f'<!doctype html><meta charset="utf-8"><p class="mathfrak">a<p class="texttt">{formulas}<b>x</b></p>'
    )
    assert fonts_used(page) == ("KaTeX_AMS-Regular", "KaTeX_Main-Regular")
    assert fonts_used("<p class='mathbf'>no formula</p>") == ()


def test_a_page_carries_the_fonts_it_uses_unchanged_and_no_address():
    css = page_css(render(r"\sum_i x_i"))
    carried = re.findall(r"@font-face\{font-family:(\w+);.*?url\(data:font/woff2;base64,([^)]*)\)", css)
    assert [family for family, _ in carried] == ["KaTeX_Main", "KaTeX_Math", "KaTeX_Size2"]
    for (_, data), name in zip(carried, fonts_used(render(r"\sum_i x_i")), strict=True):
        assert base64.b64decode(data) == (katex.ASSETS / "fonts" / f"{name}.woff2").read_bytes()
    assert re.findall(r"url\((?!data:)", css) == []
    assert "//" not in re.sub(r"base64,[^)]*", "", css)
    assert css.count("@font-face") == 3
    assert ".katex .mathnormal{" in css
    assert "</" not in css


def test_a_site_serves_the_stylesheet_every_font_and_the_licences():
    served = {path.as_posix() for path in site_files()}
    fonts = {f"fonts/{name}.woff2" for name in faces()}
    assert len(fonts) == 20
    assert served == fonts | {"katex.min.css", "LICENSE", "fonts/OFL.txt"}


def test_the_licences_are_those_of_katex_and_of_its_fonts():
    licence = katex.asset("fonts/OFL.txt")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert all(str(look.family) in licence for look in faces().values())
    assert "The MIT License" in katex.asset("LICENSE")


def test_without_its_files_the_error_tells_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(katex, "ASSETS", tmp_path)
    with pytest.raises(PageError, match=r"katex\.min\.css is missing"):
        site_files()
