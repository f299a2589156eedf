r"""Formulas in Markdown, ``$\hat y = w x + b$`` or on their own ``$$…$$``, set by KaTeX when a page is made.

An extension of Python-Markdown, ``symgd.views.mathematics`` in a site's ``markdown_extensions``; the plugin of MkDocs
adds it with ``mathematics: true``. Numbers of dollars stay text: a formula touches its dollar signs, and no digit
follows the last.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from markdown import Extension, Markdown
from markdown.inlinepatterns import InlineProcessor

from symgd.errors import PageError
from symgd.views.katex import render
from symgd.views.place import place_of

_FORMULA = r"(?<![\\$])(?:\$\$(?P<display>(?:\\.|[^\\$])+?)\$\$|\$(?!\s)(?P<inline>(?:\\.|[^\\$])+?)(?<!\s)\$(?![\d$]))"
# Between code (190) and escapes (180): LaTeX is full of backslashes.
_PRIORITY = 185

log = logging.getLogger("mkdocs.plugins.symgd")


class Mathematics(InlineProcessor):
    """Sets each formula, or says on the page's warnings why it cannot."""

    def handleMatch(self, m: re.Match[str], data: str) -> Any:  # noqa: ARG002
        """The formula as HTML that Markdown leaves alone."""
        shown = m["display"] is not None
        try:
            html = render((m["display"] if shown else m["inline"]).strip(), display=shown)
        except PageError as error:
            log.warning(f"{place_of(self.md).page}: {error}")
            return None, None, None
        kind = "sg-formula sg-display" if shown else "sg-inline"
        focus = ' tabindex="0"' if shown else ""
        html = f'<span class="{kind}" data-search-exclude{focus}>{html}</span>'
        return self.md.htmlStash.store(html), m.start(0), m.end(0)


class MathematicsExtension(Extension):
    """Registers formulas with a ``Markdown``."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Called by Markdown."""
        md.inlinePatterns.register(Mathematics(_FORMULA, md), "symgd-mathematics", _PRIORITY)


def makeExtension(**settings: Any) -> MathematicsExtension:
    """Called by Markdown."""
    return MathematicsExtension(**settings)
