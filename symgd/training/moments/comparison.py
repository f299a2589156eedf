"""The loss from rows beside the loss over the data, as it was written: at the end of a run, its start and between.

A part of the samples is compared, with rows of its own from the same pass: wrong formulas show there, and digits that
near dependence of columns loses, as columns of all samples depend on one another no closer than those of a part. All
samples are compared where they are few, where columns are much longer outside of the part, or where the loss of all is
much smaller.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from symgd.notation.telling import Told, told
from symgd.training.moments.accumulating import SPREAD
from symgd.training.moments.direct import over_data, rounding
from symgd.training.moments.reduction import Reduction

AGREES = 1e-9
"""Both differ by this part of the loss at most, or by no more than rounding: direct evaluation rounds alike."""

TINY = float(np.finfo(np.float64).tiny)


class Compared(NamedTuple):
    """Whether both losses agree, and how far they are apart: *told*."""

    agrees: bool
    told: Told


def compare(reduction: Reduction, last: Sequence[Any]) -> Compared:
    """Compare both losses; *last* are the parameters at the end of the run."""
    compared = reduction.compared
    with np.errstate(all="ignore"):
        places = _places(compared, last)
        if compared is not reduction and any(place.is_larger_than(reduction) for place in places):
            compared, places = reduction, _places(reduction, last)
        apart = [place for place in places if place.difference > AGREES]
        lost = next((place for place in apart if place.is_wrong(compared)), None)
    part = f"{max(place.difference for place in places):.0e}"
    found = lost.told if lost else told("rounding" if apart else "agrees", part=part)
    if compared is not reduction:
        found = told("over some", samples=compared.samples.count, found=found)
    return Compared(lost is None, found)


def _places(reduction: Reduction, last: Sequence[Any]) -> list[_Place]:
    """Both ends of a run, and a point whose coordinates lie anywhere between theirs."""
    start, random = reduction.setup.start, np.random.default_rng(0)
    between = [a + random.uniform(size=np.shape(a)) * (b - a) for a, b in zip(start, last, strict=True)]
    points = {"start": start, "end": last, "between": between}
    direct = over_data(reduction, [*points.values()])
    return [
        _Place(where, point, reduction.loss(point), data)
        for (where, point), data in zip(points.items(), direct, strict=True)
    ]


@dataclass(frozen=True)
class _Place:
    """The loss at a point, *found* from the rows and *direct* over the data."""

    where: str
    point: Sequence[Any]
    found: float
    direct: float

    @property
    def difference(self) -> float:
        """The difference as a part of the loss; 0 where both are beyond all numbers."""
        if not math.isfinite(self.direct) or not math.isfinite(self.found):
            return 0.0 if math.isfinite(self.direct) == math.isfinite(self.found) else math.inf
        return abs(self.found - self.direct) / max(abs(self.direct), TINY)

    def is_larger_than(self, whole: Reduction) -> bool:
        """Whether the loss of the whole is so much smaller that more of it cancels."""
        return SPREAD * abs(whole.loss(self.point)) < abs(self.found)

    def is_wrong(self, reduction: Reduction) -> bool:
        """Whether they differ by more than rounding."""
        return self.difference > rounding(reduction, self.point, self.direct) / max(abs(self.direct), TINY)

    @property
    def told(self) -> Told:
        """That both differ here."""
        found, direct = f"{self.found:.12g}", f"{self.direct:.12g}"
        return told("apart", where=told(self.where), found=found, direct=direct)
