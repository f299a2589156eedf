"""Few columns, multiplied pair by pair: no matrix product is faster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symgd.training.blocks import FEW, PIECE, Array


def pairs(columns: Sequence[Any], samples: int) -> Array:
    """The products of columns with one another; a number is a column of such numbers."""
    squared = np.empty((len(columns), len(columns)))
    parted = [_pieces(each) if np.ndim(each) else (float(each),) for each in columns]
    for j, left in enumerate(parted):
        for k, right in enumerate(parted[: j + 1]):
            squared[j, k] = squared[k, j] = _product(left, right, samples)
    return squared


def take(column: Array, others: Array, numbers: Array) -> None:
    """Take the *others* times *numbers* off a column; a product with a matrix of few columns is slower."""
    if len(numbers) > FEW:
        column -= others @ numbers
        return
    for other, number in zip(others.T, numbers, strict=True):
        if number:
            column -= other * number


def _pieces(column: Array) -> tuple[Array, ...]:
    """BLAS shares longer vectors among threads, and waiting for a busy core takes far longer than the sum."""
    column = np.ascontiguousarray(column)
    whole = len(column) // PIECE * PIECE
    rest = (column[None, whole:],) if whole < len(column) else ()
    return (column[:whole].reshape(-1, PIECE), *rest)


def _product(left: tuple[Any, ...], right: tuple[Any, ...], samples: int) -> float:
    if np.ndim(left[0]) and np.ndim(right[0]):
        return sum(float(np.vecdot(a, b).sum()) for a, b in zip(left, right, strict=True))
    if np.ndim(left[0]):
        left, right = right, left
    return left[0] * (sum(float(each.sum()) for each in right) if np.ndim(right[0]) else right[0] * samples)
