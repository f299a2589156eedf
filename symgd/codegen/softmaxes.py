"""Exponentials over their sum, and logarithms of such sums: rewritten so that no exponential overflows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp
from sympy import Expr, S, Sum

from symgd.notation.algebra import add, factors, multiply
from symgd.notation.extremes import LogSumExp, Softmax
from symgd.notation.indices import Bound, indices_of
from symgd.notation.intermediates import Let, substitute
from symgd.notation.reindexing import reindexed
from symgd.notation.symbols import Element


def log_sum_exp(node: Any) -> Expr:
    """Log Σₖ exp(zₖ), written by hand."""
    total = node.args[0]
    return LogSumExp(total.function.args[0], total.args[1]) if _sums_exponentials(total) else node


def softmaxes(node: Any) -> Expr:
    """exp(zⱼ) / Σₖ exp(zₖ), written by hand."""
    listed = list(factors(node))
    sums = [f for f in listed if f.is_Pow and f.exp is S.NegativeOne and _sums_exponentials(f.base)]
    if not sums:
        return node
    for below in sums:
        for above in [f for f in listed if isinstance(f, sp.exp)]:
            found = _softmax(above, below.base)
            if found is not None:
                listed[listed.index(above)] = found
                listed.remove(below)
                break
    return multiply(*listed)


def log_of_softmax(node: Any) -> Expr:
    """Log softmax(z)ⱼ = zⱼ − log Σₖ exp(zₖ)."""
    return _log_of_softmax(node.args[0]) or node


def xlogy_of_softmax(node: Any) -> Expr:
    """T log softmax(z)ⱼ."""
    logarithm = _log_of_softmax(node.args[1])
    return node if logarithm is None else multiply(node.args[0], logarithm)


def through_logarithms(formulas: Mapping[Any, Expr]) -> dict[Any, Expr]:
    """Formulas of one function: where it needs log softmax(z) too, softmax(z) is the exponential of that."""
    found = {each for formula in formulas.values() for each in formula.atoms(LogSumExp, Softmax)}
    logarithms = {each.args for each in found if isinstance(each, LogSumExp)}
    replaced = {
        each: sp.exp(_logarithm(each), evaluate=False)
        for each in found
        if isinstance(each, Softmax) and each.args[:2] in logarithms
    }
    return {key: substitute(formula, replaced) for key, formula in formulas.items()}


def _log_of_softmax(argument: Any) -> Expr | None:
    found = _definition(argument)
    return _logarithm(found) if isinstance(found, Softmax) else None


def _logarithm(softmax: Any) -> Expr:
    body = reindexed(softmax.function, {softmax.index: softmax.at})
    return add(body, multiply(S.NegativeOne, LogSumExp(*softmax.args[:2])))


def _definition(expr: Any) -> Any:
    """What a named intermediate stands for, at the indices at which it stands."""
    if isinstance(expr, Let):
        return expr.definition
    if isinstance(expr, Element) and isinstance(expr.label, Let):
        places = dict(zip(expr.label.indices, expr.indices, strict=True))
        return reindexed(expr.label.definition, places)
    return expr


def _sums_exponentials(expr: Any) -> bool:
    """Whether *expr* is a sum of exponentials along an axis."""
    return (
        isinstance(expr, Sum)
        and isinstance(expr.args[1][0], Bound)
        and isinstance(expr.function, sp.exp)
        and expr.args[1][0] in expr.function.free_symbols
    )


def _softmax(above: Any, total: Any) -> Expr | None:
    """The softmax, if the exponential is one of those that are summed."""
    index = total.args[1][0]
    body = total.function.args[0]
    for at in indices_of(above):
        if reindexed(body, {index: at}) == above.args[0] and at not in body.free_symbols:
            return Softmax(body, total.args[1], at)
    return None
