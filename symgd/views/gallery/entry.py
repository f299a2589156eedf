"""What the gallery shows of one entry of a catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from inspect import cleandoc
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One page: its *name*, *formulas* in LaTeX, *text* in Markdown, and what ``page`` shows of a *subject*.

    *repeated* tells that the subject's statement is the formulas.
    """

    name: str
    formulas: tuple[str, ...]
    text: str
    subject: Callable[[], Any]
    show: tuple[str, ...]
    repeated: bool = False

    @property
    def title(self) -> str:
        """The name in words.

        >>> Entry("mean_squared_error", (), "", object, ()).title
        'Mean squared error'
        """
        words = self.name.replace("_", " ")
        return words[0].upper() + words[1:]

    @property
    def file(self) -> str:
        """The name of its Markdown file."""
        return f"{self.name.replace('_', '-').replace(' ', '-').lower()}.md"


def prose(docstring: str) -> str:
    r"""A docstring as Markdown: its examples left out, its references as code.

    >>> prose("Mean, see :func:`mean`.\n\n>>> 1 + 1\n2\n")
    'Mean, see `mean`.'
    """
    paragraphs = cleandoc(docstring).split("\n\n")
    text = "\n\n".join(each for each in paragraphs if not each.startswith(">>>"))
    return re.sub(r":(?:class|func|meth|mod):`~?([^`]+)`", r"`\1`", text).strip()
