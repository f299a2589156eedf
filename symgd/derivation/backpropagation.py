"""Reverse accumulation over named intermediates (Linnainmaa 1970; Rumelhart, Hinton and Williams 1986).

The adjoint of an intermediate z is ∂L/∂z, the textbooks' δ. It is the sum over everything that uses z of that
user's adjoint times its direct derivative with respect to z. Each adjoint is derived once, gets a name, and
is never expanded where it is used: the work grows with the number of names, not with the paths between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Expr, S, count_ops

from symgd.derivation.contraction import collapsed
from symgd.derivation.derivative import Direct, Partial, occurs, places
from symgd.derivation.evidence import Oracle
from symgd.derivation.rewriting import Step, differentiate
from symgd.derivation.tidying import signed, sums_to_one, tidied
from symgd.notation.algebra import OrderedSum, add, multiply
from symgd.notation.indices import SAMPLES, Index, Sample, fresh, indices_of
from symgd.notation.intermediates import Adjoint, Let
from symgd.notation.problem import Problem
from symgd.notation.reindexing import is_leaf, opened, reindexed
from symgd.notation.shapes import lengths
from symgd.notation.symbols import Element
from symgd.notation.text import text


@dataclass(frozen=True)
class Context:
    """What every derivation of one problem shares."""

    problem: Problem
    oracle: Oracle
    written: frozenset[Expr]

    @property
    def names(self) -> dict[Let, Expr]:
        """The named intermediates that say more than another name, and their definitions."""
        return {name: name.definition for name in self.problem.lets if not is_leaf(name.definition)}


@dataclass(frozen=True)
class Backward:
    """The adjoint of one named intermediate, and the steps that derived it."""

    name: Let
    adjoint: Adjoint
    steps: tuple[Step, ...]


def backward(context: Context) -> tuple[Backward, ...]:
    """The adjoints of all named intermediates, from the loss back to the parameters."""
    done: dict[Let, Backward] = {}
    for name in reversed(context.problem.lets):
        steps = tuple(chain_through_users(context, name, done))
        done[name] = Backward(name, Adjoint(name, steps[-1].after), steps)
    return tuple(done.values())


def chain_through_users(context: Context, variable: Any, done: dict[Let, Backward]) -> Iterator[Step]:
    """The steps from ∂L/∂variable through the adjoints of everything that uses the variable."""
    users = [done[name] for name in done if occurs(variable, name.definition)]
    start = Partial(context.problem.loss, variable)
    line = add(*(_contribution(user, variable) for user in users))
    if occurs(variable, context.problem.loss):
        line = add(Direct(context.problem.loss, variable), line)
    if users:
        yield from step(context, "chain rule", start, line, tuple(user.name for user in users))
    for done_step in differentiate(line, context.oracle, context.names):
        yield done_step
        line = done_step.after
    for done_step in tidy(context, line):
        yield done_step
        line = done_step.after
    if not isinstance(variable, Let | Element) and _explained(line, done):
        yield from step(context, "insert the adjoint", line, _with_adjoints(context, line))


def _explained(line: Expr, done: dict[Let, Backward]) -> bool:
    """Whether the adjoint in *line* is written without others and no other is written with it."""
    used = line.atoms(Adjoint)
    behind = [user.adjoint.definition.atoms(Adjoint) for user in done.values()]
    return not any(
        adjoint.definition.has(Adjoint) or adjoint in used_by for adjoint in used for used_by in behind
    )


def _ends_here(line: Expr) -> bool:
    """Whether the adjoints in a line are written without others: only then something may cancel."""
    return not any(adjoint.definition.has(Adjoint) for adjoint in line.atoms(Adjoint))


def tidy(context: Context, line: Expr) -> Iterator[Step]:
    """The steps that bring a line without derivatives into its textbook form."""
    contracted = collapsed(line)
    yield from step(context, "collapse the delta", line, contracted)
    collected = _if_visible(contracted, tidied(contracted, context.written))
    yield from step(context, "collect factors", contracted, collected)
    inserted = _with_adjoints(context, collected) if _ends_here(collected) else collected
    if inserted != collected and count_ops(inserted) <= count_ops(collected):
        yield from step(context, "insert the adjoint", collected, inserted)
        collected = inserted
    whole = sums_to_one(collected)
    yield from step(context, "the labels sum to one", collected, whole)
    if whole != collected:
        yield from step(context, "collect factors", whole, signed(tidied(whole, context.written)))


def step(
    context: Context, rule: str, before: Expr, after: Expr, about: tuple[Let, ...] = ()
) -> Iterator[Step]:
    """The step from *before* to *after*, checked; none if nothing changed."""
    if after != before:
        yield Step(rule, before, after, context.oracle.compare(before, after), about)


def _with_adjoints(context: Context, line: Expr) -> Expr:
    """*line* with its adjoint written out, where much may cancel: σ' cancels the p(1 − p) of cross-entropy."""
    adjoints = {leaf: leaf.definition for leaf in line.atoms(Adjoint)}
    return line if len(adjoints) != 1 else tidied(opened(line, adjoints), context.written)


def _if_visible(before: Expr, after: Expr) -> Expr:
    """*after*, unless it reads as *before* did."""
    same = before == after or text(before) == text(after) or str(before) == str(after)
    return before if same else after


def _contribution(user: Backward, variable: Any) -> Expr:
    """Σ over the entries of an intermediate of its adjoint times its direct derivative.

    Where an entry of the intermediate uses no other entry of the variable than its own, as in tanh(z), there is
    nothing to sum over.
    """
    name = user.name
    places_used = list(places(variable, name.definition))
    summed = [index for index in name.indices if not _own(index, variable, places_used)]
    fresh_ones = _fresh_indices(summed, name, user.adjoint, variable)
    term = multiply(
        reindexed(user.adjoint, fresh_ones), Direct(reindexed(name.definition, fresh_ones), variable)
    )
    for index in reversed(summed):
        size = SAMPLES if isinstance(index, Sample) else lengths(name)[index].size
        term = OrderedSum(term, (fresh_ones[index], S.One, size))
    return term


def _own(index: Index, variable: Any, places_used: Sequence[Sequence[Any]]) -> bool:
    """Whether the variable stands at this very index of its own wherever it is used."""
    own = indices_of(variable)
    if index not in own:
        return False
    return all(index in at and at.index(index) == own.index(index) for at in places_used)


def _fresh_indices(summed: Sequence[Index], *taken: Any) -> dict[Index, Index]:
    """Indices to sum over: the sample's own stays, if the variable does not have it too."""
    chosen: dict[Index, Index] = {}
    for index in summed:
        keeps = isinstance(index, Sample) and index not in indices_of(taken[-1])
        chosen[index] = index if keeps else fresh(*taken[:2], taken[0].definition, *chosen.values())
    return chosen
