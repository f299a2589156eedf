"""The generated code of a page: the NumPy form of the formulas, and the code that ran where that is another."""

from __future__ import annotations

from dataclasses import dataclass

from symgd.codegen.loops.plain import plain_module
from symgd.codegen.program import Program
from symgd.training.engine import ARRAYS, LOOPS, MOMENTS, PLAIN
from symgd.training.loops.kernels import form_for, kinds_of, module_for
from symgd.training.moments.reduction import blocks_for
from symgd.training.partitions.over_rows import in_rows
from symgd.training.partitions.partitions import Partitions
from symgd.training.partitions.rows import are_large
from symgd.training.run import Run
from symgd.training.values import Values
from symgd.views.code import Source, listed, source_of
from symgd.views.words import Words

PARTITIONS, BATCHES, BLOCKS = "partitions", "batches", "blocks"

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
    kind = _kind(run) if run else ARRAYS
    numpy = Listing(words(f"code_{kind}"), source_of(program))
    if run is None or kind in {ARRAYS, BATCHES}:
        return Code(numpy)
    return Code(numpy, Listing(words(f"ran_{kind}"), listed(_source(kind, run))))


def _kind(run: Run) -> str:
    """The engine; arrays over partitions have code of their own, unless each batch is of one, as have large ones."""
    if run.engine.name != ARRAYS:
        return run.engine.kind
    if isinstance(run.data, Partitions):
        return PARTITIONS if run.batches.whole else BATCHES
    large = are_large(array[: run.batches.size] for array in run.data.values())
    return BLOCKS if large and isinstance(in_rows(run.derivation, run.data), Partitions) else ARRAYS


def _source(kind: str, run: Run) -> str:
    """The text of the module that computed loss and gradient; each is written once, and kept for its derivation."""
    rule = run.program.rule or run.optimizer.rule
    if kind == PLAIN:
        return plain_module(run.derivation, rule)[0]
    if kind == LOOPS:
        form = form_for(run.batches, Values(run.start, run.data, run.constants, ()))
        return module_for(run.derivation, rule, form, kinds_of(run.data.values())).source
    if kind == MOMENTS:
        return blocks_for(run.derivation).program.source
    partitions = in_rows(run.derivation, run.data)
    assert isinstance(partitions, Partitions)
    return partitions.code.source
