"""Pieces of HTML that wait outside of a page while it is made.

A derivation is thousands of elements. Markdown, its extensions and the index of the search would each read all of
them, to leave them as they are: so a page has a short mark in their place, until it is written.
"""

from __future__ import annotations

import re

from symgd.views.cache import digest

_MARK = re.compile(r'<div data-symgd="([0-9a-f]{64})"></div>')


class Held:
    """The pieces that wait, by the hash of what they are."""

    def __init__(self) -> None:
        self._pieces: dict[str, str] = {}

    def hold(self, html: str) -> str:
        """The mark that stands for *html*."""
        key = digest(html)
        self._pieces[key] = html
        return f'<div data-symgd="{key}"></div>'

    def restored(self, page: str) -> str:
        """The page with the pieces in the places of their marks.

        >>> held = Held()
        >>> held.restored(f"<p>one</p>{held.hold('<p>two</p>')}")
        '<p>one</p><p>two</p>'
        """
        return _MARK.sub(lambda mark: self._pieces.get(mark[1], mark[0]), page)
