"""Few columns, multiplied pair by pair: no matrix product is faster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symgd.training.blocks import NARROW, PIECE, Array


def pairs(columns: Sequence[Any], samples: int) -> Array:
    """The products of columns with one another; a number is a column of such numbers."""
    squared = np.empty((len(columns), len(columns)))
    pieces = [each if isinstance(each, float) else _pieces(each) for each in columns]
    for j, left in enumerate(pieces):
        # Its own square first: that reads a column from memory fastest.
        for k in range(j, -1, -1):
            squared[j, k] = squared[k, j] = _product(left, pieces[k], samples)
    return squared


def take(column: Array, others: Array, numbers: Array) -> None:
    """Take the *others* times *numbers* off a column; a product with a matrix of few columns is slower."""
    if len(numbers) > NARROW:
        column -= np.dot(others, numbers)
        return
    for other, number in zip(others.T, numbers, strict=True):
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
