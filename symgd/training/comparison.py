"""The loss from rows beside the loss over all data, as it was written: at the start of a run, its end and between."""

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

ROUNDINGS, DRAWS = 64, 3
"""or by what so many units in the last place of data and parameters make of it, whichever way each of them is moved:
direct evaluation rounds alike."""

WHERE = ("start", "end", "point between")


class Compared(NamedTuple):
    """Whether both losses agree, and how far they are apart, in words."""

    agrees: bool
    words: str


def compare(reduction: Reduction, last: Sequence[Any]) -> Compared:
    """Compare both losses; *last* are the parameters at the end of the run."""
    with np.errstate(all="ignore"):
        points = _points(reduction.setup.start, last)
        found, direct = [reduction.loss(point) for point in points], over_data(reduction, points)
        apart = [_difference(*pair) for pair in zip(found, direct, strict=True)]
        if max(apart) <= AGREES:
            return Compared(True, _WORDS.format(max(apart)))
        allowed = _rounding(reduction, points, direct)
    for where, a, b, limit in zip(WHERE, found, direct, allowed, strict=True):
        if _difference(a, b) > AGREES and not abs(a - b) <= limit:
            return Compared(False, f"at the {where} they give {a:.12g} where the data give {b:.12g}")
    return Compared(True, f"{_WORDS.format(max(apart))}, as far as rounding leaves it open")


_WORDS = "the loss differs from that over all data by {:.0e} of itself at most"


def over_data(
    reduction: Reduction, points: Sequence[Sequence[Any]], moved: Mapping[str, float] | None = None
) -> list[float]:
    """The loss over all data at each of the points, block by block; *moved* are factors for some of the data."""
    values = reduction.setup.values
    width = sum(np.size(each) for each in values.data.values()) // values.samples
    known = [{**reduction.fixed, **floats(dict(zip(values.start, p, strict=True)))} for p in points]
    for name, total in reduction.blocks.sums.items():
        found: list[list[float]] = [[] for _ in points]
        for which in slices(values.samples, width):
            block = part({}, values.data, which)
            block |= {each: block[each] * factor for each, factor in (moved or {}).items()}
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


def _rounding(reduction: Reduction, points: Sequence[Sequence[Any]], direct: Sequence[float]) -> list[float]:
    """How much the loss over the data changes with the last digits of data and parameters, at each point."""
    random, changes = np.random.default_rng(0), [0.0] * len(points)
    for _ in range(DRAWS):
        moved = {name: float(_factor(random, ())) for name in reduction.setup.values.data}
        near = [[value * _factor(random, np.shape(value)) for value in point] for point in points]
        for k, value in enumerate(over_data(reduction, near, moved)):
            changes[k] = max(changes[k], abs(value - direct[k]))
    return changes


def _factor(random: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return 1 + ROUNDINGS * np.finfo(np.float64).eps * random.choice([-1.0, 1.0], shape)


def _difference(found: float, direct: float) -> float:
    """The difference as a part of the loss; 0 where both are beyond all numbers."""
    if not math.isfinite(direct) or not math.isfinite(found):
        return 0.0 if math.isfinite(direct) == math.isfinite(found) else math.inf
    return 0.0 if found == direct else abs(found - direct) / max(abs(direct), np.finfo(float).tiny)
