"""Renames indices: the same array at another place, without confusing it with what a sum binds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sympy import Expr, IndexedBase, Sum, Tuple

from symgd.notation.extremes import LogSumExp, Softmax
from symgd.notation.indices import Index, fresh
from symgd.notation.intermediates import Let, in_order
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
            return (
                element_of(node.label, indices)
                if isinstance(node.label, Let)
                else node.func(node.base, *indices)
            )
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


def opened(expr: Expr, definitions: Mapping[Let, Any]) -> Any:
    """*expr* with named intermediates replaced by what is given for them, at whatever indices they stand."""

    @cache
    def visit(node: Any) -> Any:
        if isinstance(node, Let):
            return definitions.get(node, node)
        if isinstance(node, Element):
            if node.label not in definitions:
                return node
            return reindexed(
                definitions[node.label], dict(zip(node.label.indices, node.indices, strict=True))
            )
        args = tuple(map(visit, node.args))
        return node if args == node.args else node.func(*args)

    return visit(expr)


def unfold(expr: Expr) -> Expr:
    """*expr* with every named intermediate replaced by its definition, to the bottom."""
    resolved: dict[Let, Any] = {}
    for name in in_order(expr):
        resolved[name] = opened(name.definition, resolved)
    return opened(expr, resolved)


def renamed(expr: Expr, names: Mapping[Let, Expr], outside: Any = ()) -> Any:
    """The reverse: *expr* with the name of an intermediate wherever its definition stands, at whatever indices.

    Nodes of the types *outside* are left as they are.
    """
    patterns: dict[Any, list[tuple[Let, Expr]]] = {}
    for name, definition in names.items():
        patterns.setdefault(type(definition), []).append((name, definition))

    @cache
    def visit(node: Any) -> Any:
        if isinstance(node, outside):
            return node
        for name, definition in patterns.get(type(node), ()):
            found: dict[Any, Any] = {}
            if _matches(definition, node, frozenset(name.indices), found) and len(found) == len(name.indices):
                return element_of(name, [found[index] for index in name.indices])
        args = tuple(map(visit, node.args)) if not isinstance(node, Element) else node.args
        return node if args == node.args else node.func(*args)

    return visit(expr)


def _matches(pattern: Any, node: Any, free: frozenset[Any], found: dict[Any, Any]) -> bool:
    """Whether *node* is *pattern* with its free indices, and those that it binds, renamed; *found* tells how."""
    if isinstance(pattern, Index):
        return bool(
            found.setdefault(pattern, node) == node
            if pattern in free or pattern in found
            else pattern == node
        )
    if isinstance(pattern, Let | Element) and isinstance(node, Let | Element):
        if _label(pattern) != _label(node):
            return False
        pairs = zip(getattr(pattern, "indices", ()), getattr(node, "indices", ()), strict=True)
        return all(_matches(a, b, free, found) for a, b in pairs)
    if type(pattern) is not type(node) or len(pattern.args) != len(node.args):
        return False
    if not pattern.args:
        return bool(pattern == node)
    if isinstance(pattern, BINDERS):
        return _bodies_match(pattern, node, free, found)
    return all(_matches(a, b, free, found) for a, b in zip(pattern.args, node.args, strict=True))


def _bodies_match(pattern: Any, node: Any, free: frozenset[Any], found: dict[Any, Any]) -> bool:
    own, other = pattern.args[1][0], node.args[1][0]
    inside = {**found, own: other}
    if pattern.args[1][1:] != node.args[1][1:] or not _matches(
        pattern.args[0], node.args[0], free - {own}, inside
    ):
        return False
    found.update({index: value for index, value in inside.items() if index in free and index != own})
    return all(_matches(a, b, free, found) for a, b in zip(pattern.args[2:], node.args[2:], strict=True))


def is_leaf(expr: Any) -> bool:
    """Whether *expr* is a symbol, a number or a name, at whatever indices."""
    return isinstance(expr, Let | Element) or not expr.args


def _label(leaf: Any) -> Any:
    return leaf.label if isinstance(leaf, Element) else leaf
