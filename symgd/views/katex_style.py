"""The stylesheet and the fonts of formulas.

A page of one file carries KaTeX's rules and, within itself, those fonts alone that its formulas use; the pages of a
site share the files that it links. The fonts stay as they are: their licence keeps their names for them unchanged.
"""

from __future__ import annotations

import base64
from pathlib import Path

from symgd.views.katex import ASSETS, asset
from symgd.views.katex_fonts import FACE, STYLESHEET, faces, fonts_used

_NOTICE = "/* KaTeX, (c) Khan Academy and other contributors, MIT License. Its fonts: SIL Open Font License 1.1. */\n"


def page_css(html: str) -> str:
    """Return the style of the formulas in *html*, complete in itself."""
    fonts = "".join(_embedded(name) for name in fonts_used(html))
    return _NOTICE + fonts + FACE.sub("", asset(STYLESHEET))


def site_files() -> tuple[Path, ...]:
    """Return what a site serves, by its place below :data:`~symgd.views.katex.ASSETS`: stylesheet, fonts, licences."""
    asset(STYLESHEET)
    found = (path.relative_to(ASSETS) for path in sorted(ASSETS.rglob("*")) if path.is_file())
    return tuple(path for path in found if path.name not in {"katex.min.js", "SOURCE"})


def _embedded(name: str) -> str:
    data = base64.b64encode((ASSETS / "fonts" / f"{name}.woff2").read_bytes()).decode()
    look = faces()[name]
    return (
        f"@font-face{{font-family:{look.family};font-style:{look.style};font-weight:{look.weight};"
        f'src:url(data:font/woff2;base64,{data}) format("woff2")}}\n'
    )
