"""The loss from rows beside the loss over the data, as it was written: at the end of a run, its start and between.

At the end the loss is smallest, and so shows rounding best: there all data are read. Whether the formulas agree shows
in some of the data as well, whose rows are found by themselves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from symgd.codegen.precision import floats
from symgd.notation.telling import Told, told
from symgd.training.blocks import Values, blocks, count
from symgd.training.partition_comparison import over_partitions
from symgd.training.partitions import Partitions
from symgd.training.reduction import Reduction

AGREES = 1e-9
"""Both differ by this part of the loss at most,"""

ROUNDINGS, DRAWS = 64, 3
"""or by what so many units in the last place of data and parameters make of it, whichever way each of them is moved:
direct evaluation rounds alike."""

PART = 1 << 14
"""About so many samples are compared where not all are."""


class Compared(NamedTuple):
    """Whether both losses agree, and how far they are apart: *told*."""

    agrees: bool
    told: Told


def compare(reduction: Reduction, last: Sequence[Any]) -> Compared:
    """Compare both losses; *last* are the parameters at the end of the run."""
    with np.errstate(all="ignore"):
        places = _places(reduction, last)
        apart = [place for place in places if place.difference > AGREES]
        part = f"{max(place.difference for place in places):.0e}"
        lost = next((place for place in apart if place.difference > place.allowed), None)
    if lost is not None:
        return Compared(False, lost.told)
    return Compared(True, told("rounding" if apart else "agrees", part=part))


def _places(reduction: Reduction, last: Sequence[Any]) -> list[_Place]:
    """Both ends of a run, and a point whose coordinates lie anywhere between theirs."""
    start, random = reduction.setup.start, np.random.default_rng(0)
    between = [a + random.uniform(size=np.shape(a)) * (b - a) for a, b in zip(start, last, strict=True)]
    points = {"start": start, "end": last, "between": between}
    data = reduction.setup.values.data
    if isinstance(data, Partitions):
        direct = zip(points, over_partitions(reduction, data, list(points.values())), strict=True)
        return [_Place(where, reduction, points[where], loss) for where, loss in direct]
    some = dict.fromkeys(points, reduction.of_part(PART)) | {"end": reduction}
    return [
        _Place(where, some[where], point, over_data(some[where], point)) for where, point in points.items()
    ]


@dataclass(frozen=True)
class _Place:
    """Both losses at a point, the one over the data being *direct*."""

    where: str
    reduction: Reduction
    point: Sequence[Any]
    direct: float

    @cached_property
    def found(self) -> float:
        """The loss from the rows."""
        return self.reduction.loss(self.point)

    @cached_property
    def difference(self) -> float:
        """The difference as a part of the loss; 0 where both are beyond all numbers."""
        if not math.isfinite(self.direct) or not math.isfinite(self.found):
            return 0.0 if math.isfinite(self.direct) == math.isfinite(self.found) else math.inf
        if self.found == self.direct:
            return 0.0
        return abs(self.found - self.direct) / max(abs(self.direct), np.finfo(float).tiny)

    @property
    def allowed(self) -> float:
        """What the last digits of data and parameters make of the loss over the data, as a part of it."""
        random, changes = np.random.default_rng(0), [0.0]
        for _ in range(DRAWS):
            moved = {name: float(_factor(random, ())) for name in self.reduction.setup.values.data}
            near = [value * _factor(random, np.shape(value)) for value in self.point]
            changes.append(abs(over_data(self.reduction, near, moved) - self.direct))
        return max(changes) / max(abs(self.direct), np.finfo(float).tiny)

    @property
    def told(self) -> Told:
        """That both differ here."""
        found, direct = f"{self.found:.12g}", f"{self.direct:.12g}"
        return told("lost digits", where=told(self.where), found=found, direct=direct)


def over_data(reduction: Reduction, point: Sequence[Any], moved: Mapping[str, float] | None = None) -> float:
    """The loss over all data at a point, block by block; *moved* are factors for some of the data."""
    values = reduction.setup.values
    if isinstance(values.data, Partitions):
        return over_partitions(reduction, values.data, [point], moved)[0]
    at = {**reduction.fixed, **floats(dict(zip(values.start, point, strict=True)))}
    for name, total in reduction.blocks.sums.items():
        at[name] = _sum(total, dict(at), values.data, moved or {})
    return float(reduction.blocks.loss(at))


def _sum(total: Callable[[Values], Any], at: Values, data: Values, moved: Mapping[str, float]) -> float:
    """A sum over the samples."""
    width, sums = sum(np.size(each) for each in data.values()) // count(data), []
    for block in blocks(data, width):
        block |= {name: block[name] * factor for name, factor in moved.items()}
        sums.append(float(total({**at, **block})))
    return float(np.sum(sums))


def _factor(random: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return 1 + ROUNDINGS * np.finfo(np.float64).eps * random.choice([-1.0, 1.0], shape)
