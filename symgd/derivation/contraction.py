"""Collapses deltas: Σ_k f_k δ_kj = f_j."""

from __future__ import annotations

from functools import cache
from typing import Any

from sympy import Add, Expr, Mul, Piecewise, S, Sum

from symgd.notation.algebra import OrderedPiecewise, OrderedSum, add, factors, multiply, terms
from symgd.notation.deltas import Delta
from symgd.notation.indices import OTHER, Index, Sample, fresh
from symgd.notation.reindexing import reindexed


def collapsed(expr: Expr) -> Expr:
    """*expr* with every delta whose index is summed over taken out, together with that sum.

    >>> from symgd import parameters, sum
    >>> from symgd.notation.deltas import delta
    >>> from symgd.notation.indices import axis, size
    >>> w = parameters("w", shape=("d",))
    >>> from symgd.notation.indices import bound
    >>> collapsed(OrderedSum(bound(1) * delta(bound(1), axis(1), size("d")), (bound(1), 1, size("d"))))
    a1
    """

    @cache
    def visit(node: Any) -> Any:
        if not node.has(Delta):
            return node
        args = tuple(map(visit, node.args))
        if isinstance(node, Sum):
            return _summed(args[0], node.limits[0])
        if isinstance(node, Add):
            return add(*args)
        if isinstance(node, Mul):
            return multiply(*args)
        return node if args == node.args else node.func(*args)

    return visit(expr)


def _summed(body: Any, limit: Any) -> Any:
    """Σ over one index of a body whose own sums are collapsed."""
    index = limit[0]
    if not _deltas(body, index):
        return OrderedSum(body, limit)
    if isinstance(body, Add):
        return add(*(_summed(term, limit) for term in terms(body)))
    listed = list(factors(body))
    for factor in listed:
        rest = multiply(*(other for other in listed if other is not factor))
        if isinstance(factor, Delta) and index in factor.args:
            return reindexed(rest, {index: _partner(factor, index)})
        if isinstance(factor, Add) and _deltas(factor, index):
            return add(*(_summed(multiply(rest, term), limit) for term in terms(factor)))
        if isinstance(factor, Sum) and _deltas(factor, index) and len(factor.limits) == 1:
            inside, around = _apart(factor, rest)
            if around[0] not in rest.free_symbols:
                return OrderedSum(_summed(multiply(rest, inside), limit), around)
        if isinstance(factor, Piecewise) and _deltas(factor, index):
            return _of_pieces(factor, rest, limit)
    return OrderedSum(body, limit)


def _apart(node: Any, other: Expr) -> tuple[Any, Any]:
    """The body and the limit of a sum, its index renamed where *other* has one of that name."""
    body, (index, *bounds) = node.function, node.limits[0]
    if index in other.free_symbols:
        renamed = OTHER if isinstance(index, Sample) else fresh(node, other)
        if renamed not in body.free_symbols:
            return reindexed(body, {index: renamed}), (renamed, *bounds)
    return body, (index, *bounds)


def _of_pieces(pieces: Any, rest: Expr, limit: Any) -> Any:
    """Σ_k of a piecewise factor each of whose pieces holds the same delta, or is 0."""
    found = _deltas(pieces, limit[0])
    first = next(iter(found))
    values = [_without(piece, first) for piece, _ in pieces.args]
    if len(found) > 1 or None in values:
        return OrderedSum(multiply(rest, pieces), limit)
    freed = OrderedPiecewise(*((value, where) for value, (_, where) in zip(values, pieces.args, strict=True)))
    return reindexed(multiply(rest, freed), {limit[0]: _partner(first, limit[0])})


def _without(piece: Expr, found: Delta) -> Expr | None:
    """A piece divided by a delta that is one of its factors; None if it is not."""
    listed = list(factors(piece))
    if piece is S.Zero or found not in listed:
        return S.Zero if piece is S.Zero else None
    listed.remove(found)
    return multiply(*listed)


def _deltas(expr: Any, index: Index) -> set[Delta]:
    return {found for found in expr.atoms(Delta) if index in found.args}


def _partner(found: Delta, index: Index) -> Any:
    first, second = found.args[:2]
    return second if first == index else first
