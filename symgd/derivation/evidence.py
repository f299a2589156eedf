"""Checks every step when it is made: both sides must agree at random points of the loss's domain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import prod
from random import Random
from typing import Any

import mpmath
import numpy as np
from sympy import Expr

from symgd.derivation.evaluation import Evaluator, Values, derive_numerically
from symgd.derivation.grid import Grid
from symgd.derivation.numbers import COMPLEX, DIGITS, DUALS, PRECISE, NotExactError
from symgd.errors import DerivationError
from symgd.notation.indices import indices_of
from symgd.notation.symbols import Distribution, label_of

CANDIDATES, POINTS, EXACT_POINTS = 64, 6, 2
TOLERANCE = 1e-9
# Fractions get longer with every intermediate: beyond so many variables, floating point has to do.
MANY = 40
# Computes an array from the values of leaves and the numbers that stand for sizes.
Valued = Callable[[Callable[[Any], Any], Callable[[Expr], int]], Any]
# Both sides of this size are 0; a side beyond the other is infinite.
NOTHING, HUGE = 1e-30, 1e300


@dataclass(frozen=True)
class Evidence:
    """What the check of one step found.

    *points* random points were tried, *error* is the largest relative difference between both sides there;
    *exact* says that both sides were also equal as fractions, at random rational points.
    """

    points: int
    error: float
    exact: bool

    def __str__(self) -> str:
        exactly = "equal as fractions; " if self.exact else ""
        return f"{exactly}agrees at {self.points} points to {self.error:.0e}"


class Oracle:
    """Random points of a loss's domain, and the comparison of two expressions there."""

    def __init__(self, loss: Expr, leaves: Iterable[Expr]) -> None:
        self._leaves, self._grid = sorted(leaves, key=str), Grid()
        self._floating = Evaluator(COMPLEX, self._inside(loss), self._grid)
        self._exact: Evaluator | None = next(self._rational_points(loss), None)

    def prepare(self, loss: Expr, variables: Sequence[Any]) -> None:
        """Get ready to compare derivatives of a loss with respect to many variables."""
        with np.errstate(all="ignore"):
            derive_numerically(self._floating, loss, variables)
        if len(variables) > MANY:
            self._exact = None

    def compare(self, before: Expr, after: Expr) -> Evidence:
        """The evidence that *before* equals *after*; DerivationError where they differ."""
        with np.errstate(all="ignore"):
            points, error = self._numeric(before, after, lambda evaluate: (evaluate(before), evaluate(after)))
            exact = self._exactly(before, after)
        return Evidence(points, error, exact)

    def compare_given(self, before: Expr, after: Expr, given: Callable[[Evaluator], Values]) -> Evidence:
        """The same where *after* has symbols of its own, whose values *given* computes from those of the others."""
        with np.errstate(all="ignore"):
            values = given(self._floating)
            evaluate = self._floating.with_values(values)
            points, error = _compared(evaluate(before), evaluate(after))
        if not points or error > TOLERANCE:
            raise DerivationError(f"the step from {before} to {after} could not be confirmed.")
        return Evidence(points, error, False)

    def compare_array(self, expr: Expr, like: Any, form: str, value: Valued) -> Evidence:
        """The evidence that *expr*, which has the axes of *like*, equals *form*; DerivationError where they differ.

        *value* computes the values of the form from those of symbols and intermediates, each with an axis of points
        and then its own, and from the numbers that stand for sizes.
        """

        def both(evaluate: Evaluator) -> tuple[Any, Any]:
            found = value(lambda leaf: self._laid_out(evaluate(leaf), leaf), self._grid.size)
            expected = self._laid_out(evaluate(expr), like)
            if found.shape[1:] != expected.shape[1:]:
                raise DerivationError(f"a matrix form is wrong: {form} has not the shape of {expr}.")
            return np.moveaxis(expected, 0, -1), np.moveaxis(found, 0, -1)

        with np.errstate(all="ignore"):
            return Evidence(*self._numeric(expr, form, both), exact=False)

    def _laid_out(self, values: Any, like: Any) -> Any:
        """Values with an axis of points, then those of *like*."""
        indices = indices_of(like)
        taken = self._grid.take(values, indices, self._grid.sizes(like, indices))
        return np.moveaxis(taken[..., 0, :], -1, 0)

    def _numeric(self, before: Expr, after: Any, both: Callable[[Evaluator], Any]) -> tuple[int, float]:
        points, error = _compared(*both(self._floating))
        if not points or error > TOLERANCE:
            # Wrong, or lost in rounding, as 1 − tanh²(u) is for large u: 60 digits tell.
            with mpmath.workdps(DIGITS):
                points, error = _compared(*both(self._precise))
        if not points:
            raise DerivationError(
                f"the step to {after} could not be checked: no point was found where both sides are real and finite."
            )
        if error > TOLERANCE:
            raise DerivationError(
                f"a step is wrong: {before} and {after} differ by {error:.1e} of their size."
            )
        return points, error

    def _exactly(self, before: Expr, after: Expr) -> bool:
        if self._exact is None:
            return False
        try:
            left, right = np.broadcast_arrays(self._exact(before), self._exact(after))
        except NotExactError:
            return False
        if (DUALS.real(left) != DUALS.real(right)).any():
            raise DerivationError(f"a step is wrong: {before} and {after} differ as fractions.")
        return True

    @cached_property
    def _precise(self) -> Evaluator:
        values = {leaf: PRECISE.array(drawn.real) for leaf, drawn in self._floating.values.items()}
        return Evaluator(PRECISE, values, self._grid)

    def _inside(self, loss: Expr) -> Values:
        """Values of the leaves at points where the loss is real and finite."""
        values = self._placed(COMPLEX, _candidates, Random(1))
        with np.errstate(all="ignore"):
            result = np.broadcast_to(np.ravel(Evaluator(COMPLEX, values, self._grid)(loss)), CANDIDATES)
        usable = np.isfinite(result) & (result.imag == 0)
        if not usable.any():
            raise DerivationError(f"no point was found where the loss {loss} is real and finite.")
        moderate = usable & (abs(result) < 1e6)
        points = np.flatnonzero(moderate if moderate.any() else usable)[:POINTS]
        return {leaf: drawn[..., points] for leaf, drawn in values.items()}

    def _placed(self, numbers: Any, draw: Any, random: Random) -> Values:
        """Random values for each leaf, each index at its place."""
        values = {}
        for leaf in self._leaves:
            indices = indices_of(leaf)
            drawn = draw(random, self._grid.sizes(leaf, indices))
            if isinstance(label_of(leaf), Distribution):
                drawn = abs(drawn) / abs(drawn).sum(axis=-2, keepdims=True)
            values[leaf] = self._grid.put(numbers.array(np.expand_dims(drawn, -2)), indices)
        return values

    def _rational_points(self, loss: Expr) -> Iterator[Evaluator]:
        """An evaluator at rational points, if the loss has values among the fractions."""
        for seed in range(4):
            values = self._placed(DUALS, _rational_candidates, Random(seed))
            evaluator = Evaluator(DUALS, values, self._grid)
            try:
                evaluator(loss)
            except NotExactError:
                continue
            yield evaluator


def _compared(left: Any, right: Any) -> tuple[int, float]:
    """The number of points where both sides are real and finite, and the largest relative difference there."""
    left, right = np.broadcast_arrays(left, right)
    size = (abs(left) + abs(right)) / 2 + NOTHING
    whole = ((left.imag == 0) & (right.imag == 0) & (size < HUGE)).astype(bool)
    usable = whole.all(axis=tuple(range(whole.ndim - 1)))
    errors = (abs(left - right) / size)[..., usable]
    return int(usable.sum()), float(errors.max(initial=0))


def _candidates(random: Random, sizes: tuple[int, ...]) -> Any:
    """At each point from one of several distributions: some losses live on (0, 1) or x > 0 alone."""
    kinds = (
        lambda: random.gauss(0, 1),
        lambda: random.uniform(0.05, 0.95),
        lambda: random.uniform(0.5, 3),
        lambda: random.gauss(0, 0.3),
    )
    drawn = [kinds[k % len(kinds)]() for _ in range(prod(sizes)) for k in range(CANDIDATES)]
    return np.array(drawn).reshape(*sizes, CANDIDATES)


def _rational_candidates(random: Random, sizes: tuple[int, ...]) -> Any:
    count = prod(sizes) * EXACT_POINTS
    drawn = [Fraction(random.choice([-1, 1]) * random.randint(1, 29), 7) for _ in range(count)]
    return np.array(drawn, dtype=object).reshape(*sizes, EXACT_POINTS)
