"""Arrays that are read a few rows at a time: those of ``np.memmap``, which are never copied as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from symgd.codegen.binding import check_lengths, columns_of
from symgd.derivation.derive import Derivation
from symgd.errors import DataError
from symgd.notation.mapping import name_of
from symgd.training.partitions import Partitions, as_array

LARGE = 64_000_000
"""How many bytes of files are left where they are; fewer are read into memory. Arrays in memory that are larger are
used block by block, so that no temporary is as long as they are."""

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
    """Arrays in partitions of rows; as a mapping it has the arrays themselves."""

    pieces: Rows

    def __getitem__(self, name: str) -> Any:
        return self.pieces.arrays[name]


class KnownRows(RowPartitions):
    """Arrays in memory that were checked before: they are not looked at again."""

    @property
    def samples(self) -> int:
        """How many samples there are."""
        return self.pieces.samples

    @property
    def stand_ins(self) -> dict[str, Any]:
        """The arrays."""
        return self.pieces.arrays


def is_large(data: Mapping[Any, Any]) -> bool:
    """Whether data hold files that are better not read as a whole, but converted a few rows at a time.

    Where all are in double precision nothing is to be converted: then files are arrays like others.
    """
    files = [v for v in data.values() if isinstance(v, np.memmap)]
    return are_large(files) and not all(getattr(v, "dtype", None) == np.float64 for v in data.values())


def is_mapped(array: Any) -> bool:
    """Whether an array is a file, or a view of one."""
    while array is not None and not isinstance(array, np.memmap):
        array = getattr(array, "base", None)
    return array is not None


def are_large(arrays: Iterable[Any]) -> bool:
    """Whether arrays are so large that others as long as they are would be felt."""
    return sum(array.nbytes for array in arrays) > LARGE


def row_partitions(derivation: Derivation, data: Mapping[Any, Any]) -> RowPartitions:
    """A mapping of arrays in partitions; DataError for a name or a number of samples that does not fit."""
    given = columns_of([name_of(symbol) for symbol in derivation.problem.data], data)
    # Arrays of NumPy stay where they are: a view of a file is still one.
    arrays = {name: v if isinstance(v, np.ndarray) else as_array(v) for name, v in given.items()}
    for name, array in arrays.items():
        if not array.ndim or not len(array):
            state = "are empty" if array.ndim else "are one number"
            raise DataError(f"the data {name!r} {state}: at least one sample is needed, in a sequence.")
    check_lengths(arrays)
    return RowPartitions(derivation, Rows(arrays))
