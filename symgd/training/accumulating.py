"""One pass over the data: the triangle R of a matrix with a row for each sample, block by block.

With B = A T⁻¹, T a triangle, A = Q R follows from the Cholesky factor of BᵀB. BᵀB alone, without T, would square the
condition number. T comes from the QR factorization of a few samples from all over the data: columns that nearly depend
on one another, as values far from zero, or targets that are nearly met, are apart before anything is squared (Fukaya,
Kannan, Nakatsukasa, Yamamoto and Yanagisawa, Shifted Cholesky QR, 2020; Garrison and Ipsen, A randomized
preconditioned Cholesky-QR algorithm, 2024). The first column out of the others is what shifting data by their mean does
(Chan, Golub and LeVeque, Algorithms for computing the sample variance, 1983).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from symgd.training.blocks import FEW, PIECE, Array, Values, blocks, count, every, length

Columns = Mapping[str, Callable[[Values], Any]]

TRIED = 2048
"""Samples from which T is found."""

APART = 1e-2
"""Columns at least so far apart lose four digits at most when squared: they need no T, which costs as much again."""


def triangle(columns: Columns, values: Values, data: Values) -> dict[str, Array]:
    """R of the matrix whose columns are given, a part for each.

    LinAlgError if a column is not finite, as the root of a negative weight, or depends on others too closely.
    """
    matrix = _Matrix.of(columns, values, data)
    apart = matrix.apart()
    squared = matrix.products(data) if apart is None else matrix.separated(data, apart)
    whole = _root(squared) if apart is None else _root(squared) @ apart
    if not np.isfinite(whole).all():
        raise np.linalg.LinAlgError
    return {
        name: whole[:, place].reshape(matrix.width, *matrix.shapes[name]).copy()
        for name, place in matrix.places.items()
    }


@dataclass(frozen=True)
class _Matrix:
    """A matrix of which no more than a block is there at a time: a column of ones first, where there is one.

    *places* tells where each column, or the columns of an array, stand; *values* are what they need beside the data.
    """

    columns: Columns
    values: Values
    shapes: Mapping[str, tuple[int, ...]]
    sample: Values

    @classmethod
    def of(cls, columns: Columns, values: Values, data: Values) -> _Matrix:
        sample = every(data, TRIED)
        found = {name: np.shape(column({**values, **sample})) for name, column in columns.items()}
        ordered = sorted(columns, key=lambda name: len(found[name]) > 0)
        return cls(columns, values, {name: found[name][1:] for name in ordered}, sample)

    @cached_property
    def places(self) -> dict[str, slice]:
        ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes.values()])
        starts = [0, *ends[:-1]]
        return {name: slice(int(a), int(b)) for name, a, b in zip(self.shapes, starts, ends, strict=True)}

    @cached_property
    def width(self) -> int:
        """The number of columns."""
        return sum(place.stop - place.start for place in self.places.values())

    def parts(self, data: Values) -> list[tuple[slice, Any]]:
        """The columns of a block of samples, each a number or an array with two axes, and where they stand."""
        values = {**self.values, **data}
        found = [(place, self.columns[name](values)) for name, place in self.places.items()]
        return [(place, np.reshape(v, (len(v), -1)) if np.ndim(v) else v) for place, v in found]

    def apart(self) -> Array | None:
        """T, with ones on its diagonal; None where columns are apart already."""
        block = np.empty((count(self.sample), self.width))
        for place, value in self.parts(self.sample):
            block[:, place] = value
        r: Array = np.linalg.qr(block, mode="r")
        r = np.vstack([r, np.zeros((self.width - len(r), self.width))])
        norms, own = np.linalg.norm(r, axis=0), np.abs(np.diag(r))
        if self.width > FEW and (own >= APART * norms).all():
            return None
        # What is left of a column that others make up is rounding: nothing is taken out along it.
        safe = own > len(block) * np.finfo(np.float64).eps * norms
        scaled = np.where(safe[:, None], r, 0) / np.where(safe, np.diag(r), 1)[:, None]
        return np.triu(scaled, 1) + np.eye(self.width)

    def products(self, data: Values) -> Array:
        """AᵀA, array by array where they are: nothing is copied."""
        squared = np.zeros((self.width, self.width))
        for block in blocks(data, self.width):
            ones = np.ones((count(block), 1))
            parts = [(place, value if np.ndim(value) else value * ones) for place, value in self.parts(block)]
            for k, (mine, left) in enumerate(parts):
                for other, right in parts[: k + 1]:
                    squared[mine, other] += left.T @ right
        return np.tril(squared) + np.tril(squared, -1).T

    def separated(self, data: Values, apart: Array) -> Array:
        """BᵀB with B = A T⁻¹: each column without what those before it make up of it."""
        squared = np.zeros((self.width, self.width))
        work = np.empty((length(self.width), self.width), order="F" if self.width <= FEW else "C")
        spare = np.empty(len(work))
        for each in blocks(data, self.width):
            block = work[: count(each)]
            shifted = self._fill(block, each, apart[0])
            for k in range(1 + shifted, self.width):
                _take(block[:, k], block[:, shifted:k], apart[shifted:k, k], spare[: len(block)])
            work[len(block) :] = 0
            squared += _squared(work)
        return squared

    def _fill(self, block: Array, data: Values, means: Array) -> bool:
        """Write the columns of a block; less their *means* if the first one is of ones. Whether it is."""
        parts = self.parts(data)
        shifted = np.ndim(parts[0][1]) == 0
        for place, value in parts:
            if shifted and np.ndim(value):
                np.subtract(value, means[place], out=block[:, place])
            else:
                block[:, place] = value
        return shifted


def _take(column: Array, others: Array, numbers: Array, spare: Array) -> None:
    """Take the *others* times *numbers* off a column; a product with a matrix of few columns is slower."""
    if len(numbers) > FEW:
        column -= others @ numbers
        return
    for other, number in zip(others.T, numbers, strict=True):
        column -= np.multiply(other, number, out=spare)


def _squared(block: Array) -> Array:
    """BᵀB of a block of full length."""
    width = block.shape[1]
    if width > FEW:
        return block.T @ block
    # BLAS shares longer vectors among threads, and waiting for a busy core takes far longer than the sum.
    pieces = block.T.reshape(width, -1, PIECE)
    squared = np.empty((width, width))
    for j, left in enumerate(pieces):
        for k, right in enumerate(pieces[: j + 1]):
            squared[j, k] = squared[k, j] = np.vecdot(left, right).sum()
    return squared


def _root(squared: Array) -> Array:
    """The triangle whose square this is: Cholesky's, of columns scaled to length 1."""
    lengths = np.sqrt(np.diag(squared))
    scale = np.where(lengths > 0, lengths, 1)
    scaled = squared / scale / scale[:, None]
    np.fill_diagonal(scaled, 1)
    return np.linalg.cholesky(scaled).T * lengths
