"""Where a loss may bend or jump: the expressions whose zeros are its kinks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import sympy as sp
from sympy import Expr, S
from sympy.core.relational import Relational

from symgd.notation.algebra import add, multiply
from symgd.notation.functions import relu, step
from symgd.notation.intermediates import in_order
from symgd.notation.symbols import Parameter


def kinks(expr: Expr) -> tuple[Expr, ...]:
    """The expressions in *expr* whose zeros are kinks: points where it may have no derivative.

    They are r of |r|, sgn r, relu(r), step(r) and of a root r^p with 0 < p < 1; f − g of max(f, g) and min(f, g),
    and of a condition f ≤ g of a piecewise expression. Those that no parameter changes are left out; named
    intermediates keep their names, and their definitions are searched too. A zero need not be a kink: relu(r)² is
    smooth at r = 0.

    >>> from symgd import data, losses, parameters
    >>> x, y = data("x y")
    >>> kinks(losses.hinge(parameters("w") * x, y))
    (1 - y[i]*w*x[i],)
    """
    found: dict[Expr, None] = {}
    for part in (*(name.definition for name in in_order(expr)), expr):
        for node in sp.preorder_traversal(part):
            found |= dict.fromkeys(_of_node(node))
    return tuple(kink for kink in found if any(isinstance(s, Parameter) for s in kink.free_symbols))


def _of_node(node: Any) -> Iterator[Expr]:
    for kind, expressions in _KINKED:
        if isinstance(node, kind):
            yield from expressions(node)


def _argument(node: Any) -> Iterator[Expr]:
    yield node.args[0]


def _root(node: Any) -> Iterator[Expr]:
    if node.exp.is_Number and 0 < node.exp < 1:
        yield node.base


def _differences(node: Any) -> Iterator[Expr]:
    """One for each two arguments; numbers, which come first in the order of sorting, are what is subtracted."""
    for first, second in combinations(sorted(node.args, key=sp.default_sort_key, reverse=True), 2):
        yield add(first, multiply(S.NegativeOne, second))


def _sides(condition: Any) -> Iterator[Expr]:
    left, right = condition.args
    yield add(left, multiply(S.NegativeOne, right))


_KINKED: tuple[tuple[Any, Callable[[Any], Iterator[Expr]]], ...] = (
    ((sp.Abs, sp.sign, sp.Heaviside, relu, step), _argument),
    (sp.Pow, _root),
    ((sp.Max, sp.Min), _differences),
    (Relational, _sides),
)
