"""The code that computed a run, as text. *run* is a :class:`symgd.Run` throughout."""

from __future__ import annotations

from typing import Any

from symgd.codegen.loops.plain import plain_module
from symgd.training.engine import ARRAYS, LOOPS, MOMENTS, PLAIN
from symgd.training.loops.kernels import module_for, wanted_by
from symgd.training.moments.reduction import blocks_for
from symgd.training.partitions.over_rows import in_rows
from symgd.training.partitions.partitions import Partitions
from symgd.training.partitions.rows import are_large
from symgd.training.values import Values

PARTITIONS, BATCHES, BLOCKS = "partitions", "batches", "blocks"


def kind_of(run: Any) -> str:
    """The engine; arrays over partitions have code of their own, unless each batch is of one, as have large ones."""
    if run.engine.name != ARRAYS:
        return run.engine.kind
    if isinstance(run.data, Partitions):
        return PARTITIONS if run.batches.whole else BATCHES
    large = are_large(array[: run.batches.size] for array in run.data.values())
    return BLOCKS if large and isinstance(in_rows(run.derivation, run.data), Partitions) else ARRAYS


def source_of(run: Any) -> str:
    """The text of the module that computed loss and gradient; each is written once, and kept for its derivation."""
    kind, rule = kind_of(run), run.program.rule or run.optimizer.rule
    if kind == PLAIN:
        return plain_module(run.derivation, rule)[0]
    if kind == LOOPS:
        values = Values(run.start, run.data, run.constants, ())
        return module_for(wanted_by(run.derivation, rule, run.batches, values)).source
    if kind == MOMENTS:
        return blocks_for(run.derivation).program.source
    if kind in {ARRAYS, BATCHES}:
        return str(run.program.source)
    partitions = in_rows(run.derivation, run.data)
    assert isinstance(partitions, Partitions)
    return partitions.code.source
