"""Renames indices: the same array at another place, without confusing it with what a sum binds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sympy import Expr, IndexedBase, Sum, Tuple

from symgd.notation.extremes import LogSumExp, Softmax
from symgd.notation.indices import Index, fresh
from symgd.notation.intermediates import Let
from symgd.notation.symbols import Element

BINDERS = (Sum, LogSumExp, Softmax)
"""The nodes that bind the index of their second argument in their first."""


def reindexed(expr: Expr, mapping: Mapping[Index, Expr]) -> Any:
    """*expr* with its free indices renamed, all at once; a bound index gives way to a free one of the same name."""
    return _renamer(frozenset((old, new) for old, new in mapping.items() if old != new))(expr)


def _renamer(pairs: frozenset[tuple[Index, Expr]]) -> Any:
    mapping = dict(pairs)

    @cache
    def visit(node: Any) -> Any:
        if isinstance(node, Index):
            return mapping.get(node, node)
        if isinstance(node, Let):
            return element_of(node, [mapping.get(index, index) for index in node.indices])
        if not node.args or not mapping:
            return node
        if isinstance(node, Element):
            indices = tuple(map(visit, node.indices))
            return element_of(node.label, indices) if isinstance(node.label, Let) else node.func(node.base, *indices)
        if isinstance(node, BINDERS):
            return _within(node, mapping)
        args = tuple(map(visit, node.args))
        return node if args == node.args else node.func(*args)

    return visit


def _within(node: Any, mapping: Mapping[Index, Expr]) -> Any:
    """The node that binds an index, with the others renamed."""
    body, limit, *more = node.args
    if isinstance(node, Sum) and more:
        return _within(node.func(node.func(body, *node.args[1:-1]), more[-1]), mapping)
    inside = {old: new for old, new in mapping.items() if old != limit[0]}
    if limit[0] in inside.values() and not inside.keys().isdisjoint(body.free_symbols):
        other = fresh(body, *inside.values())
        inside[limit[0]], limit = other, Tuple(other, *limit[1:])
    return node.func(reindexed(body, inside), limit, *(reindexed(part, mapping) for part in more))


def element_of(leaf: Let, indices: Any) -> Expr:
    """A named intermediate at other indices; at its own it is the name itself."""
    indices = tuple(indices)
    return leaf if indices == leaf.indices else Element(IndexedBase(leaf), *indices)
