"""Data in blocks of samples, which need not stand in memory at once: the blocks in order, looked at one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from symgd.codegen.binding import bind_data, columns_of
from symgd.codegen.partial_sums import BlockCode
from symgd.errors import DataError
from symgd.notation.mapping import name_of
from symgd.notation.problem import Problem
from symgd.training.tree import tree

Sums = tuple[Any, ...]


@dataclass(frozen=True)
class Look:
    """What the first pass sees of a block: the array of each name without its numbers, and what is *wrong* with it."""

    arrays: Mapping[str, Any] = field(default_factory=dict)
    wrong: str = ""

    @property
    def samples(self) -> int:
        """How many samples the block has."""
        return len(next(iter(self.arrays.values())))

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shapes of one sample."""
        return {name: array.shape[1:] for name, array in self.arrays.items()}


@dataclass(frozen=True)
class Looking:
    """Looks at a block: all that is checked of data in memory is checked of it."""

    problem: Problem

    def __call__(self, piece: Any) -> Look:
        """What there is to see."""
        try:
            bound = bind_data(self.problem, piece)
        except DataError as error:
            return Look(wrong=str(error))
        return Look({name: np.broadcast_to(a.dtype.type(0), a.shape) for name, a in bound.items()})


class Blocks(Mapping[str, Any]):
    """Data in blocks, the mappings or dataframes that *pieces* gives each time it is iterated.

    As a mapping it has the whole array of each name, read when it is asked for.
    """

    def __init__(self, problem: Problem, code: BlockCode, pieces: Iterable[Any]) -> None:
        self.problem, self.code, self.pieces = problem, code, pieces
        self.names = [name_of(symbol) for symbol in problem.data]

    def each(self, task: Callable[[Any], Any]) -> Iterable[Any]:
        """What *task* says of each block, in their order."""
        return map(task, self.pieces)

    def summed(self, task: Callable[[Any], Sums]) -> Sums:
        """The sum of what *task* gives for each block."""
        return tree(self.each(task), add)

    def read(self) -> Iterator[Any]:
        """The blocks one by one, in memory."""
        return iter(self.pieces)

    @cached_property
    def looks(self) -> tuple[Look, ...]:
        """What the first pass sees; DataError that names the block for the first that has something wrong."""
        seen: list[Look] = []
        first = 0
        for number, look in enumerate(self.each(Looking(self.problem))):
            wrong = look.wrong or _differs(look, seen)
            if wrong:
                raise DataError(f"block {number}, whose first sample is {first}: {wrong}")
            seen.append(look)
            first += look.samples
        if not seen:
            raise DataError("the data have no blocks: at least one sample is needed.")
        return tuple(seen)

    @property
    def samples(self) -> int:
        """How many samples all blocks have."""
        return sum(look.samples for look in self.looks)

    def columns(self, piece: Any, dtype: Any) -> dict[str, Any]:
        """The arrays of a block by name."""
        return columns(self.names, piece, dtype)

    def __getitem__(self, name: str) -> Any:
        if name not in self.names:
            raise KeyError(name)
        return np.concatenate([as_array(columns_of(self.names, piece)[name]) for piece in self.read()])

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def columns(names: list[str], piece: Any, dtype: Any) -> dict[str, Any]:
    """The arrays of a block that was looked at before, by name."""
    given = columns_of(names, piece)
    return {name: np.asarray(as_array(values), dtype=dtype) for name, values in given.items()}


def as_array(values: Any) -> Any:
    """A column as an array; one of NumPy is not copied."""
    return np.asarray(values.to_numpy() if hasattr(values, "to_numpy") else values)


def add(left: Sums, right: Sums) -> Sums:
    """The sums of two blocks together."""
    return tuple(a + b for a, b in zip(left, right, strict=True))


def _differs(look: Look, seen: list[Look]) -> str:
    """What a block has in another shape than the first one."""
    if not seen or look.shapes == seen[0].shapes:
        return ""
    name = next(name for name, shape in look.shapes.items() if shape != seen[0].shapes[name])
    return (
        f"the data {name!r} have shape {look.arrays[name].shape}; in block 0 it is "
        f"{seen[0].arrays[name].shape}. All blocks have samples of one shape."
    )
