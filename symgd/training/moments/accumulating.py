"""One pass over the data: the triangle R of a matrix with a row for each sample, block by block.

With B = A T⁻¹, T a triangle, A = Q R follows from the Cholesky factor of BᵀB. BᵀB alone, without T, would square the
condition number. T comes from the QR factorization of a few samples from all over the data: columns that nearly depend
on one another, as values far from zero, or targets that are nearly met, are apart before anything is squared (Fukaya,
Kannan, Nakatsukasa, Yamamoto and Yanagisawa, Shifted Cholesky QR, 2020; Garrison and Ipsen, A randomized
preconditioned Cholesky-QR algorithm, 2024). The first column out of the others is what shifting data by their mean does
(Chan, Golub and LeVeque, Algorithms for computing the sample variance, 1983). Where these few samples do not show how
columns depend on one another, BᵀB does, and a second pass takes that out too.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np

from symgd.training.blocks import Array, Samples, Values
from symgd.training.moments.matrix import Columns, Matrix
from symgd.training.moments.threads import shared
from symgd.training.moments.triangles import are_apart, root, units
from symgd.training.partitions.partitions import Partitions

SPREAD = 10
"""Sums that differ from those of the part up to so many times, per sample, cost one digit more than the part shows."""


class Triangles(NamedTuple):
    """R of all *samples*, a part for each name; and of the part of them that stands for all, None if none does."""

    samples: Samples | Partitions
    whole: dict[str, Array]
    part: dict[str, Array] | None


def triangles(columns: Columns, values: Values, data: Values) -> Triangles:
    """R of the matrix whose columns are given.

    LinAlgError if a column is not finite, as the root of a negative weight.
    """
    matrix = Matrix.of(columns, values, data)
    samples = Samples.of(data, matrix.width)
    separator = matrix.separator()
    squares = _squares(matrix, samples, separator)
    found = root(squares.sum(axis=0))
    if not are_apart(found):
        known = np.eye(matrix.width) if separator is None else separator
        separator = units(found) @ known
        squares = _squares(matrix, samples, separator)
        found = root(squares.sum(axis=0))
    part = root(squares[0]) if _alike(squares, samples) else None
    if separator is not None:
        found, part = found @ separator, None if part is None else part @ separator
    return Triangles(samples, matrix.by_name(found), None if part is None else matrix.by_name(part))


def _squares(matrix: Matrix, samples: Samples, separator: Array | None) -> Array:
    """BᵀB, of the part of the samples and of all others; stretches of them are added in their order."""
    each = shared if matrix.is_shared(separator) else map
    squares: Array = sum(each(partial(_square, matrix, separator), samples.stretches()))
    if not np.isfinite(squares).all():
        raise np.linalg.LinAlgError
    return squares


# Each thread has error states of its own.
@np.errstate(all="ignore")
def _square(matrix: Matrix, separator: Array | None, stretch: Samples) -> Array:
    """The same for a stretch, whose first block is of the part."""
    squares = np.zeros((2, matrix.width, matrix.width))
    for k, block in enumerate(stretch.blocks()):
        squares[min(k, 1)] += matrix.square(block, separator)
    return squares


def _alike(squares: Array, samples: Samples) -> bool:
    """Whether the part of the samples stands for all: no column is much longer elsewhere."""
    if samples.part is None:
        return False
    part, others = np.diagonal(squares, axis1=1, axis2=2)
    return bool(((part + others) / samples.count <= SPREAD * part / samples.part.count).all())
