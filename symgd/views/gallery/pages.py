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
# For Material: what would be the list of headings is room for the code beside the derivation.
_WIDE = "---\nhide: [toc]\n---\n\n"
KINDS: MappingProxyType[str, tuple[str, Callable[[], Iterator[Entry]]]] = MappingProxyType(
    {
        "losses": ("Losses", loss_entries),
        "rules": ("Rules", rule_entries),
        "optimizers": ("Optimizers", optimizer_entries),
    }
)


@dataclass(frozen=True)
class GalleryPage:
    """A generated page: its place below the docs folder, and its Markdown."""

    path: str
    markdown: str


def gallery(language: str, cache: Cache) -> tuple[GalleryPage, ...]:
    """All pages of the gallery, with the words of a language around what the catalogues tell."""
    kept = cache.get(("gallery", language), lambda: Rendered(json.dumps(_made(language))))
    return tuple(GalleryPage(path, markdown) for path, markdown in json.loads(kept).items())


def contents(pages: Sequence[GalleryPage]) -> list[dict[str, Any]]:
    """The gallery as a part of the navigation of MkDocs."""
    return [
        {title: [each.path for each in pages if each.path.startswith(f"{FOLDER}/{kind}/")]}
        for kind, (title, _) in KINDS.items()
    ]


def _made(language: str) -> dict[str, str]:
    made = {}
    for kind, (title, entries) in KINDS.items():
        listed = sorted(entries(), key=lambda entry: entry.title)
        made[f"{FOLDER}/{kind}/index.md"] = _index(title, listed)
        made |= {f"{FOLDER}/{kind}/{entry.file}": _page(entry, language) for entry in listed}
    return made


def _index(title: str, entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<div class="sg-entry"><a href="{entry.file.removesuffix(".md")}/">{entry.title}</a>{_set(entry)}</div>\n'
        for entry in entries
    )
    return f'{_WIDE}# {title}\n\n<div class="sg-page sg-entries">\n{rows}</div>\n'


def _page(entry: Entry, language: str) -> str:
    shown = page(entry.subject(), language, entry.show).fragment()
    head = "" if entry.repeated else f'<div class="sg-page">\n{_set(entry)}\n</div>\n\n'
    return f"{_WIDE}# {entry.title}\n\n{head}{entry.text}\n\n{shown}\n"


def _set(entry: Entry) -> str:
    """The formulas of an entry."""
    return "".join(
        f'<div class="sg-formula sg-display" tabindex="0" data-search-exclude>{render(each)}</div>'
        for each in entry.formulas
    )
