"""Names the sums that stand inside other sums, before derivatives are propagated backwards.

In Σ_i (h_i − (1/n) Σ_k h_k)² a change of one h_i reaches the loss along two paths, directly and through the inner
sum. Once the inner sum is a named intermediate of its own, each path is one term of the chain rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import count
from typing import Any

from sympy import Expr, Sum

from symgd.derivation.derivative import per_sample
from symgd.notation.algebra import OrderedSum
from symgd.notation.intermediates import Let, in_order, substitute
from symgd.notation.problem import Problem
from symgd.notation.symbols import Parameter


def name_inner_sums(problem: Problem) -> Problem:
    """*problem* with every sum that stands inside a per-sample expression named."""
    taken = {name.name for name in (*problem.leaves, *problem.lets)}
    names = (f"s_{k}" for k in count(1) if f"s_{k}" not in taken)
    renewed: dict[Any, Any] = {}
    for old in problem.lets:
        definition = substitute(old.definition, renewed)
        renewed[old] = Let(old.name, _named(definition, per_sample(definition), names))
    loss = _named(substitute(problem.loss, renewed), False, names)
    return replace(problem, loss=loss, lets=in_order(loss))


def _named(expr: Expr, inside: bool, names: Iterator[str]) -> Any:
    """*expr* with its inner sums replaced by names; *inside* says that it stands in a per-sample expression."""

    @cache
    def visit(node: Any, inside: bool) -> Any:
        if isinstance(node, Sum):
            named = OrderedSum(visit(node.function, True), *node.limits)
            return (
                Let(next(names), named)
                if inside and not named.free_symbols.isdisjoint(_varying(expr))
                else named
            )
        args = tuple(visit(arg, inside) for arg in node.args)
        return node if args == node.args else node.func(*args)

    return visit(expr, inside)


def _varying(expr: Expr) -> set[Any]:
    return {symbol for symbol in expr.free_symbols if isinstance(symbol, Parameter)}
