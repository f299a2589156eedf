"""A loss as a function of its sums over the samples: each sum once, under a name of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from sympy import Expr, Sum, preorder_traversal

from symgd.derivation.monomials import NotPolynomialError, depends_on_sample, of_data
from symgd.notation.indices import SAMPLE, Sample, indices_of
from symgd.notation.intermediates import Let
from symgd.notation.problem import Problem
from symgd.notation.reindexing import BINDERS, unfold
from symgd.notation.symbols import Element

DEEP = 12
"""Written out, a chain of more intermediates may be too long to be multiplied out."""


@dataclass(frozen=True)
class SampleSums:
    """A loss whose sums over the samples are named: ``loss`` holds the names, ``sums`` those sums, innermost first."""

    loss: Expr
    sums: tuple[Let, ...]


def sample_sums(problem: Problem) -> SampleSums:
    """The sums of a loss over the samples; NotPolynomialError where there are none, or where one is an array."""
    if not problem.data:
        raise NotPolynomialError("without data")
    if problem.nested and len(problem.lets) > DEEP:
        raise NotPolynomialError("deep", most=DEEP)
    for expression in (*(name.definition for name in problem.lets), problem.loss):
        _check(expression)
    names = unused("T", (*problem.leaves, *problem.lets))
    found: dict[Expr, Let] = {}
    loss = _named(unfold(problem.loss), found, names)
    return SampleSums(loss, tuple(found.values()))


def unused(stem: str, taken: Iterable[Any]) -> Iterator[str]:
    """Names that nothing has: T_1, T_2, …"""
    known = {leaf.name for leaf in taken}
    return (f"{stem}_{k}" for k in count(1) if f"{stem}_{k}" not in known)


def _check(expr: Expr) -> None:
    """NotPolynomialError for a function of parameters and data that is no polynomial; names are not opened for it."""
    for node in preorder_traversal(expr):
        if isinstance(node, Expr) and node.args and not _polynomial(node) and depends_on_sample(node):
            of_data(node)


def _polynomial(node: Any) -> bool:
    """Whether a node keeps polynomials polynomials, or is a leaf."""
    if node.is_Pow:
        return bool(node.exp.is_Integer and node.exp > 0)
    return bool(node.is_Add or node.is_Mul or isinstance(node, Element | Sum))


def _named(node: Any, found: dict[Expr, Let], names: Iterator[str]) -> Any:
    if not node.args or isinstance(node, Element):
        return node
    args = tuple(_named(arg, found, names) for arg in node.args)
    node = node if args == node.args else node.func(*args)
    if not isinstance(node, BINDERS) or not _closed_over_samples(node):
        return node
    return found[node] if node in found else found.setdefault(node, Let(next(names), node))


def _closed_over_samples(node: Any) -> bool:
    """Whether a node is a sum over the samples that has the same value for each of them."""
    if not isinstance(node, Sum) or node.limits[-1][0] != SAMPLE:
        return False
    free = indices_of(node)
    if any(isinstance(index, Sample) for index in free):
        return False
    if free:
        raise NotPolynomialError("array inside")
    return True
