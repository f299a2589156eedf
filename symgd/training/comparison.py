"""The loss from rows beside the loss over all data, as it was written: at the start of a run, at its end and between."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from symgd.codegen.precision import floats
from symgd.training.accumulating import part, slices
from symgd.training.reduction import Reduction

AGREES = 1e-9
"""Both differ by this part of the loss at most,"""

ROUNDINGS, DRAWS = 64, 4
"""or by what so many units in the last place of the numbers make of it: direct evaluation rounds residuals alike."""

WHERE = ("start", "end", "point between")


class Compared(NamedTuple):
    """Whether both losses agree, and how far they are apart, in words."""

    agrees: bool
    words: str


def compare(reduction: Reduction, last: Sequence[Any]) -> Compared:
    """Compare both losses; *last* are the parameters at the end of the run."""
    points = _points(reduction.setup.start, last)
    worst = 0.0
    with np.errstate(all="ignore"):
        for where, point, direct in zip(WHERE, points, over_data(reduction, points), strict=True):
            found = reduction.loss(point)
            if not _agree(found, direct, _rounding(reduction, point)):
                return Compared(
                    False, f"at the {where} they give {found:.12g} where the data give {direct:.12g}"
                )
            worst = max(worst, _difference(found, direct))
    rounding = ", as far as rounding leaves it open" if worst > AGREES else ""
    return Compared(True, f"the loss differs from that over all data by {worst:.0e} of itself at most{rounding}")


def over_data(reduction: Reduction, points: Sequence[Sequence[Any]]) -> list[float]:
    """The loss over all data at each of the points, block by block."""
    values = reduction.setup.values
    width = sum(np.size(each) for each in values.data.values()) // values.samples
    known = [{**reduction.fixed, **floats(dict(zip(values.start, p, strict=True)))} for p in points]
    for name, total in reduction.blocks.sums.items():
        found: list[list[float]] = [[] for _ in points]
        for which in slices(values.samples, width):
            block = part({}, values.data, which)
            for at, sums in zip(known, found, strict=True):
                sums.append(float(total({**at, **block})))
        for at, sums in zip(known, found, strict=True):
            at[name] = math.fsum(sums) if all(map(math.isfinite, sums)) else sum(sums)
    return [float(reduction.blocks.loss(at)) for at in known]


def _points(start: Sequence[Any], last: Sequence[Any]) -> tuple[Sequence[Any], ...]:
    """Both ends of a run, and a point whose coordinates lie anywhere between theirs."""
    random = np.random.default_rng(0)
    between = [a + random.uniform(size=np.shape(a)) * (b - a) for a, b in zip(start, last, strict=True)]
    return start, last, between


def _rounding(reduction: Reduction, point: Sequence[Any]) -> float:
    """How much the loss changes with the last digits of the rows."""
    random, loss = np.random.default_rng(0), reduction.loss(point)
    changes = [reduction.loss(point, _moved(reduction.rows, random)) - loss for _ in range(DRAWS)]
    return ROUNDINGS * max(map(abs, changes))


def _moved(rows: Mapping[str, Any], random: np.random.Generator) -> dict[str, Any]:
    """The rows, each number moved by one unit in its last place."""
    eps = np.finfo(np.float64).eps
    return {name: value * (1 + eps * random.choice([-1, 1], value.shape)) for name, value in rows.items()}


def _agree(found: float, direct: float, rounding: float) -> bool:
    if not math.isfinite(direct):
        return not math.isfinite(found)
    return abs(found - direct) <= max(AGREES * abs(direct), rounding)


def _difference(found: float, direct: float) -> float:
    return abs(found - direct) / abs(direct) if direct and math.isfinite(direct) else 0.0
