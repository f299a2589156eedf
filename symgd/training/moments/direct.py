"""The loss over the data, as it was written, block by block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symgd.codegen.precision import floats
from symgd.training.moments.partition_comparison import over_partitions
from symgd.training.moments.reduction import Reduction
from symgd.training.partitions.partitions import Partitions

ROUNDINGS, DRAWS = 64, 3
"""Rounding of a direct evaluation: what so many units in the last place of data and parameters make of it, whichever
way each of them is moved."""

Point = Sequence[Any]


def over_data(
    reduction: Reduction, points: Sequence[Point], moved: Mapping[str, float] | None = None
) -> list[float]:
    """The loss at each point; *moved* are factors for some of the data. A block is read once for all points."""
    names, samples = reduction.setup.values.start, reduction.samples
    if isinstance(samples, Partitions):
        return over_partitions(reduction, samples, points, moved)
    at = [{**reduction.fixed, **floats(dict(zip(names, point, strict=True)))} for point in points]
    for name, total in reduction.blocks.sums.items():
        sums: list[list[float]] = [[] for _ in at]
        for block in samples.blocks():
            block |= {key: block[key] * factor for key, factor in (moved or {}).items()}
            for values, found in zip(at, sums, strict=True):
                found.append(float(total({**values, **block})))
        for values, found in zip(at, sums, strict=True):
            values[name] = np.sum(found)
    return [float(reduction.blocks.loss(values)) for values in at]


def rounding(reduction: Reduction, point: Point, loss: float) -> float:
    """What the last digits of data and parameters make of the loss at a point."""
    random, changes = np.random.default_rng(0), [0.0]
    for _ in range(DRAWS):
        moved = {name: float(_factor(random, ())) for name in reduction.setup.values.data}
        near = [value * _factor(random, np.shape(value)) for value in point]
        changes.append(abs(over_data(reduction, [near], moved)[0] - loss))
    return max(changes)


def _factor(random: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return 1 + ROUNDINGS * np.finfo(np.float64).eps * random.choice([-1.0, 1.0], shape)
