"""Where the values of an index-notation expression lie in NumPy arrays, while steps are checked.

The last axis counts the random points, the one before it the directions of a derivative, and each index has an axis
of its own further left: so broadcasting puts together what belongs together, whatever indices an expression has.
Axes that an expression does not have are missing or have the size 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np
from sympy import Expr

from symgd.notation.indices import SAMPLES, Index, Sample, indices_of
from symgd.notation.intermediates import Let
from symgd.notation.shapes import lengths
from symgd.notation.symbols import whole

# Small and different, so that a formula with two axes exchanged does not pass.
N_SAMPLES, STANDINS = 3, (2, 3)


class Grid:
    """The size of each axis, and the place of each index; for sizes that are not given small ones stand."""

    def __init__(self, samples: int = N_SAMPLES, sizes: Mapping[Expr, int] | None = None) -> None:
        self._samples = samples
        self._sizes: dict[Expr, int] = {SAMPLES: samples, **(sizes or {})}
        self._places: dict[Index, int] = {}
        self._routes: dict[Any, Any] = {}

    def size(self, count: Expr) -> int:
        """The number that stands for a size."""
        return self._sizes.setdefault(count, STANDINS[len(self._sizes) % len(STANDINS)])

    def set_size(self, count: Expr, number: int) -> None:
        """Let a size be this number."""
        self._sizes[count] = number

    def place(self, index: Index) -> int:
        """The axis of an index, counted from the right."""
        return self._places.setdefault(index, -3 - len(self._places))

    def sizes(self, leaf: Any, indices: Sequence[Index]) -> tuple[int, ...]:
        """How many values each of the indices of a symbol or an intermediate takes."""
        return tuple(
            self._samples if isinstance(index, Sample) else self.size(lengths(leaf)[index].size)
            for index in indices
        )

    def route(self, element: Any) -> tuple[Any, tuple[Index, ...], tuple[Index, ...], tuple[int, ...]]:
        """Whose values an element has, at which indices they lie, where they go, and how many there are."""
        if element not in self._routes:
            leaf = element.label if isinstance(element.label, Let) else whole(element.label)
            pairs = [
                (a, b) for a, b in zip(leaf.indices, element.indices, strict=True) if isinstance(a, Index)
            ]
            old = tuple(a for a, _ in pairs)
            self._routes[element] = leaf, old, tuple(b for _, b in pairs), self.sizes(leaf, old)
        return self._routes[element]

    def put(self, array: Any, indices: Sequence[Index]) -> Any:
        """An array with an axis for each of *indices*, then directions and points: each axis at its place."""
        kept: list[Index] = []
        for index in indices:
            if index in kept:
                array = _diagonal(array, kept.index(index), len(kept))
            else:
                kept.append(index)
        order = sorted(range(len(kept)), key=lambda k: self.place(kept[k]))
        array = np.transpose(array, (*order, len(kept), len(kept) + 1))
        shape = [1] * -min(map(self.place, kept), default=-2)
        for k, length in zip(order, array.shape, strict=False):
            shape[self.place(kept[k])] = length
        return array.reshape((*shape[:-2], *array.shape[-2:]))

    def at(self, array: Any, leaf: Any) -> Any:
        """The values of a symbol at one point, in their place."""
        return self.put(np.expand_dims(array, (-2, -1)), indices_of(leaf))

    def take(self, array: Any, indices: Sequence[Index], sizes: Sequence[int]) -> Any:
        """The reverse of :meth:`put`."""
        places = [self.place(index) for index in indices]
        array = self._padded(array, places)
        array = np.moveaxis(array, places, range(-2 - len(places), -2))
        return np.broadcast_to(array.reshape(array.shape[-2 - len(places) :]), (*sizes, *array.shape[-2:]))

    def gathered(self, slopes: Any, indices: Sequence[Index], sizes: Sequence[int]) -> Any:
        """Slopes in each direction, the directions laid out along the indices of the variable."""
        slopes = self._padded(slopes, list(map(self.place, indices)))
        lead = slopes.shape[:-2]
        array = np.broadcast_to(slopes, (*lead, prod(sizes), slopes.shape[-1])).reshape((*lead, *sizes, -1))
        for k, index in enumerate(indices):
            own, new = len(lead) + 2 + self.place(index), len(lead) + k
            if array.shape[own] == 1:
                array = np.swapaxes(array, own, new)
            else:
                # The expression has this index too: the same value of it is meant.
                array = np.expand_dims(_diagonal(array, own, new), new)
        return array.reshape((*array.shape[: len(lead)], 1, slopes.shape[-1]))

    def summed(self, array: Any, index: Index, count: Expr) -> Any:
        """The sum along an index."""
        place, array = self.place(index), self._padded(array, [self.place(index)])
        shape = list(array.shape)
        shape[place] = self.size(count)
        return np.broadcast_to(array, shape).sum(axis=place, keepdims=True)

    def delta(self, first: Index, second: Index, count: Expr) -> Any:
        """1 where both indices agree, else 0."""
        return self.put(np.eye(self.size(count), dtype=int)[..., None, None], (first, second))

    def _padded(self, array: Any, places: Sequence[int]) -> Any:
        missing = -min(places, default=-2) - array.ndim
        return array.reshape((1,) * missing + array.shape) if missing > 0 else array


def _diagonal(array: Any, first: int, second: int) -> Any:
    """The entries where two axes agree, along the first of them."""
    return np.moveaxis(np.diagonal(array, axis1=first, axis2=second), -1, first)
