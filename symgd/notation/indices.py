"""The indices of index notation: of samples, of an array's axes, of sums.

An array symbol is one scalar with an index for each axis: ``W`` of shape (h, d) is W[j, k]. Its indices are
*placeholders* counted from the right, as NumPy's broadcasting counts axes: ``axis(1)`` is the last one. So
``W + b`` is the scalar W[j, k] + b[k], and every SymPy function applies to arrays as it is. A sum binds an index of
its own. The printers give all of them their letters.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from sympy import Expr, S, Symbol

from symgd.errors import NotationError
from symgd.notation.algebra import Ordered


class Named(Ordered, Symbol):
    """A real symbol with a role and, if it stands for an array, a shape."""

    __slots__ = ("shape",)

    def __new__(cls, name: str, shape: tuple[Expr, ...] = (), **assumptions: Any) -> Any:
        symbol = Symbol.__xnew__(cls, name, **{"real": True, **assumptions})
        symbol.shape = tuple(shape)
        return symbol

    @property
    def without_indices(self) -> set[Any]:
        """What the value depends on, whatever element is taken."""
        return {self}

    def __getnewargs_ex__(self) -> Any:
        return (self.name, self.shape), self._assumptions_orig

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), self.shape)


class Index(Named):
    """An index that a sum runs over."""

    __slots__ = ()


class Sample(Index):
    """An index of the samples."""

    __slots__ = ()


class Axis(Index):
    """A placeholder: the index of an axis, counted from the right."""

    __slots__ = ()

    @property
    def number(self) -> int:
        """1 for the last axis."""
        return int(self.name[1:])


class Bound(Index):
    """An index that a sum over an axis binds."""

    __slots__ = ()


class Count(Named):
    """The number of values that an index takes: n, the size of an axis."""

    __slots__ = ()


SAMPLE = Sample("i", integer=True)
"""The index of the samples."""

OTHER = Sample("i_prime", integer=True)
"""A second index of the samples, of a loss that compares each with the others."""

SAMPLES = Count("n", integer=True, positive=True)
"""The number of samples."""

RESERVED = {"i": "the index of the samples", "n": "the number of samples", "L": "the loss"}


@cache
def axis(number: int) -> Axis:
    """The placeholder for an axis counted from the right: 1 is the last."""
    return Axis(f"a{number}", integer=True)


@cache
def bound(number: int) -> Bound:
    """An index for a sum over an axis."""
    return Bound(f"s{number}", integer=True)


def fresh(*expressions: Expr) -> Bound:
    """An index that occurs in none of *expressions*."""
    taken = {index for expr in expressions for index in expr.atoms(Bound)}
    number = 1
    while bound(number) in taken:
        number += 1
    return bound(number)


def order(index: Index) -> tuple[bool, bool, int, str]:
    """The key by which indices are sorted: samples first, then axes from the left."""
    number = index.number if isinstance(index, Axis) else 0
    return not isinstance(index, Sample), index != SAMPLE, -number, index.name


@lru_cache(maxsize=10_000)
def indices_of(expr: Expr) -> tuple[Index, ...]:
    """The free indices of *expr*: those of samples first, then its axes from the left."""
    return tuple(sorted((s for s in expr.free_symbols if isinstance(s, Index)), key=order))


def size(value: Any) -> Expr:
    """The size of an axis from a name or a number: a symbol, so that formulas stay the same for every size."""
    if isinstance(value, Count) or value is S.One:
        return value
    if isinstance(value, str) and value.isidentifier():
        if value in RESERVED and value != SAMPLES.name:
            raise NotationError(f"a shape cannot hold {value!r}, which stands for {RESERVED[value]}.")
        return Count(value, integer=True, positive=True)
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return S.One if value == 1 else Count(str(value), integer=True, positive=True)
    raise NotationError(f"the size {value!r} of an axis is neither a name nor a positive whole number.")


def number_of(count: Expr) -> int | None:
    """The number that a size stands for; None for one that data will bind."""
    name = count.name if isinstance(count, Count) else str(count)
    return int(name) if name.isdecimal() else None
