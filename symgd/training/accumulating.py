"""One pass over the data: the triangle R of a matrix with a row for each sample, block by block.

With B = A T⁻¹, T a triangle, A = Q R follows from the Cholesky factor of BᵀB. BᵀB alone, without T, would square the
condition number. T comes from the QR factorization of a few samples from all over the data: columns that nearly depend
on one another, as values far from zero, or targets that are nearly met, are apart before anything is squared (Fukaya,
Kannan, Nakatsukasa, Yamamoto and Yanagisawa, Shifted Cholesky QR, 2020; Garrison and Ipsen, A randomized
preconditioned Cholesky-QR algorithm, 2024). The first column out of the others is what shifting data by their mean does
(Chan, Golub and LeVeque, Algorithms for computing the sample variance, 1983).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

Array = Any
Columns = Mapping[str, Callable[[Mapping[str, Any]], Any]]

ENTRIES = 1 << 14
"""Numbers in a block: 128 KB in double precision. A core's own cache holds it and what is computed of it."""

WIDE = 1 << 17
"""The same where samples are long: matrix products keep to the cache by themselves."""

TRIED = 2048
"""Samples from which T is found."""

FEW = 8
"""So few columns are stored one after another, and multiplied pair by pair: that is faster than a matrix product."""

APART = 1e-2
"""Columns at least so far apart lose four digits at most when squared: they need no T, which costs as much again."""


def slices(samples: int, width: int) -> Iterator[slice]:
    """The blocks of samples of *width* numbers each."""
    length = _length(width)
    return (slice(first, min(first + length, samples)) for first in range(0, samples, length))


def _length(width: int) -> int:
    return max(1, (ENTRIES if width <= FEW else WIDE) // width)


def part(values: Mapping[str, Any], data: Mapping[str, Any], which: slice) -> dict[str, Any]:
    """The values for a block of samples, in double precision."""
    return {**values, **{name: np.asarray(each[which], np.float64) for name, each in data.items()}}


def triangle(columns: Columns, values: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Array]:
    """R of the matrix whose columns are given, a part for each.

    LinAlgError if a column is not finite, as the root of a negative weight, or depends on others too closely.
    """
    samples = len(next(iter(data.values())))
    tried = part(values, data, slice(0, samples, max(1, samples // TRIED)))
    shapes = {name: np.shape(column(tried))[1:] for name, column in columns.items()}
    places = _places(shapes)
    width = sum(place.stop - place.start for place in places.values())
    sample = _matrix(len(next(iter(tried[name] for name in data))), width)
    _fill(sample, columns, places, tried)
    apart = _apart(sample)
    work = _matrix(_length(width), width)
    squared = np.zeros((width, width))
    for which in slices(samples, width):
        block = part(values, data, which)
        if apart is None:
            _add_products(squared, columns, places, block, which.stop - which.start)
            continue
        filled = work[: which.stop - which.start]
        _fill(filled, columns, places, block)
        squared += _squared(_separated(filled, apart))
    whole = _root(squared) if apart is None else _root(squared) @ apart
    if not np.isfinite(whole).all():
        raise np.linalg.LinAlgError
    return {name: whole[:, place].reshape(width, *shapes[name]).copy() for name, place in places.items()}


def _places(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, slice]:
    """Where each column, or the columns of an array, stand in the matrix."""
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes.values()])
    starts = [0, *ends[:-1]]
    return {name: slice(int(a), int(b)) for name, a, b in zip(shapes, starts, ends, strict=True)}


def _matrix(rows: int, width: int) -> Array:
    return np.empty((rows, width), order="F" if width <= FEW else "C")


def _fill(block: Array, columns: Columns, places: Mapping[str, slice], values: Mapping[str, Any]) -> None:
    for name, column in columns.items():
        value = column(values)
        block[:, places[name]] = value if np.ndim(value) == 0 else np.reshape(value, (len(value), -1))


def _add_products(
    squared: Array, columns: Columns, places: Mapping[str, slice], values: Mapping[str, Any], samples: int
) -> None:
    """Add AᵀA of a block, column by column or array by array where they are: nothing is copied."""
    parts = [(place, _two_axes(columns[name](values), samples)) for name, place in places.items()]
    for k, (mine, left) in enumerate(parts):
        for other, right in parts[: k + 1]:
            product = left.T @ right
            squared[mine, other] += product
            if other != mine:
                squared[other, mine] += product.T


def _two_axes(value: Any, samples: int) -> Array:
    return np.reshape(value, (samples, -1)) if np.ndim(value) else np.full((samples, 1), value)


def _apart(sample: Array) -> Array | None:
    """T, with ones on its diagonal; None where columns are apart already."""
    r: Array = np.linalg.qr(sample, mode="r")
    width = sample.shape[1]
    r = np.vstack([r, np.zeros((width - len(r), width))])
    norms, own = np.linalg.norm(r, axis=0), np.abs(np.diag(r))
    if width > FEW and (own >= APART * norms).all():
        return None
    # What is left of a column that others make up is rounding: nothing is taken out along it.
    safe = own > len(sample) * np.finfo(np.float64).eps * norms
    scaled = np.where(safe[:, None], r, 0) / np.where(safe, np.diag(r), 1)[:, None]
    return np.triu(scaled, 1) + np.eye(width)


def _separated(block: Array, apart: Array) -> Array:
    """A T⁻¹ in the place of A: column by column, from what is left of those before it."""
    for k in range(1, block.shape[1]):
        block[:, k] -= block[:, :k] @ apart[:k, k]
    return block


def _squared(block: Array) -> Array:
    """BᵀB."""
    width = block.shape[1]
    if width > FEW:
        return block.T @ block
    squared = np.empty((width, width))
    for j in range(width):
        for k in range(j + 1):
            squared[j, k] = squared[k, j] = block[:, j] @ block[:, k]
    return squared


def _root(squared: Array) -> Array:
    """The triangle whose square this is: Cholesky's, of columns scaled to length 1."""
    lengths = np.sqrt(np.diag(squared))
    scale = np.where(lengths > 0, lengths, 1)
    scaled = squared / scale / scale[:, None]
    np.fill_diagonal(scaled, 1)
    return np.linalg.cholesky(scaled).T * lengths
