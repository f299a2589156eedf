"""The loss over data in partitions as it was written, at several points at once: one pass for each of its sums."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symgd.codegen.precision import floats
from symgd.training.moments.reduction import Reduction
from symgd.training.partitions.partitions import Partitions, arrays_of
from symgd.training.partitions.sums import Sums, add

Values = Mapping[str, Any]


@dataclass(frozen=True)
class SumsAt:
    """A task for a partition: its part of a *total*, with what is known at each of several points.

    *moved* are factors for some of the data.
    """

    total: Callable[[Values], Any]
    known: tuple[Values, ...]
    moved: Mapping[str, float]
    names: list[str]

    def __call__(self, piece: Any) -> Sums:
        """A number for each point."""
        arrays = arrays_of(self.names, piece, np.float64)
        block = {name: array * self.moved.get(name, 1.0) for name, array in arrays.items()}
        with np.errstate(all="ignore"):
            return tuple(float(self.total({**at, **block})) for at in self.known)


def over_partitions(
    reduction: Reduction,
    data: Partitions,
    points: Sequence[Sequence[Any]],
    moved: Mapping[str, float] | None = None,
) -> list[float]:
    """The loss over all *data* of a run at each of the points; *moved* are factors for some of the data."""
    start = reduction.setup.values.start
    known = [{**reduction.fixed, **floats(dict(zip(start, p, strict=True)))} for p in points]
    for name, total in reduction.blocks.sums.items():
        task = SumsAt(total, tuple(map(dict, known)), moved or {}, data.names)
        sums: Sums = data.joined(task, add)
        for at, value in zip(known, sums, strict=True):
            at[name] = float(value)
    return [float(reduction.blocks.loss(at)) for at in known]
