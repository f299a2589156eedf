"""Slopes in many directions at once: each entry of a variable is varied along a direction of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import prod
from typing import Any

import numpy as np

from symgd.derivation.grid import Grid
from symgd.notation.indices import indices_of

# Directions in one pass: more would take memory, fewer time.
_MANY = 128


class Bundle:
    """Variables whose entries have directions of their own, one after the other."""

    def __init__(self, grid: Grid, variables: Sequence[Any]) -> None:
        self._grid, self.variables = grid, variables
        self._sizes = {variable: grid.sizes(variable, indices_of(variable)) for variable in variables}
        self._first: dict[Any, int] = {}
        self._count = 0
        for variable, sizes in self._sizes.items():
            self._first[variable] = self._count
            self._count += prod(sizes)

    def perturbed(self, numbers: Any, variable: Any, values: Any) -> Any:
        """The values of a variable, each varied along its direction."""
        indices, sizes = indices_of(variable), self._sizes[variable]
        mask = np.zeros((prod(sizes), self._count), dtype=bool)
        mask[np.arange(len(mask)), self._first[variable] + np.arange(len(mask))] = True
        own = self._grid.take(values, indices, sizes)
        return self._grid.put(
            np.where(mask.reshape((*sizes, self._count, 1)), numbers.perturb(own), own), indices
        )

    def slopes(self, slopes: Any, variable: Any) -> Any:
        """The slopes in the entries of one variable, laid out along its indices."""
        sizes, first = self._sizes[variable], self._first[variable]
        own = slopes[..., first : first + prod(sizes), :] if slopes.shape[-2] > 1 else slopes
        return self._grid.gathered(own, indices_of(variable), sizes)


def bundles(grid: Grid, variables: Iterable[Any]) -> Iterator[Bundle]:
    """Variables in bundles of moderate size."""
    waiting: list[Any] = []
    count = 0
    for variable in variables:
        waiting.append(variable)
        count += prod(grid.sizes(variable, indices_of(variable)))
        if count >= _MANY:
            yield Bundle(grid, waiting)
            waiting, count = [], 0
    if waiting:
        yield Bundle(grid, waiting)
