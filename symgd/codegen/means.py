"""Means over the samples, which NumPy has as one operation."""

from __future__ import annotations

from typing import Any

from sympy import Expr, Sum

from symgd.codegen.sums import elementwise, opened, sums_samples_alone
from symgd.codegen.traversal import bottom_up
from symgd.notation.algebra import OrderedSum, factors, multiply, power
from symgd.notation.indices import SAMPLES


class Mean(OrderedSum):
    """(1/n) Σ_i, as one operation."""

    __slots__ = ()


def with_means(expr: Expr) -> Expr:
    """*expr* with each (1/n) Σ_i as a mean, where that is one reduction and not a product of arrays."""
    return bottom_up(expr, lambda node: _mean(node) if node.is_Mul else node)


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
