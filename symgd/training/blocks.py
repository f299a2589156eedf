"""Data block by block: no temporary is as long as they are, and what is computed of a block stays in a core's cache.

Threads that share the blocks were measured, and do not pay: NumPy holds Python's lock between short operations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

Array = Any
Values = Mapping[str, Any]

FEW = 8
"""So few numbers per sample are stored one after another, and multiplied pair by pair: no matrix product is faster."""

PIECE = 1 << 13
"""Vectors so long BLAS leaves to one thread."""

LONGEST = 4 * PIECE
"""Samples in a block: several vectors so long stay in a core's own cache, and calls take little beside the work."""

SHORTER = 2 * PIECE
"""Samples in a block for NumPy expressions, which hold several vectors more at a time than the pass for moments."""

ENTRIES = 1 << 17
"""Numbers in a block of longer samples: matrix products keep to the cache by themselves."""


def count(data: Values) -> int:
    """The number of samples."""
    return len(next(iter(data.values())))


def length(width: int, longest: int = LONGEST) -> int:
    """How many samples of *width* numbers each make a block, the *longest* of those with few numbers."""
    return longest if width <= FEW else max(1, ENTRIES // width)


def part(data: Values, which: slice) -> dict[str, Any]:
    """Some of the samples, in double precision."""
    return {name: np.asarray(each[which], np.float64) for name, each in data.items()}


def every(data: Values, samples: int) -> dict[str, Any]:
    """About so many *samples* from all over the data, in double precision; all of them if there are no more."""
    found = part(data, slice(0, None, max(1, count(data) // samples)))
    return {name: np.ascontiguousarray(each) for name, each in found.items()}


def blocks(data: Values, width: int) -> Iterator[dict[str, Any]]:
    """The blocks of samples of *width* numbers each."""
    step = length(width)
    return (part(data, slice(first, first + step)) for first in range(0, count(data), step))
