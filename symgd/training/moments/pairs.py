"""Few columns, multiplied and taken apart pair by pair: no matrix product is faster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symgd.training.blocks import PIECE, Array

TOGETHER = 4
"""Columns that are taken apart from one another pair by pair."""


def pairs(columns: Sequence[Any], samples: int) -> Array:
    """The products of columns with one another; a number is a column of such numbers."""
    squared = np.empty((len(columns), len(columns)))
    pieces = [each if isinstance(each, float) else _pieces(each) for each in columns]
    for j, left in enumerate(pieces):
        # Its own square first: that reads a column from memory fastest.
        for k in range(j, -1, -1):
            squared[j, k] = squared[k, j] = _product(left, pieces[k], samples)
    return squared


def take_apart(columns: Array, triangle: Array) -> None:
    """Take off each column what those before it make up of it: B = A T⁻¹, in the place of A.

    That is substitution, after which B T is A but for the last digits; a product with T⁻¹ loses more. Of a few columns
    at a time, what all before them make up is one product of matrices.
    """
    for first in range(0, len(columns), TOGETHER):
        few = columns[first : first + TOGETHER]
        if first:
            few -= triangle[:first, first : first + TOGETHER].T @ columns[:first]
        for k in range(1, len(few)):
            _take(few[k], few[:k], triangle[first : first + k, first + k])


def _take(column: Array, others: Array, numbers: Array) -> None:
    """Take the *others* times *numbers* off a column; for so few a product with a matrix takes longer."""
    for other, number in zip(others, numbers, strict=True):
        if number:
            column -= other * number


def _pieces(column: Array) -> list[Array]:
    """BLAS shares longer vectors among threads, and waiting for a busy core takes far longer than the sum."""
    column = np.ascontiguousarray(column)
    whole = len(column) // PIECE * PIECE
    rest = [column[None, whole:]] if whole < len(column) else []
    return [column[:whole].reshape(-1, PIECE), *rest]


def _product(left: Any, right: Any, samples: int) -> float:
    if isinstance(left, float):
        left, right = right, left
    if isinstance(left, float):
        return left * right * samples
    if isinstance(right, float):
        return right * float(sum(each.sum() for each in left))
    return float(sum(np.vecdot(a, b).sum() for a, b in zip(left, right, strict=True)))
