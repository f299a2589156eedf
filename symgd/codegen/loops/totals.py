"""Which sums over the samples a loss and its gradient need, and in how many passes they can be had.

A sum whose samples need another sum, as of the spread around a mean, takes a second pass; all others share the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sympy import Expr, S, Sum

from symgd.codegen.body import source_of_size
from symgd.codegen.folding import fold
from symgd.codegen.forms import Forms
from symgd.codegen.stable import stable
from symgd.codegen.sums import opened
from symgd.derivation.derive import Derivation
from symgd.errors import CompilationError
from symgd.notation.algebra import OrderedSum, multiply
from symgd.notation.deltas import Delta
from symgd.notation.extremes import LogSumExp, Softmax
from symgd.notation.indices import OTHER, SAMPLE, SAMPLES, Index, indices_of
from symgd.notation.intermediates import Let, in_order
from symgd.notation.problem import Problem
from symgd.notation.text import text


@dataclass(frozen=True)
class Total:
    """A sum over the samples of *body*: one number, or an array with the *axes* that the body has."""

    body: Expr
    axes: tuple[Index, ...]
    level: int
    number: int


@dataclass(frozen=True)
class Parts:
    """The loss and its slopes as *roots*, the *definitions* of the intermediates they need, innermost first.

    *totals* are the sums over samples that they need; the level of each says in which pass it is had.
    """

    problem: Problem
    definitions: Mapping[Let, Expr]
    roots: Mapping[str, Expr]
    totals: tuple[Total, ...]
    forms: Forms

    @property
    def levels(self) -> int:
        """The number of passes over the samples."""
        return max((total.level for total in self.totals), default=0)


def parts_of(derivation: Derivation) -> Parts:
    """What loops compute for a derivation; CompilationError where that is better done by whole arrays."""
    problem = derivation.problem
    slopes = {f"dL_d{name}": derivation.steps[name][-1].after for name in derivation.steps}
    roots = {
        name: _plain(stable(fold(problem, expr))) for name, expr in {"L": problem.loss, **slopes}.items()
    }
    definitions = _needed(roots.values())
    for let in definitions:
        _refuse(set(indices_of(let)) - {SAMPLE}, let, "is an array")
    forms = Forms()
    if not problem.data and any(SAMPLES in e.free_symbols for e in (*definitions.values(), *roots.values())):
        source_of_size(SAMPLES, problem)  # There is none, which it says.
    return Parts(problem, definitions, roots, _totals(definitions, roots.values(), forms), forms)


def _needed(roots: Iterable[Expr]) -> dict[Let, Expr]:
    """The intermediates that *roots* use, innermost first."""
    below = dict.fromkeys(let for root in roots for let in in_order(root))
    if not below:
        return {}
    plain = {let: _plain(stable(let.definition)) for let in below}
    used: set[Let] = set().union(*(root.atoms(Let) for root in roots))
    for let in reversed(plain):
        used |= plain[let].atoms(Let) if let in used else set()
    return {let: definition for let, definition in plain.items() if let in used}


def is_total(node: Any) -> bool:
    """Whether *node* is a sum over samples."""
    return isinstance(node, Sum) and node.args[1][0] == SAMPLE


def _plain(expr: Expr) -> Expr:
    """*expr* with every nest of sums in one order, the sum over samples outside."""

    @cache
    def visit(node: Any) -> Any:
        if isinstance(node, Sum):
            return _plain_sum(node, visit)
        _refuse(isinstance(node, LogSumExp | Softmax), node, "is over an array")
        _refuse(isinstance(node, Delta), node, "is a matrix")
        _refuse(isinstance(node, Index) and node == OTHER, node, "compares each sample with the others")
        args = tuple(map(visit, node.args)) if not isinstance(node, Let) else node.args
        return node if args == node.args else node.func(*args)

    return visit(expr)


def _plain_sum(node: Any, visit: Any) -> Expr:
    inside = opened(node)
    _refuse(OTHER in inside.sizes, node, "compares each sample with the others")
    present = inside.present()
    absent = [size for index, size in inside.sizes.items() if index not in present]
    body = visit(inside.body)
    for index in sorted(present, key=lambda index: index == SAMPLE):
        body = OrderedSum(body, (index, S.One, present[index]))
        product = index != SAMPLE and set(indices_of(body)) - {SAMPLE, *present}
        _refuse(product, node, "is a product of arrays")
    return multiply(*absent, body) if absent else body


def _refuse(bad: Any, node: Any, why: str) -> None:
    if bad:
        raise CompilationError(f"{text(node)} {why}: that is computed by whole arrays, not by loops.")


def _totals(definitions: Mapping[Let, Expr], roots: Iterable[Expr], forms: Forms) -> tuple[Total, ...]:
    levels: dict[Any, int] = {}
    found: dict[int, Total] = {}

    @cache
    def level(node: Any) -> int:
        if isinstance(node, Let):
            return levels.get(node, 0)
        below = max(map(level, node.args), default=0)
        if not is_total(node):
            return below
        form = forms.of(node.function)
        axes = tuple(index for index in form.indices if index != SAMPLE)
        found.setdefault(form.number, Total(node.function, axes, below + 1, form.number))
        return below + 1

    for let, definition in definitions.items():
        levels[let] = level(definition)
    for root in roots:
        level(root)
    return tuple(found.values())
