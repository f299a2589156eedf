"""Sums of arrays in the form in which they are computed: in parts, and with what is constant outside."""

from __future__ import annotations

from typing import Any

from sympy import Expr, Sum

from symgd.codegen.sums import MANY, Opened, opened, split
from symgd.codegen.traversal import bottom_up
from symgd.notation.algebra import OrderedSum, add, factors, multiply
from symgd.notation.indices import fresh, indices_of
from symgd.notation.reindexing import reindexed


def arranged(expr: Expr) -> Expr:
    """*expr* with each sum of arrays as it is computed: in parts, and without what does not depend on its index."""
    return bottom_up(expr, lambda node: _parts(node) if type(node) in (Sum, OrderedSum) else node)


def _parts(node: Any) -> Expr:
    """A sum as a sum of terms, each a product of a sum with what stands outside."""
    total = opened(node)
    if total.over_samples or len(total.present()) < len(total.sizes):
        return node
    parts = split(total.body, total.sizes)
    if len(parts) == 1:
        flat = _flattened(total)
        return node if flat is total and not total.outside() else _apart(flat)
    sums = (_apart(_flattened(Opened(part, total.sizes))) for part in parts)
    return add(*(multiply(*(_parts(f) if type(f) is OrderedSum else f for f in factors(s))) for s in sums))


def _flattened(total: Opened) -> Opened:
    """The sum with a sum among its factors opened, where that would be an array of many axes."""
    for position, factor in enumerate(factors(total.body)):
        if isinstance(factor, Sum) and len(indices_of(factor)) > MANY:
            index, _, last = factor.args[1]
            other = fresh(total.body, *total.sizes)
            inside = reindexed(factor.function, {index: other})
            listed = factors(total.body)
            body = multiply(*listed[:position], inside, *listed[position + 1 :])
            return _flattened(Opened(body, {other: last, **total.sizes}))
    return total


def _apart(total: Opened) -> Expr:
    """A sum with what does not depend on its index outside."""
    if not total.outside() or len(total.present()) < len(total.sizes):
        return total.around(total.body)
    inside = [factor for factor in factors(total.body) if factor not in total.outside()]
    return multiply(*total.outside(), total.around(multiply(*inside)))
