"""Where a fence stands: which page of which site, read from the Markdown that converts it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symgd.views.words import LANGUAGES


@dataclass(frozen=True)
class Place:
    """A page, the folder of the site's pages, and their language; *mkdocs* tells whether MkDocs builds it."""

    page: str
    docs_folder: Path
    language: str = "en"
    mkdocs: bool = False

    def line_of(self, fence: str) -> int:
        """The line of the page on which the text of a fence begins, 1 where it is not found."""
        wanted = [line.strip() for line in fence.splitlines()]
        try:
            page = (self.docs_folder / self.page).read_text(encoding="utf-8-sig")
        except OSError:
            return 1
        return _first_place(wanted, [line.strip() for line in page.splitlines()])


def place_of(md: Any) -> Place:
    """The place that MkDocs or Zensical left in a ``Markdown``; elsewhere, the folder ``docs`` or that at hand."""
    if "relpath" in md.treeprocessors:
        known = md.treeprocessors["relpath"]
        return Place(known.file.src_uri, Path(known.config["docs_dir"]), _language(known.config), mkdocs=True)
    if "rendering_context" in md.preprocessors:
        known = md.preprocessors["rendering_context"]
        folder = Path(known.config.get("root_dir", "."), known.config["docs_dir"])
        return Place(known.page.path, folder, _language(known.config))
    docs = Path("docs")
    return Place("a page", docs if docs.is_dir() else Path())


def _language(config: Any) -> str:
    """The language of the theme, if there are words in it."""
    try:
        language = str(config["theme"]["language"])
    except KeyError:
        return "en"
    return language if language in LANGUAGES else "en"


def _first_place(wanted: Sequence[str], lines: Sequence[str]) -> int:
    for start in range(len(lines) - len(wanted) + 1):
        if lines[start : start + len(wanted)] == wanted:
            return start + 1
    return 1
