"""Arrays that are read in blocks of rows: ``np.memmap``, which is never copied as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from symgd.codegen.binding import check_lengths, columns_of
from symgd.codegen.partial_sums import BlockCode
from symgd.errors import DataError
from symgd.notation.problem import Problem
from symgd.training.blocks import Blocks, as_array

BLOCK = 8_000_000
"""How many bytes a block has, about."""


class Rows:
    """The samples of some arrays of equal length, a few megabytes of them at a time."""

    def __init__(self, arrays: Mapping[str, Any]) -> None:
        self.arrays = dict(arrays)
        self.samples = len(next(iter(self.arrays.values())))
        self.size = max(1, BLOCK // max(1, sum(array[:1].nbytes for array in self.arrays.values())))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for first in range(0, self.samples, self.size):
            yield {name: array[first : first + self.size] for name, array in self.arrays.items()}


class RowBlocks(Blocks):
    """Arrays in blocks of rows; as a mapping it has the arrays themselves."""

    pieces: Rows

    def __getitem__(self, name: str) -> Any:
        return self.pieces.arrays[name]


def row_blocks(problem: Problem, code: BlockCode, data: Any) -> RowBlocks:
    """A mapping of arrays in blocks; DataError for a name or a number of samples that does not fit."""
    names = [symbol.name for symbol in problem.data]
    given = columns_of(names, data)
    # Arrays of NumPy stay where they are: a view of a file is still one.
    arrays = {name: v if isinstance(v, np.ndarray) else as_array(v) for name, v in given.items()}
    for name, array in arrays.items():
        if not array.ndim or not len(array):
            state = "are empty" if array.ndim else "are one number"
            raise DataError(f"the data {name!r} {state}: at least one sample is needed, in a sequence.")
    check_lengths(arrays)
    return RowBlocks(problem, code, Rows(arrays))
