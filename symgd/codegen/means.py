"""Means over the samples, which NumPy has as one operation."""

from __future__ import annotations

from functools import cache
from typing import Any

from sympy import Expr, Sum

from symgd.codegen.sums import elementwise, opened, sums_samples_alone
from symgd.notation.algebra import OrderedSum, factors, multiply, power
from symgd.notation.indices import SAMPLES
from symgd.notation.symbols import Element


class Mean(OrderedSum):
    """(1/n) Σ_i, as one operation."""

    __slots__ = ()


def with_means(expr: Expr) -> Expr:
    """*expr* with each (1/n) Σ_i as a mean, where that is one reduction and not a product of arrays."""

    @cache
    def visit(node: Any) -> Any:
        if not node.args or isinstance(node, Element):
            return node
        args = tuple(map(visit, node.args))
        rebuilt = node if args == node.args else node.func(*args)
        return _mean(rebuilt) if rebuilt.is_Mul else rebuilt

    return visit(expr)


def _mean(node: Any) -> Expr:
    listed = list(factors(node))
    count = next((f for f in listed if f.is_Pow and f.base == SAMPLES and f.exp.is_negative), None)
    total = next((f for f in listed if type(f) in (Sum, OrderedSum) and _is_reduction(f)), None)
    if count is None or total is None:
        return node
    listed[listed.index(total)] = Mean(*total.args)
    listed[listed.index(count)] = power(SAMPLES, count.exp + 1)
    return multiply(*listed)


def _is_reduction(total: Any) -> bool:
    inside = opened(total)
    return sums_samples_alone(inside) and elementwise(inside)
