"""Large arrays, in memory or in files of ``np.memmap``, a few rows at a time: they are never copied as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from symgd.training.partitions.partitions import Partitions

LARGE = 64_000_000
"""Bytes in double precision: arrays that would take more are not converted, and used block by block, so that no
temporary is as long as they are."""

PARTITION = 8_000_000
"""How many bytes a partition has in double precision, about."""


class Rows:
    """The samples of some arrays of equal length, a few megabytes of them at a time."""

    def __init__(self, arrays: Mapping[str, Any]) -> None:
        self.arrays = dict(arrays)
        self.samples = len(next(iter(self.arrays.values())))
        self.size = max(1, PARTITION // max(1, sum(8 * array[:1].size for array in self.arrays.values())))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for first in range(0, self.samples, self.size):
            yield {name: array[first : first + self.size] for name, array in self.arrays.items()}


class RowPartitions(Partitions):
    """Arrays that were checked before, in partitions of rows; as a mapping it has the arrays themselves."""

    pieces: Rows

    @property
    def samples(self) -> int:
        """How many samples there are."""
        return self.pieces.samples

    @property
    def stand_ins(self) -> dict[str, Any]:
        """The arrays."""
        return self.pieces.arrays

    def __getitem__(self, name: str) -> Any:
        return self.pieces.arrays[name]


def is_mapped(array: Any) -> bool:
    """Whether an array is a file, or a view of one."""
    while array is not None and not isinstance(array, np.memmap):
        array = getattr(array, "base", None)
    return array is not None


def are_large(arrays: Iterable[Any]) -> bool:
    """Whether arrays are so large that others as long as they are, in double precision, would be felt."""
    return sum(8 * array.size for array in arrays) > LARGE
