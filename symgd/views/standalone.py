"""A page as one file: styles, fonts and the script within it, nothing fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from symgd.views.katex_style import page_css
from symgd.views.templates import fill

_ASSETS = Path(__file__).parent / "assets"


def own_asset(name: str) -> str:
    """The text of one of symgd's own files for pages: ``page.css``, ``page.js`` or ``standalone.css``."""
    return (_ASSETS / name).read_text(encoding="utf-8")


def document(content: Any, words: Any, body: str) -> str:
    """The whole HTML document around the *body* of a page."""
    from markupsafe import Markup

    # Both as plain text: a sum with markup would escape the body, and its fonts would not be found.
    styles = page_css(str(body) + str(content.heading)) + own_asset("standalone.css") + own_asset("page.css")
    # Styles and script are files of the package; the body was escaped when its template was filled.
    trusted = {"styles": styles, "script": own_asset("page.js"), "body": body}
    return fill("document.html", content, words=words, **{k: Markup(v) for k, v in trusted.items()})
