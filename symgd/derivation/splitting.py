"""A loss as a function of sums over the samples, for data that do not stand in memory at once.

L = f(s_1, …, s_m, θ) with s_k = Σ_i g_k(θ, sample i). The sums of two partitions of the samples add up to
those of both; so do their derivatives. Then ∂L/∂θ = Σ_k ∂f/∂s_k ∂s_k/∂θ + ∂f/∂θ needs no sample at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

from sympy import Expr, IndexedBase, Sum

from symgd.errors import DerivationError
from symgd.notation.algebra import multiply
from symgd.notation.indices import OTHER, SAMPLE, SAMPLES, Count, Sample, indices_of, number_of
from symgd.notation.intermediates import Let, in_order
from symgd.notation.problem import Problem
from symgd.notation.reindexing import BINDERS
from symgd.notation.symbols import Constant, Element, Parameter, label_of
from symgd.notation.text import text

Change = Callable[[Any], Any]


@dataclass(frozen=True)
class Split:
    """A loss in two stages.

    *outer* is the loss with a parameter s_k in the place of each sum, *sums* tells what those are. *counts* holds a
    constant for the number of samples and for every size that neither stage could find in its arguments.
    """

    outer: Expr
    sums: dict[Parameter, Expr]
    counts: dict[Count, Constant]


def split(problem: Problem) -> Split:
    """The sums over the samples that a loss is a function of.

    Raises DerivationError for what needs all samples at once: a sum inside a sum, samples compared with others.

    >>> import symgd as sg
    >>> x, y, w = *sg.data("x y"), sg.parameters("w")
    >>> root = sg.losses.root_mean_squared_error(w * x, y) + 3 * sg.losses.l2(w)
    >>> found = split(sg.derive(root).problem)
    >>> print(text(found.outer), *(f"{text(s)} = {text(g)}" for s, g in found.sums.items()), sep="; ")
    √(s₁/count_n) + 3 w²; s₁ = Σᵢ (w xᵢ − yᵢ)²
    """
    names = unused("s_", (*problem.leaves, *problem.lets))
    found: dict[Expr, Parameter] = {}

    def named(node: Any) -> Any:
        if not _over_samples(node):
            return None
        if SAMPLE not in node.function.free_symbols:
            return multiply(SAMPLES, rewritten(node.function, named))
        _check(node)
        return found.get(node) or found.setdefault(node, Parameter(next(names)))

    outer = rewritten(problem.loss, named)
    counts = _counts(problem, [outer, *found])
    sums = {symbol: rewritten(node, counts.get) for node, symbol in found.items()}
    return Split(rewritten(outer, counts.get), sums, counts)


def unused(stem: str, taken: Iterable[Any]) -> Any:
    """Names that nothing has: s_1, s_2, …"""
    known = {leaf.name for leaf in taken}
    return (f"{stem}{k}" for k in count(1) if f"{stem}{k}" not in known)


def rewritten(expr: Any, change: Change) -> Any:
    """*expr* with each node for which *change* gives something replaced by that, in definitions of names too.

    The limits of sums stay as they are.
    """

    @cache
    def visit(node: Any) -> Any:
        new = change(node)
        if new is not None:
            return new
        if isinstance(node, Let):
            definition = visit(node.definition)
            return node if definition == node.definition else Let(node.name, definition)
        if isinstance(node, Element):
            return _element(node, visit)
        if not node.args:
            return node
        limits = node.args[1:] if isinstance(node, BINDERS) else ()
        args = (*map(visit, node.args[: len(node.args) - len(limits)]), *limits)
        return node if args == node.args else node.func(*args)

    return visit(expr)


def _element(node: Any, visit: Change) -> Any:
    """An entry of a named intermediate, under what the name has become."""
    label = visit(node.label) if isinstance(node.label, Let) else node.label
    return node if label == node.label else Element(IndexedBase(label), *node.indices)


def _over_samples(node: Any) -> bool:
    return isinstance(node, Sum) and any(isinstance(index, Sample) for index in node.variables)


def _check(node: Any) -> None:
    """DerivationError unless a sum over the samples can be taken partition by partition."""
    if OTHER in node.variables or OTHER in node.function.free_symbols:
        raise _refusal(node, "compares each sample with the others")
    for part in (node.function, *(name.definition for name in in_order(node.function))):
        for inner in part.atoms(Sum):
            if _over_samples(inner):
                other = OTHER in inner.variables
                why = (
                    "compares each sample with the others" if other else "holds another sum over the samples"
                )
                raise _refusal(node, f"{why}, {text(inner)}")
    if indices_of(node):
        raise _refusal(node, "is an array: sum its entries inside the sum over the samples, not around it")


def _refusal(node: Any, why: str) -> DerivationError:
    return DerivationError(
        f"{text(node)} cannot be taken one partition of the samples after the other, for it {why}. "
        "Give the data in memory, as arrays."
    )


def _counts(problem: Problem, parts: list[Any]) -> dict[Count, Constant]:
    """A constant for the number of samples, and for each size that the symbols of some part do not have."""
    taken = {name.name for name in (*problem.leaves, *problem.lets)}
    unbound = {SAMPLES: None}
    for part in parts:
        written = (part, *(name.definition for name in in_order(part)))
        labels = {label_of(leaf) for each in written for leaf in each.atoms(Element)}
        bound = {size for label in labels for size in getattr(label, "shape", ())}
        sizes = sorted({s for each in written for s in each.atoms(Count)} - bound, key=str)
        unbound |= {size: None for size in sizes if number_of(size) is None}
    return {size: Constant(_free(f"count_{size}", taken)) for size in unbound}


def _free(name: str, taken: set[str]) -> str:
    return name if name not in taken else _free(f"{name}_", taken)
