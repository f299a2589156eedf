"""The gallery's pages as Markdown, and its place in the navigation."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from symgd.views.cache import Cache, Rendered
from symgd.views.gallery.entry import Entry
from symgd.views.gallery.losses import loss_entries
from symgd.views.gallery.optimizers import optimizer_entries
from symgd.views.gallery.rules import rule_entries
from symgd.views.katex import render
from symgd.views.page import page

FOLDER = "gallery"
KINDS: MappingProxyType[str, tuple[str, Callable[[], Iterator[Entry]]]] = MappingProxyType(
    {
        "losses": ("Losses", loss_entries),
        "rules": ("Rules", rule_entries),
        "optimizers": ("Optimizers", optimizer_entries),
    }
)


@dataclass(frozen=True)
class GalleryPage:
    """A generated page: its place below the docs folder, its Markdown, and the HTML that follows it."""

    path: str
    markdown: str
    html: str


def gallery(language: str, cache: Cache, end: str = "/") -> tuple[GalleryPage, ...]:
    """All pages of the gallery, with the words of a language around what the catalogues tell.

    *end* is what follows the name of a page in its address.
    """
    kept = cache.get(("gallery", language, end), lambda: Rendered(json.dumps(_made(language, end))))
    return tuple(GalleryPage(path, *parts) for path, parts in json.loads(kept).items())


def contents(pages: Sequence[GalleryPage]) -> list[dict[str, Any]]:
    """The gallery as a part of the navigation of MkDocs."""
    return [
        {title: [each.path for each in pages if each.path.startswith(f"{FOLDER}/{kind}/")]}
        for kind, (title, _) in KINDS.items()
    ]


def _made(language: str, end: str) -> dict[str, tuple[str, str]]:
    """Markdown and HTML of each page."""
    made = {}
    for kind, (title, entries) in KINDS.items():
        listed = sorted(entries(), key=lambda entry: entry.title)
        made[f"{FOLDER}/{kind}/index.md"] = (_head(title), _index(listed, end))
        for entry in listed:
            markdown = f"{_head(entry.title)}{entry.text}\n\n"
            made[f"{FOLDER}/{kind}/{entry.file}"] = (markdown, _html(entry, language))
    return made


def _head(title: str) -> str:
    # For Material: what would be the list of headings is room for the code beside the derivation.
    return f"---\nhide: [toc]\n---\n\n# {title}\n\n"


def _index(entries: Sequence[Entry], end: str) -> str:
    rows = "".join(
        f'<div class="sg-entry"><a href="{entry.file.removesuffix(".md")}{end}">{entry.title}</a>{_set(entry)}</div>\n'
        for entry in entries
    )
    return f'<div class="sg-page sg-entries">\n{rows}</div>\n'


def _html(entry: Entry, language: str) -> str:
    head = "" if entry.repeated else f'<div class="sg-page">{_set(entry)}</div>\n'
    return head + page(entry.subject(), language, entry.show).fragment()


def _set(entry: Entry) -> str:
    """The formulas of an entry."""
    return "".join(
        f'<div class="sg-formula sg-display" tabindex="0" data-search-exclude>{render(each)}</div>'
        for each in entry.formulas
    )
