"""``sg.page``: a derivation beside its code, check and run, as HTML or Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symgd.views.markdown import markdown_of
from symgd.views.sections import SECTIONS, Content, content_of
from symgd.views.standalone import document
from symgd.views.templates import fill
from symgd.views.words import Words, words_of


@dataclass(frozen=True)
class Page:
    """The page of a derivation or a run. It is made from the objects themselves, so it shows what ran."""

    subject: Any
    content: Content
    words: Words
    prefix: str

    def fragment(self, level: int = 2) -> str:
        """The content as HTML without head and styles, for a site that has them; headings begin at *level*."""
        return fill("fragment.html", self.content, words=self.words, prefix=self.prefix, level=level)

    def html(self) -> str:
        """A whole document in one file: it opens from disk, without a network."""
        return document(self.content, self.words, self.fragment())

    def markdown(self) -> str:
        """The content as Markdown, with formulas between dollar signs."""
        return markdown_of(self.subject, self.content, self.words)

    def save(self, path: str | Path) -> None:
        """Write the page to a file: Markdown for a name that ends in ``.md``, else HTML."""
        target = Path(path)
        target.write_text(self.markdown() if target.suffix == ".md" else self.html(), encoding="utf-8")


def page(
    subject: Any,
    language: str = "en",
    show: tuple[str, ...] = SECTIONS,
    prefix: str = "sg-",
    beside: Sequence[Any] = (),
) -> Page:
    """The page of a run, or of a derivation alone.

    *language* is that of the words on it, ``"en"`` or ``"ko"``; *show* chooses its sections. Ids of its elements
    begin with *prefix*, so that several can stand in one document. Runs *beside* this one, of the same loss with other
    learning rates, are drawn with it. Needs the extra ``symgd[pages]``.

    Raises NotationError for a subject, a language or a section that there is not, and SymgdError where the extra is
    missing.
    """
    words = words_of(language)
    return Page(subject, content_of(subject, words, show, prefix, beside), words, prefix)
