"""Triangles with few rows: the root of a square, and how columns depend on one another."""

from __future__ import annotations

import numpy as np

from symgd.training.blocks import Array

APART = 1e-2
"""Columns at least so far apart lose four digits at most when squared: they need no T, which costs as much again."""

ROUNDED = 1e-13
"""So much of the square of a column of length 1 may be rounding."""


PIECE = 64
"""Rows so few that LAPACK leaves them to one thread: several, waiting for one another, take a multiple of the time."""


def triangle_of(rows: Array) -> Array:
    """R of some rows, by QR of pieces of them, and again of what these leave; as many rows as columns."""
    width = rows.shape[1]
    while len(rows) > max(PIECE, 2 * width):
        length = max(PIECE, 2 * width)
        full = np.zeros((-(-len(rows) // length) * length, width))
        full[: len(rows)] = rows
        pieces: Array = np.linalg.qr(full.reshape(-1, length, width), mode="r")
        rows = pieces.reshape(-1, width)
    found: Array = np.linalg.qr(np.vstack([rows, np.zeros((width, width))]), mode="r")
    return found


def root(squared: Array) -> Array:
    """The triangle whose square this is: Cholesky's, of columns scaled to length 1."""
    lengths = np.sqrt(np.diag(squared))
    scale = np.where(lengths > 0, lengths, 1)
    scaled = squared / scale / scale[:, None]
    np.fill_diagonal(scaled, 1)
    try:
        return np.linalg.cholesky(scaled).T * lengths
    except np.linalg.LinAlgError:
        return _root_of_some(scaled) * lengths


def _root_of_some(scaled: Array) -> Array:
    """The same where some columns depend on others: nothing is left of those."""
    rest, found = scaled.copy(), np.zeros_like(scaled)
    for k, row in enumerate(found):
        if rest[k, k] > ROUNDED:
            row[k:] = rest[k, k:] / np.sqrt(rest[k, k])
            rest -= np.outer(row, row)
    return found


def are_apart(triangle: Array) -> bool:
    """Whether no column depends on those before it too closely to be squared."""
    own = np.abs(np.diag(triangle))
    return bool((own >= APART * np.linalg.norm(triangle, axis=0)).all())


def units(triangle: Array, rounded: float = ROUNDED**0.5) -> Array:
    """The triangle with its rows scaled so that its diagonal is of ones: what each column makes up of those after it.

    What is left of a column that others make up, *rounded* of its length, is rounding: it makes up nothing.
    """
    own = np.diag(triangle)
    safe = np.abs(own) > rounded * np.linalg.norm(triangle, axis=0)
    scaled = np.where(safe[:, None], triangle, 0) / np.where(safe, own, 1)[:, None]
    return np.triu(scaled, 1) + np.eye(len(own))
