"""Finds what several formulas share, and names it after the mathematics.

A generated function computes a shared sub-expression once, in a variable that says what it is: the
author's own name where there is one, else ``residual``, ``exp_z``, ``sum_x`` and the like.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import sympy as sp
from sympy import Expr, Number, S, Sum

from symgd.codegen.forms import Forms
from symgd.codegen.means import Mean
from symgd.codegen.sums import opened
from symgd.notation.algebra import factors, has_minus, multiply, terms
from symgd.notation.deltas import Delta
from symgd.notation.extremes import LogSumExp
from symgd.notation.indices import Count, Index
from symgd.notation.intermediates import Let
from symgd.notation.reindexing import BINDERS
from symgd.notation.symbols import Element, Entry


def shared(expressions: Iterable[Expr], forms: Forms) -> set[int]:
    """The forms of the sub-expressions that occur in more than one place, whatever their indices are called."""
    uses: Counter[int] = Counter()

    def visit(node: Any) -> None:
        if _worth_a_name(node):
            number = forms.of(node).number
            uses[number] += 1
            if uses[number] > 1:
                return
        for operand in operands(node):
            visit(operand)

    for expression in expressions:
        visit(expression)
    return {number for number, count in uses.items() if count > 1}


def operands(node: Any) -> tuple[Any, ...]:
    """What *node* is computed from.

    A negative product is written as minus the positive one, so that is shared. A sum of products of arrays is computed
    from their factors: the products themselves are never stored.
    """
    if isinstance(node, Element | Index):
        return ()
    if node.is_Mul and has_minus(node):
        return (multiply(S.NegativeOne, node),)
    if isinstance(node, Sum) and not opened(node).over_samples:
        return factors(node.function)
    return (node.function,) if isinstance(node, BINDERS) else tuple(node.args)


def _worth_a_name(node: Any) -> bool:
    """Whether computing *node* once saves work: not for leaves, signs, 1/n, conditions."""
    if not isinstance(node, Expr) or not node.args or isinstance(node, Element | Let | Delta):
        return False
    if node.is_Pow and (isinstance(node.base, Count | Number) or node.exp == -1):
        return False
    return not (node.is_Mul and (has_minus(node) or len([f for f in factors(node) if not f.is_Number]) < 2))


def describe(node: Any) -> str:
    """A name for *node* that says what it is."""
    if isinstance(node, Let | sp.Symbol | Element):
        return str(node.name)
    for kind, name in _NAMES:
        if isinstance(node, kind):
            return name(node)
    return "_".join(
        [node.func.__name__.lower(), *_short(node.args[:1] if isinstance(node, BINDERS) else node.args)]
    )


def _short(args: Iterable[Any]) -> Iterator[str]:
    """The names of arguments that have a short one."""
    for arg in args:
        name = describe(arg) if not isinstance(arg, Number) else ""
        if 0 < len(name) <= 20:
            yield name


def _sum_name(node: Any) -> str:
    """``residual`` for a difference with data, ``one_minus_p`` for 1 − p, ``log_softmax_z``, else ``linear``."""
    listed = terms(node)
    if isinstance(factors(listed[-1])[-1], LogSumExp):
        return "_".join(["log_softmax", *_short(listed[:1])])
    ends_in_data = isinstance(factors(listed[-1])[-1], Entry) or isinstance(listed[0], Entry)
    if has_minus(listed[-1]) and ends_in_data:
        return "residual"
    if len(listed) == 2 and listed[0] == 1 and has_minus(listed[1]):
        return "_".join(["one_minus", *_short(factors(listed[1])[1:])])
    return "linear"


def _product_name(node: Any) -> str:
    return "_".join([*_short(f for f in factors(node) if not f.is_Number)][:3]) or "product"


def _power_name(node: Any) -> str:
    endings = {"2": "squared", "1/2": "root", "-1": "inverse"}
    return "_".join([*_short([node.base]), endings.get(str(node.exp), "power")])


def _total_name(node: Any) -> str:
    """``W_x`` for a product of arrays, else ``total_x``."""
    if node.function.is_Mul and not opened(node).over_samples:
        return _product_name(node.function)
    kind = "mean" if isinstance(node, Mean) else "total"
    return "_".join([kind, *_short([node.function])])


_NAMES: tuple[tuple[Any, Any], ...] = (
    (sp.Add, _sum_name),
    (sp.Mul, _product_name),
    (sp.Pow, _power_name),
    (Sum, _total_name),
    (sp.Piecewise, lambda _: "piece"),
    (sp.exp, lambda node: f"exp_{describe(node.args[0])}".replace("exp_log_", "")),
)
