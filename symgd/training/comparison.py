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
from symgd.training.blocks import Values, blocks, count
from symgd.training.reduction import Reduction

AGREES = 1e-9
"""Both differ by this part of the loss at most,"""

ROUNDINGS, DRAWS = 64, 3
"""or by what so many units in the last place of data and parameters make of it, whichever way each of them is moved:
direct evaluation rounds alike."""

PART = 1 << 14
"""About so many samples are compared where not all are."""

WORDS = "the loss differs from that over the data by {:.0e} of itself at most"


class Compared(NamedTuple):
    """Whether both losses agree, and how far they are apart, in words."""

    agrees: bool
    words: str


def compare(reduction: Reduction, last: Sequence[Any]) -> Compared:
    """Compare both losses; *last* are the parameters at the end of the run."""
    with np.errstate(all="ignore"):
        places = _places(reduction, last)
        apart = [place for place in places if place.difference > AGREES]
        words = WORDS.format(max(place.difference for place in places))
        lost = next((place for place in apart if place.difference > place.allowed), None)
    if lost is not None:
        return Compared(False, str(lost))
    return Compared(True, f"{words}, as far as rounding leaves it open" if apart else words)


def _places(reduction: Reduction, last: Sequence[Any]) -> list[_Place]:
    """Both ends of a run, and a point whose coordinates lie anywhere between theirs."""
    start, random = reduction.setup.start, np.random.default_rng(0)
    between = [a + random.uniform(size=np.shape(a)) * (b - a) for a, b in zip(start, last, strict=True)]
    some = reduction.of_part(PART)
    return [
        _Place("start", some, start),
        _Place("end", reduction, last),
        _Place("point between", some, between),
    ]


@dataclass(frozen=True)
class _Place:
    """Both losses at a point."""

    where: str
    reduction: Reduction
    point: Sequence[Any]

    @cached_property
    def found(self) -> float:
        """The loss from the rows."""
        return self.reduction.loss(self.point)

    @cached_property
    def direct(self) -> float:
        """The loss over the data."""
        return over_data(self.reduction, self.point)

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

    def __str__(self) -> str:
        return f"at the {self.where} they give {self.found:.12g} where the data give {self.direct:.12g}"


def over_data(reduction: Reduction, point: Sequence[Any], moved: Mapping[str, float] | None = None) -> float:
    """The loss over all data at a point, block by block; *moved* are factors for some of the data."""
    values = reduction.setup.values
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
