"""The letters of indices: i for the samples, j, k, l … for axes from the left, then for sums from the outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from symgd.notation.indices import Axis, Index, Named, Sample

# Those that Unicode has as subscripts.
_POOL = "jklmprsuvaehox"


class Letters:
    """The letter of each index while a formula is typeset; those that name a symbol of the formula are left out."""

    def __init__(self, axes: int) -> None:
        self._axes, self._pool = axes, list(_POOL)
        self._chosen: dict[Index, str] = {}

    def meet(self, formula: Any) -> None:
        """Look at the whole formula: how many axes it has and which letters name something else."""
        free = getattr(formula, "free_symbols", set())
        numbers = [index.number for index in free if isinstance(index, Axis)]
        self._axes = max(self._axes, *numbers, 0)
        taken = {symbol.name for symbol in free if isinstance(symbol, Named) and not isinstance(symbol, Index)}
        self._pool = [letter for letter in _POOL if letter not in taken]

    def of(self, index: Index) -> str:
        """The letter of an index."""
        if isinstance(index, Axis):
            return self._pool[self._axes - index.number]
        return self._chosen.get(index, str(index.name))

    @contextmanager
    def within(self, indices: Iterable[Index]) -> Iterator[None]:
        """Give the indices that a sum binds letters that are free inside it."""
        before = dict(self._chosen)
        for index in indices:
            if not isinstance(index, Sample):
                used = len(set(self._chosen))
                self._chosen[index] = self._pool[self._axes + used]
        yield
        self._chosen = before
