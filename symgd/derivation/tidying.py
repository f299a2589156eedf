"""Brings a derived expression into the form a textbook prints.

(1/n) Σ 2 (w x_i + b − y_i) x_i becomes (2/n) Σ x_i (w x_i + b − y_i): equal factors are collected, numbers,
constants and data stand before parentheses, and what does not depend on the index leaves the sum. What the
author wrote is left as it is: every sum that stands in the loss keeps its terms and their order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sympy import Add, Dummy, Expr, Function, Mul, Piecewise, Pow, S, Sum, count_ops

from symgd.derivation.rewriting import rebuild
from symgd.notation.algebra import (
    OrderedPiecewise,
    OrderedSum,
    add,
    factors,
    has_minus,
    multiply,
    power,
    sorted_form,
    terms,
)
from symgd.notation.deltas import Delta
from symgd.notation.extremes import LogSumExp, Softmax
from symgd.notation.indices import Count
from symgd.notation.intake import as_written
from symgd.notation.intermediates import Let, substitute
from symgd.notation.symbols import Constant, Data, Distribution, Element, Parameter, label_of

# Factors are printed in this order; sums, the longest, come last.
_ORDER = (Count, Delta, Constant, Parameter, Let, Data, Function, Add, Piecewise, Sum)


def tidied(expr: Expr, written: frozenset[Expr]) -> Expr:
    """*expr* in textbook form; *written* are the sub-expressions to leave as they are.

    Equal factors are collected and ordered, and what is constant leaves each sum. A common factor is taken out
    of a sum, or the sum is expanded, where that makes it clearly shorter.
    """
    for tidy in (_collect_node, _shorten_node, _collect_node):
        expr = _bottom_up(expr, written, tidy)
    return expr


def signed(expr: Expr) -> Expr:
    """A sum with its common factor taken out and its positive terms first: (p − t)/n for −(1/n) t + (1/n) p."""
    if expr.is_Add:
        common = _common_factors(terms(expr))
        expr = multiply(*common, add(*(_without(term, common) for term in terms(expr))))
    negative = has_minus(expr)
    listed = list(factors(multiply(S.NegativeOne, expr) if negative else expr))
    for position, factor in enumerate(listed):
        if isinstance(factor, Sum) and negative and any(f.is_Add for f in factors(factor.function)):
            inner = signed(multiply(S.NegativeOne, factor.function))
            if not has_minus(inner):
                listed[position] = OrderedSum(inner, *factor.limits)
                return multiply(*listed)
        if factor.is_Add and (negative or any(map(has_minus, terms(factor)))):
            turned = [multiply(S.NegativeOne if negative else S.One, term) for term in terms(factor)]
            listed[position] = add(*sorted(turned, key=has_minus))
            return multiply(*listed)
    return expr


def sums_to_one(expr: Expr) -> Expr:
    """*expr* with 1 for the sum of labels that were declared to sum to one."""

    @cache
    def visit(node: Any) -> Any:
        if isinstance(node, Sum) and isinstance(label_of(node.function), Distribution):
            return S.One if node.function.indices[1:] == (node.limits[0][0],) else node
        if not node.args or isinstance(node, Let | Element):
            return node
        args = tuple(map(visit, node.args))
        return node if args == node.args else rebuild(node, args)

    return visit(expr)


def written_parts(*expressions: Expr) -> frozenset[Expr]:
    """Every sub-expression that an author wrote."""
    found: set[Expr] = set()

    def visit(node: Any) -> None:
        if node not in found:
            found.add(node)
            for arg in node.args:
                visit(arg)

    for expression in expressions:
        visit(expression)
    return frozenset(found)


def _bottom_up(expr: Expr, written: frozenset[Expr], tidy: Callable[[Any], Any]) -> Expr:
    """Apply *tidy* to sums, products and powers, not to the arguments of functions."""

    @cache
    def visit(node: Any) -> Any:
        if not isinstance(node, Add | Mul | Pow | Sum | Piecewise) or node in written:
            return node
        if isinstance(node, Piecewise):
            return tidy(OrderedPiecewise(*((visit(piece), condition) for piece, condition in node.args)))
        if isinstance(node, Sum):
            return tidy(OrderedSum(visit(node.function), *node.limits))
        args = tuple(map(visit, node.args))
        return tidy(node if args == node.args else rebuild(node, args))

    return visit(expr)


def _collect_node(node: Any) -> Any:
    if isinstance(node, Sum):
        return _constants_out(node)
    if isinstance(node, Piecewise):
        return _without_repetition(node)
    if node.is_Pow:
        return _open_power(node)
    if node.is_Mul:
        return _collect_factors(node)
    return _collect_terms(node)


def _without_repetition(node: Any) -> Any:
    """A choice whose last conditions lead to one value anyway, with one of them."""
    pieces = list(node.args)
    while len(pieces) > 1 and pieces[-1][1] is S.true and pieces[-2][0] == pieces[-1][0]:
        del pieces[-2]
    return OrderedPiecewise(*pieces)


def _constants_out(node: Any) -> Expr:
    """Σ_i c f_i = c Σ_i f_i, and Σ_i c = n c."""
    indices = {limit[0] for limit in node.limits}
    listed = factors(node.function)
    outside = [f for f in listed if not f.free_symbols & indices]
    inside = [f for f in listed if f.free_symbols & indices]
    if not inside:
        return _collect_factors(multiply(*(limit[2] for limit in node.limits), *outside))
    return multiply(*outside, OrderedSum(multiply(*inside), *node.limits))


def _open_power(node: Any) -> Expr:
    """(2 u)⁻¹ = ½ u⁻¹, for integer exponents."""
    if not node.exp.is_Integer or not (node.base.is_Mul or node.base.is_Pow):
        return node
    return multiply(*(power(f, node.exp) for f in factors(node.base)))


def _collect_factors(node: Any) -> Expr:
    exponents: dict[Expr, Expr] = {}
    number = S.One
    for factor in factors(node):
        if factor.is_Number:
            number *= factor
        else:
            base, exponent = (factor.base, factor.exp) if factor.is_Pow else (factor, S.One)
            exponents[base] = add(exponents.get(base, S.Zero), exponent)
    collected = [power(base, exponent) for base, exponent in exponents.items()]
    return multiply(number, *sorted(collected, key=_rank))


def _rank(factor: Expr) -> int:
    base = label_of(factor.base if factor.is_Pow else factor)
    return next((rank for rank, kind in enumerate(_ORDER) if isinstance(base, kind)), _ORDER.index(Function))


def _collect_terms(node: Any) -> Expr:
    coefficients: dict[Expr, Expr] = {}
    for term in terms(node):
        number = multiply(*(f for f in factors(term) if f.is_Number))
        rest = multiply(*(f for f in factors(term) if not f.is_Number))
        coefficients[rest] = coefficients.get(rest, S.Zero) + number
    if len(coefficients) == len(terms(node)):
        return node
    return add(*(multiply(number, rest) for rest, number in coefficients.items()))


def _shorten_node(node: Any) -> Any:
    if isinstance(node, Sum) and node.function.is_Add:
        return OrderedSum(_factored(node.function, 1.0), *node.limits)
    if isinstance(node, Piecewise):
        common = _common_factors([piece for piece, _ in node.args])
        return multiply(
            *common, OrderedPiecewise(*((_without(piece, common), where) for piece, where in node.args))
        )
    if node.is_Mul:
        return _cancelled(node)
    return _factored(node, 0.6) if node.is_Add else node


def _factored(node: Expr, enough: float) -> Expr:
    """A sum with its common factor taken out and the rest expanded, where that is short enough."""
    common, number = _common_factors(terms(node)), _common_number(terms(node))
    if not common and abs(number) == 1 and _is_expanded(node):
        return node
    inner = add(*(multiply(power(number, S.NegativeOne), _without(term, common)) for term in terms(node)))
    short = min(multiply(number, *common, inner), multiply(number, *common, _expanded(inner)), key=count_ops)
    shorter = count_ops(short) < count_ops(node)
    return short if shorter and count_ops(short) <= enough * count_ops(node) else node


def _cancelled(node: Expr) -> Expr:
    """A product with a sum of fractions multiplied out, where that cancels their denominators."""
    listed = factors(node)
    for factor in listed:
        others = [other for other in listed if other is not factor]
        if factor.is_Add and any(_denominators(term) & set(others) for term in terms(factor)):
            opened = add(*(_collect_factors(multiply(*others, term)) for term in terms(factor)))
            return min(node, _factored(opened, 1.0), key=count_ops)
    return node


def _denominators(term: Expr) -> set[Expr]:
    return {f.base for f in factors(term) if f.is_Pow and f.exp.is_Number and f.exp.is_negative}


def _common_factors(summands: Sequence[Expr]) -> list[Expr]:
    listed = [list(factors(term)) for term in summands]
    return [f for f in listed[0] if not f.is_Number and all(f in other for other in listed[1:])]


def _common_number(summands: Sequence[Expr]) -> Expr:
    """The number that is a factor of all terms, up to its sign; 1 if there is none."""
    numbers = [multiply(*(f for f in factors(term) if f.is_Number)) for term in summands]
    return numbers[0] if len({abs(number) for number in numbers}) == 1 else S.One


def _without(term: Expr, common: list[Expr]) -> Expr:
    remaining = list(factors(term))
    for factor in common:
        remaining.remove(factor)
    return multiply(*remaining)


def _is_expanded(node: Expr) -> bool:
    """Whether a sum has no sums in its terms, and none of these are alike: seen faster than :func:`_expanded` does."""
    alike = {frozenset(f for f in factors(term) if not f.is_Number) for term in terms(node)}
    return len(alike) == len(terms(node)) and not any(arg.has(Add) for arg in node.args)


def _expanded(node: Expr) -> Expr:
    """*node* multiplied out, what holds parameters first and positive; functions inside stay as they are."""
    whole = node.atoms(Function, Sum, Softmax, LogSumExp, Delta, Element)
    hidden = {f: Dummy() for f in whole | {p for p in node.atoms(Pow) if not p.exp.is_Integer}}
    opened = sorted_form(substitute(node, hidden)).expand()
    expanded = substitute(as_written(opened), {dummy: f for f, dummy in hidden.items()})
    leading = [term for term in terms(expanded) if term.has(Parameter, Let)]
    sign = S.NegativeOne if leading and has_minus(leading[0]) else S.One
    return multiply(sign, add(*sorted((multiply(sign, term) for term in terms(expanded)), key=has_minus)))
