"""The columns that the forms of a loss are made of: functions of the data of one sample, each with an array of rows."""

from __future__ import annotations

from itertools import count
from typing import Any

from sympy import Expr, IndexedBase

from symgd.derivation.naming import Naming
from symgd.notation.indices import Axis, Bound, Count, Index, axis, indices_of
from symgd.notation.reindexing import reindexed
from symgd.notation.shapes import lengths
from symgd.notation.symbols import Constant, Element, Entry, whole


class Columns:
    """Columns by what they hold for each sample, in the order of their first use; *taken* are names to leave alone.

    A column of R is a constant with an axis of *count* rows in front of the axes that it has for each sample.
    """

    def __init__(self, taken: set[str]) -> None:
        self._naming = Naming(taken)
        free = (name for k in count() if (name := f"r{k or ''}") not in taken)
        self.count = Count(next(free), integer=True, positive=True)
        self._known: dict[Expr, Any] = {}

    @property
    def entries(self) -> tuple[tuple[Any, Expr], ...]:
        """Each column of R, and what it holds for each sample."""
        return tuple((column, value) for value, column in self._known.items())

    def entry(self, value: Any, row: Index) -> Expr:
        """The entry, in one row, of the column of a function of the data; 1 has a column too."""
        if isinstance(value, Entry):
            return _at(self._column(whole(value.label)), row, *value.indices[1:])
        bound = [index for index in indices_of(value) if isinstance(index, Bound)]
        axes = {index: axis(len(bound) - k) for k, index in enumerate(bound)}
        return _at(self._column(reindexed(value, axes)), row, *bound)

    def _column(self, value: Any) -> Any:
        if value not in self._known:
            name = self._naming.unused("R", value)
            self._known[value] = whole(Constant(name, (self.count, *_shape(value))))
        return self._known[value]


def _at(column: Any, *indices: Any) -> Expr:
    return Element(IndexedBase(column.label), *indices)


def _shape(value: Any) -> tuple[Expr, ...]:
    """The axes that a function of the data has for each sample."""
    if isinstance(value, Entry):
        return tuple(value.label.shape)
    sizes = lengths(value)
    return tuple(sizes[index].size for index in indices_of(value) if isinstance(index, Axis))
