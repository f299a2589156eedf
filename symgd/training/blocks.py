"""Data block by block: no temporary is as long as they are, and what is computed of a block stays in a core's cache.

Threads that share the blocks pay for products of matrices alone (``moments/threads.py``): NumPy holds Python's lock
between short operations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

Array = Any
Values = Mapping[str, Any]

NARROW = 8
"""So few numbers per sample are stored one after another, and multiplied pair by pair: no matrix product is faster."""

PIECE = 1 << 13
"""Vectors so long BLAS leaves to one thread."""

LONGEST = 4 * PIECE
"""Samples in a block: several vectors so long stay in a core's own cache, and calls take little beside the work."""

SHORTER = 2 * PIECE
"""Samples in a block for NumPy expressions, which hold several vectors more at a time than the pass for moments."""

ENTRIES = 1 << 17
"""Numbers in a block of longer samples: matrix products keep to the cache by themselves."""

STEP = 8
"""Every so many-th block is of the part that stands for all samples."""


@dataclass(frozen=True)
class Samples:
    """The samples of every *step*-th block of the data, each block *length* samples."""

    data: Values
    length: int
    step: int = 1

    @classmethod
    def of(cls, data: Values, width: int) -> Samples:
        """All samples, in blocks that suit *width* numbers for each, of as many samples at least."""
        # To add the squares of smaller ones would take longer than to find them.
        return cls(data, max(width, length(width)))

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(min(self.length, count(self.data) - first) for first in self._firsts)

    @property
    def part(self) -> Samples | None:
        """An eighth of the samples, from all over the data; None for few samples."""
        return replace(self, step=STEP) if len(self._firsts) >= 2 * STEP else None

    def blocks(self) -> Iterator[dict[str, Any]]:
        """The blocks, in double precision."""
        return (part(self.data, slice(first, first + self.length)) for first in self._firsts)

    def stretches(self) -> list[Samples]:
        """The same samples, so many blocks of them at a time that the first one is of the part."""
        long = STEP * self.length
        found = (slice(first, first + long) for first in range(0, count(self.data), long))
        return [
            replace(self, data={name: each[which] for name, each in self.data.items()}) for which in found
        ]

    @property
    def _firsts(self) -> range:
        return range(0, count(self.data), self.step * self.length)


def count(data: Values) -> int:
    """The number of samples."""
    return len(next(iter(data.values())))


def length(width: int, longest: int = LONGEST) -> int:
    """How many samples of *width* numbers each make a block, the *longest* of those with few numbers."""
    return longest if width <= NARROW else max(1, ENTRIES // width)


def part(data: Values, which: slice) -> dict[str, Any]:
    """Some of the samples, in double precision."""
    return {name: np.asarray(each[which], np.float64) for name, each in data.items()}


def every(data: Values, samples: int) -> dict[str, Any]:
    """About so many *samples* from all over the data, in double precision; all of them if there are no more."""
    found = part(data, slice(0, None, max(1, count(data) // samples)))
    return {name: np.ascontiguousarray(each) for name, each in found.items()}
