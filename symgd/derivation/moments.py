"""Moments: the sums over the data that determine a loss, where it is a polynomial in the parameters.

(1/n) Σ (w x_i + b − y_i)² multiplied out holds the data in Σ x, Σ y, Σ x², Σ x y and Σ y² alone (the normal equations
of Gauss, 1809, are made of them). They are found from the expression: each sum over the samples is multiplied out,
what does not depend on the sample leaves it, and each sum that is left gets a name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sympy import Expr, S

from symgd.derivation.evidence import Oracle
from symgd.derivation.moments_layout import moments_latex, moments_text
from symgd.derivation.monomials import Monomial, NotPolynomialError, around, multiplied_out
from symgd.derivation.naming import Naming
from symgd.derivation.rewriting import Step
from symgd.derivation.rows import Rows, rows_of
from symgd.derivation.sample_sums import SampleSums, sample_sums
from symgd.notation.algebra import OrderedSum, add, multiply
from symgd.notation.indices import SAMPLE, SAMPLES, axis
from symgd.notation.intermediates import Let, in_order
from symgd.notation.problem import Problem
from symgd.notation.reindexing import opened, reindexed, unfold
from symgd.notation.telling import Told


@dataclass(frozen=True, eq=False)
class Moments:
    """A loss as a function of the parameters and of sums over the data.

    *quantities* are these sums, each a named intermediate; the number of samples n is one more where the loss holds
    it. *loss* is the loss written with them, *steps* lead there from the loss as it was written. *rows* is the same
    loss over a few rows of numbers instead of the samples: the form that training computes.
    """

    problem: Problem
    quantities: tuple[Let, ...]
    steps: tuple[Step, ...]
    rows: Rows

    @property
    def loss(self) -> Expr:
        """The loss, written with the quantities."""
        return self.steps[-2].after

    def latex(self) -> str:
        """The quantities, and every line with its rule, in LaTeX: one ``aligned`` environment."""
        return moments_latex(self.problem, self.quantities, self.rows.definitions, self.steps)

    def __str__(self) -> str:
        return moments_text(self.problem, self.quantities, self.rows.definitions, self.steps)

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()}$"


@dataclass(frozen=True)
class NoMoments:
    """Why a loss is not determined by few sums over the data; it is false, and prints as the reason."""

    told: Told

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return str(self.told)


def moments_of(problem: Problem) -> Moments | NoMoments:
    """The moments of a loss, or why it has none."""
    try:
        parts = sample_sums(problem)
        expanded = {total: multiplied_out(total.definition.function) for total in parts.sums}
        rows = rows_of(problem, parts)
    except NotPolynomialError as no:
        return NoMoments(no.told)
    naming = Naming(leaf.name for leaf in (*problem.leaves, *problem.lets))
    oracle = Oracle(problem.loss, problem.leaves)
    steps = tuple(_steps(problem, parts, expanded, naming, oracle))
    last = Step(
        "the same sums from fewer rows",
        steps[-1].after,
        rows.problem.loss,
        rows.evidence(oracle, problem.loss),
    )
    return Moments(problem, naming.quantities, (*steps, last), rows)


def _steps(
    problem: Problem,
    parts: SampleSums,
    expanded: dict[Let, tuple[Monomial, ...]],
    naming: Naming,
    oracle: Oracle,
) -> Iterator[Step]:
    """The lines from the loss to its moments."""
    lines = [
        ("insert the definition", unfold(problem.loss)),
        ("multiply out", _with(parts, {name: _over_samples(found) for name, found in expanded.items()})),
        ("constant factors out of the sums", _with(parts, {n: _sums(f) for n, f in expanded.items()})),
        (
            "name the sums over the data",
            _with(parts, {name: _sums(found, naming) for name, found in expanded.items()}),
        ),
    ]
    before = problem.loss
    for rule, after in lines:
        if after != before:
            about = tuple(in_order(before)) if rule == "insert the definition" else ()
            yield Step(rule, before, after, oracle.compare(before, after), about)
            before = after


def _with(parts: SampleSums, values: dict[Let, Expr]) -> Any:
    """The loss with its sums over the samples replaced, those inside others too."""
    resolved: dict[Let, Any] = {}
    for name in parts.sums:
        resolved[name] = opened(values[name], resolved)
    return opened(parts.loss, resolved)


def _over_samples(monomials: tuple[Monomial, ...]) -> Expr:
    return OrderedSum(add(*(each.expr for each in monomials)), (SAMPLE, S.One, SAMPLES))


def _sums(monomials: tuple[Monomial, ...], naming: Naming | None = None) -> Expr:
    """Each monomial summed over the samples on its own, what does not depend on them in front."""
    return add(*(_summed(each, naming) for each in monomials))


def _summed(monomial: Monomial, naming: Naming | None) -> Expr:
    data, own, shared = monomial.apart()
    if data is S.One:
        return multiply(SAMPLES, monomial.expr)
    inner = OrderedSum(around(data, own), (SAMPLE, S.One, SAMPLES))
    if naming is not None:
        inner = _named(inner, data, tuple(index for index, _ in shared), naming)
    return around(multiply(*monomial.outside, inner), shared)


def _named(inner: Expr, data: Expr, indices: tuple[Any, ...], naming: Naming) -> Any:
    """The name of a sum over the data, at the indices that sums around it bind."""
    used = [index for index in indices if index in inner.free_symbols]
    axes = {index: axis(len(used) - k) for k, index in enumerate(used)}
    name = naming.quantity(reindexed(inner, axes), data)
    return reindexed(name, {new: old for old, new in axes.items()})
