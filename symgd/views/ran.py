"""The generated code of a page: the NumPy form of the formulas, and the code that ran where that is another."""

from __future__ import annotations

from dataclasses import dataclass

from symgd.codegen.program import Program
from symgd.training.engine import ARRAYS
from symgd.training.ran import BATCHES, kind_of
from symgd.training.run import Run
from symgd.views.code import Source, listed, source_of
from symgd.views.words import Words

LONG = 40
"""A listing with more lines is opened by who wants to read it."""


@dataclass(frozen=True)
class Listing:
    """Source, and what is true of it."""

    note: str
    source: Source

    @property
    def is_long(self) -> bool:
        """Whether it is closed at first."""
        return len(self.source.lines) > LONG


@dataclass(frozen=True)
class Code:
    """The NumPy form of the formulas, and *ran*, what computed loss and gradient, if that is not the same."""

    numpy: Listing
    ran: Listing | None = None


def code_of(program: Program, run: Run | None, words: Words) -> Code:
    """The code of a program, and of its run if there is one."""
    kind = kind_of(run) if run else ARRAYS
    numpy = Listing(words(f"code_{kind}"), source_of(program))
    if run is None or kind in {ARRAYS, BATCHES}:
        return Code(numpy)
    return Code(numpy, Listing(words(f"ran_{kind}"), listed(run.source)))
