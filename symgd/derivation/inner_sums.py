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
from symgd.notation.indices import Axis, Bound, Sample, axis, indices_of
from symgd.notation.intermediates import Let, in_order
from symgd.notation.problem import Problem
from symgd.notation.reindexing import opened, reindexed
from symgd.notation.symbols import Parameter


def name_inner_sums(problem: Problem) -> Problem:
    """*problem* with every sum that stands inside a per-sample expression named."""
    taken = {name.name for name in (*problem.leaves, *problem.lets)}
    names = (f"s_{k}" for k in count(1) if f"s_{k}" not in taken)
    renewed: dict[Any, Any] = {}
    for old in problem.lets:
        definition = opened(old.definition, renewed)
        renewed[old] = Let(old.name, _named(definition, per_sample(definition), names))
    loss = _named(opened(problem.loss, renewed), False, names)
    return replace(problem, loss=loss, lets=in_order(loss))


def _named(expr: Expr, inside: bool, names: Iterator[str]) -> Any:
    """*expr* with its inner sums replaced by names; *inside* says that it stands in a per-sample expression."""

    @cache
    def visit(node: Any, inside: bool) -> Any:
        over_samples = isinstance(node, Sum) and isinstance(node.limits[0][0], Sample)
        if over_samples and inside and _is_common(node):
            return _name(OrderedSum(visit(node.function, True), *node.limits), names)
        args = tuple(visit(arg, inside or over_samples) for arg in node.args)
        return node if args == node.args else node.func(*args)

    return visit(expr, inside)


def _is_common(node: Any) -> bool:
    """Whether a sum over samples varies with the parameters and is the same for every sample."""
    free = node.free_symbols
    return any(isinstance(s, Parameter) for s in free) and not any(isinstance(s, Sample) for s in free)


def _name(node: Any, names: Iterator[str]) -> Any:
    """The sum under a name of its own; indices that sums around it bind are axes there."""
    around = [index for index in indices_of(node) if isinstance(index, Bound)]
    free = max((index.number for index in indices_of(node) if isinstance(index, Axis)), default=0)
    axes = {index: axis(free + k) for k, index in enumerate(around, 1)}
    return reindexed(Let(next(names), reindexed(node, axes)), {new: old for old, new in axes.items()})
