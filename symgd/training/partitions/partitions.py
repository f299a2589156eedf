"""Data in partitions of the samples, which need not stand in memory at once: looked at once, then used one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from symgd.codegen.binding import columns_of
from symgd.codegen.partial_sums import PartialSums, partial_sums
from symgd.derivation.derive import Derivation
from symgd.errors import DerivationError
from symgd.notation.mapping import name_of
from symgd.training.partitions.looking import Look, Looking, checked
from symgd.training.partitions.tree import tree

Result = TypeVar("Result")

_KNOWN: WeakKeyDictionary[Derivation, PartialSums] = WeakKeyDictionary()


class Partitions(Mapping[str, Any]):
    """Data in partitions: the mappings or dataframes that *pieces* gives each time it is iterated.

    As a mapping it has the whole array of each name, read when it is asked for.
    """

    def __init__(self, derivation: Derivation, pieces: Iterable[Any]) -> None:
        self.derivation, self.pieces = derivation, pieces
        self.names = [name_of(symbol) for symbol in derivation.problem.data]

    def each(self, task: Callable[[Any], Result]) -> Iterable[Result]:
        """What *task* says of each partition, in their order."""
        return map(task, self.pieces)

    def joined(self, task: Callable[[Any], Result], join: Callable[[Result, Result], Result]) -> Result:
        """What *task* gives for each partition, joined in a tree that their number alone decides."""
        return tree(self.each(task), join)

    def read(self) -> Iterator[Any]:
        """The partitions one by one, in memory."""
        return iter(self.pieces)

    @cached_property
    def looks(self) -> tuple[Look, ...]:
        """What the first pass sees; DataError that names the first partition with something wrong."""
        return checked(self.each(Looking(self.derivation.problem)))

    @cached_property
    def samples(self) -> int:
        """How many samples all partitions have."""
        return sum(look.samples for look in self.looks)

    @property
    def count(self) -> int:
        """The same."""
        return self.samples

    @property
    def numbers(self) -> int:
        """How many numbers all partitions hold."""
        return sum(array.size for array in self.stand_ins.values())

    @cached_property
    def stand_ins(self) -> dict[str, Any]:
        """Arrays of zeros that have the shapes and the precision of the data, but take no memory."""
        first = self.looks[0].shapes
        kinds = {name: np.result_type(*{look.kinds[name] for look in self.looks}) for name in first}
        return {
            name: np.broadcast_to(np.zeros((), kinds[name]), (self.samples, *shape))
            for name, shape in first.items()
        }

    @property
    def code(self) -> PartialSums:
        """The generated functions; DerivationError where the loss is no function of sums over the samples."""
        if self.derivation not in _KNOWN:
            _KNOWN[self.derivation] = partial_sums(self.derivation)
        return _KNOWN[self.derivation]

    @property
    def adds_up(self) -> bool:
        """Whether the loss can be computed from sums of each partition."""
        try:
            return bool(self.code)
        except DerivationError:
            return False

    def __getitem__(self, name: str) -> Any:
        if name not in self.names:
            raise KeyError(name)
        return np.concatenate([as_array(columns_of(self.names, piece)[name]) for piece in self.read()])

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def arrays_of(names: list[str], piece: Any, dtype: Any) -> dict[str, Any]:
    """The arrays of a partition that was looked at before, by name."""
    given = columns_of(names, piece)
    return {name: np.asarray(as_array(values), dtype=dtype) for name, values in given.items()}


def as_array(values: Any) -> Any:
    """A column as an array; one of NumPy is not copied."""
    return np.asarray(values.to_numpy() if hasattr(values, "to_numpy") else values)
