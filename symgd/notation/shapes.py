"""The shape of an expression, and what is wrong where two shapes do not fit: before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from sympy import Expr, S

from symgd.errors import ShapeError
from symgd.notation.deltas import Delta
from symgd.notation.indices import Axis, Bound, Index, Named, Sample
from symgd.notation.intermediates import Let, in_order
from symgd.notation.reindexing import BINDERS
from symgd.notation.symbols import Element


class Length(NamedTuple):
    """How many values an index takes, and the array that says so."""

    size: Expr
    leaf: Any


@lru_cache(maxsize=100_000)
def lengths(expr: Any) -> MappingProxyType[Index, Length]:
    """The number of values of each free index of an array's axis in *expr*; ShapeError where two arrays differ.

    >>> from symgd import parameters
    >>> [str(length.size) for length in lengths(parameters("W", shape=("h", "d"))).values()]
    ['h', 'd']
    """
    found: dict[Index, Length] = {}
    for index, length in _of_leaf(expr):
        _meet(found, index, length, expr)
    if isinstance(expr, Let | Element):
        return MappingProxyType(found)
    for arg in expr.args[:1] if isinstance(expr, BINDERS) else expr.args:
        for index, length in lengths(arg).items():
            _meet(found, index, length, expr)
    if isinstance(expr, BINDERS):
        for limit in expr.args[1:]:
            if not isinstance(limit, Index):
                found.pop(limit[0], None)
            else:
                _meet(found, limit, Length(expr.args[1][2], expr), expr)
    return MappingProxyType(found)


def shape(expr: Any) -> tuple[Expr, ...]:
    """The shape of *expr* for one sample: a size for each axis, 1 for one along which it does not change.

    >>> from symgd import data, parameters
    >>> x, W = data("x", shape=("d",)), parameters("W", shape=("h", "d"))
    >>> shape(W * x), shape(x.label)
    ((h, d), ())
    """
    sizes = {index.number: length.size for index, length in lengths(expr).items() if isinstance(index, Axis)}
    return tuple(sizes.get(number, S.One) for number in range(max(sizes, default=0), 0, -1))


def hidden(expr: Any) -> Any:
    """An array in *expr* with an axis of size 1 on the left of all others, which :func:`shape` cannot see."""
    count, waiting, seen = len(shape(expr)), [expr], {expr}
    while waiting:
        part = waiting.pop()
        leaf = part.label if isinstance(part, Element) else part
        if isinstance(part, Element) and any(isinstance(index, Bound) for index in part.indices):
            continue  # Its axes are summed over.
        if isinstance(leaf, Named) and S.One in getattr(part, "indices", ()) and len(leaf.shape) > count:
            return leaf
        below = (leaf.definition,) if isinstance(leaf, Let) else () if leaf is not part else part.args
        waiting += [inner for inner in below if inner not in seen]
        seen.update(below)
    return None


def shape_text(sizes: tuple[Expr, ...]) -> str:
    """A shape as Python writes it.

    >>> shape_text((S(3),))
    '(3,)'
    """
    return f"({', '.join(map(str, sizes))}{',' if len(sizes) == 1 else ''})"


def described(expr: Any) -> str:
    """An expression and its shape, for errors."""
    return f"{expr}, of shape {shape_text(shape(expr))}"


def _of_leaf(expr: Any) -> Iterable[tuple[Index, Length]]:
    """The indices of a symbol's or an intermediate's axes."""
    if isinstance(expr, Let):
        return _of_let(expr)
    if isinstance(expr, Delta):
        return _open(expr.args[:2], (expr.size, expr.size), expr)
    if not isinstance(expr, Element):
        return ()
    if isinstance(expr.label, Let):
        return _of_let_element(expr)
    return _open(expr.indices[len(expr.indices) - len(expr.label.shape) :], expr.label.shape, expr.label)


def _of_let(expr: Let) -> Iterator[tuple[Index, Length]]:
    # Innermost first, so that a deep composition needs no deep recursion.
    for inner in in_order(expr.definition):
        lengths(inner)
    for index, length in lengths(expr.definition).items():
        yield index, Length(length.size, expr)


def _of_let_element(expr: Any) -> Iterator[tuple[Index, Length]]:
    known = lengths(expr.label)
    for old, new in zip(expr.label.indices, expr.indices, strict=True):
        if old in known:
            yield new, known[old]


def _open(indices: Sequence[Any], sizes: Sequence[Expr], leaf: Any) -> Iterator[tuple[Index, Length]]:
    """The indices of axes among these, each with its size."""
    for index, size in zip(indices, sizes, strict=False):
        if isinstance(index, Index) and not isinstance(index, Sample):
            yield index, Length(size, leaf)


def _meet(found: dict[Index, Length], index: Index, length: Length, where: Any) -> None:
    known = found.setdefault(index, length)
    if known.size != length.size:
        raise ShapeError(
            f"{known.leaf} has shape {shape_text(_shape(known.leaf))} and {length.leaf} has shape "
            f"{shape_text(_shape(length.leaf))}: they meet in {where}, where {known.size} is not {length.size}. "
            "Axes are counted from the last, as in NumPy."
        )


def _shape(leaf: Any) -> tuple[Expr, ...]:
    return leaf.shape if isinstance(leaf, Named) else shape(leaf)
