"""A matrix with a row for each sample, of which no more than a block is there at a time, and its square."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from symgd.training.blocks import NARROW, Array, Values, count, every
from symgd.training.moments.pairs import pairs, take_apart
from symgd.training.moments.triangles import are_apart, triangle_of, units

Columns = Mapping[str, Callable[[Values], Any]]
Parts = list[tuple[slice, Any]]

PARTS = 3
"""So many parts of a block are multiplied as they are; more are copied into one: a product of each two takes longer."""

WIDE = 256
"""Products of so many columns BLAS leaves to one thread, or shares among its own to little use."""

TRIED = 2048
"""Samples from which T is found."""


@dataclass(frozen=True)
class Matrix:
    """The matrix with these *columns*, a column of ones first, where there is one.

    *places* tells where each column, or the columns of an array, stand; *values* are what they need beside the data.
    """

    columns: Columns
    values: Values
    shapes: Mapping[str, tuple[int, ...]]
    sample: Values

    @classmethod
    def of(cls, columns: Columns, values: Values, data: Values) -> Matrix:
        """The matrix for some data."""
        sample = every(data, TRIED)
        found = {name: np.shape(column({**values, **sample})) for name, column in columns.items()}
        ordered = sorted(columns, key=lambda name: len(found[name]) > 0)
        return cls(columns, values, {name: found[name][1:] for name in ordered}, sample)

    @cached_property
    def places(self) -> dict[str, slice]:
        """Where the columns of each name stand."""
        ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes.values()])
        starts = [0, *ends[:-1]]
        return {name: slice(int(a), int(b)) for name, a, b in zip(self.shapes, starts, ends, strict=True)}

    @cached_property
    def width(self) -> int:
        """The number of columns."""
        return sum(place.stop - place.start for place in self.places.values())

    @property
    def is_wide(self) -> bool:
        """Whether columns are so many that products of matrices pay."""
        return self.width > NARROW

    def is_multiplied(self, separator: Array | None) -> bool:
        """Whether products of its parts are all that squaring it takes."""
        return self.is_wide and separator is None and len(self.places) <= PARTS

    def is_shared(self, separator: Array | None) -> bool:
        """Whether threads square it sooner than one: wider products are shared by BLAS, and take memory in each."""
        return self.is_multiplied(separator) and self.width <= WIDE

    def by_name(self, triangle: Array) -> dict[str, Array]:
        """The columns of a triangle that belong to each name."""
        return {
            name: triangle[:, place].reshape(len(triangle), *self.shapes[name]).copy()
            for name, place in self.places.items()
        }

    def separator(self) -> Array | None:
        """T, with ones on its diagonal, from a few samples; None where columns are apart already."""
        samples = count(self.sample)
        r = triangle_of(self._filled(self._parts(self.sample), samples).T)
        return None if are_apart(r) else units(r, samples * np.finfo(np.float64).eps)

    def square(self, data: Values, separator: Array | None) -> Array:
        """BᵀB for a block of samples, each column of B without what those before it make up of it."""
        parts, samples = self._parts(data), count(data)
        if self.is_multiplied(separator):
            return self._multiplied(parts, samples)
        if separator is not None:
            return self._separated(parts, separator, samples)
        if self.is_wide:
            columns = self._filled(parts, samples)
            return columns @ columns.T
        listed = [each for _, value in parts for each in (value.T if np.ndim(value) else [float(value)])]
        return pairs(listed, samples)

    def _multiplied(self, parts: Parts, samples: int) -> Array:
        squared = np.empty((self.width, self.width))
        full = [(place, value if np.ndim(value) else np.full((samples, 1), value)) for place, value in parts]
        for k, (mine, left) in enumerate(full):
            for other, right in full[: k + 1]:
                squared[mine, other] = np.dot(left.T, right)
                squared[other, mine] = squared[mine, other].T
        return squared

    def _separated(self, parts: Parts, separator: Array, samples: int) -> Array:
        number = parts[0][1]
        shifted = np.ndim(number) == 0
        columns = self._filled(parts, samples, number * separator[0] if shifted else None)
        take_apart(columns[shifted:], separator[shifted:, shifted:])
        if self.is_wide:
            return columns @ columns.T
        return pairs([float(number), *columns[1:]] if shifted else list(columns), samples)

    def _filled(self, parts: Parts, samples: int, shift: Array | None = None) -> Array:
        """The columns of a block, one after another; less a number for each but those of numbers."""
        columns = np.empty((self.width, samples))
        for place, value in parts:
            if shift is None or not np.ndim(value):
                columns[place] = np.transpose(value)
            else:
                np.subtract(value.T, shift[place, None], out=columns[place])
        return columns

    def _parts(self, data: Values) -> Parts:
        """The columns of a block of samples, each a number or an array with two axes, and where they stand."""
        values = {**self.values, **data}
        found = [(place, self.columns[name](values)) for name, place in self.places.items()]
        return [(place, np.reshape(v, (len(v), -1)) if np.ndim(v) else v) for place, v in found]
