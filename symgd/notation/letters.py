"""The letters of indices: i for the samples, j, k, l … for axes from the left, then for sums from the outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sympy import Expr

from symgd.notation.indices import OTHER, Axis, Bound, Index, Named, axis, indices_of

# Those that Unicode has as subscripts.
_POOL = "jklmprsuvaehox"


@dataclass(frozen=True)
class Lettering:
    """What the formulas of one loss have in common, so that each index has the same letter in all of them.

    *axes* is the number of axes of what stands on the left of a formula, *taken* holds the letters that name
    something else, and *pairs* says that samples are compared with one another: then j is the other sample.
    """

    axes: int = 0
    taken: frozenset[str] = frozenset()
    pairs: bool = False


def lettering(*formulas: Expr, head: Any = None) -> Lettering:
    """What *formulas* take, for lines that stand on the right of *head*."""
    free = {symbol for formula in formulas for symbol in formula.free_symbols}
    taken = {symbol.name for symbol in free if isinstance(symbol, Named) and not isinstance(symbol, Index)}
    pairs = any(OTHER in formula.atoms(Index) for formula in formulas)
    return Lettering(axes_of(head), frozenset(taken), pairs)


def axes_of(expr: Any) -> int:
    """The number of axes of an expression: the largest number of a placeholder in it."""
    free = indices_of(expr) if hasattr(expr, "free_symbols") else ()
    return max((index.number for index in free if isinstance(index, Axis)), default=0)


class Letters:
    """The letter of each index while a formula is typeset."""

    def __init__(self, known: Lettering | None) -> None:
        self._known = known

    def meet(self, formula: Any) -> None:
        """Look at the whole formula before its parts are typeset."""
        known = self._known or lettering(*([formula] if isinstance(formula, Expr) else []))
        self._pool = [letter for letter in _POOL if letter not in known.taken]
        self._chosen: dict[Index, str] = {OTHER: self._pool.pop(0)} if known.pairs else {}
        count = max(known.axes, axes_of(formula))
        for number in range(count, 0, -1):
            self._chosen[axis(number)] = self._pool.pop(0)

    def of(self, index: Index) -> str:
        """The letter of an index."""
        return self._chosen.get(index, str(index.name))

    @contextmanager
    def within(self, indices: Iterable[Index]) -> Iterator[None]:
        """Give the indices that a sum binds letters that are free inside it."""
        chosen, pool = dict(self._chosen), list(self._pool)
        for index in indices:
            if isinstance(index, Bound):
                self._chosen[index] = self._pool.pop(0)
        yield
        self._chosen, self._pool = chosen, pool
