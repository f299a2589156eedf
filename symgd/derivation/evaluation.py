"""The value of any expression of a derivation, unevaluated derivatives included, at many points at once.

Where its values lie is said by :class:`~symgd.derivation.grid.Grid`. Derivatives are taken numerically
(:mod:`symgd.derivation.numbers`), never by the rules that are being checked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import sympy as sp
from sympy import Expr, S
from sympy.core.function import Application, AppliedUndef
from sympy.core.relational import Relational

from symgd.derivation.bundle import Bundle, bundles
from symgd.derivation.derivative import Direct, Partial, occurs
from symgd.derivation.grid import Grid
from symgd.errors import DerivationError
from symgd.notation import functions as own
from symgd.notation.algebra import OrderedSum
from symgd.notation.deltas import Delta
from symgd.notation.extremes import LogSumExp, Softmax
from symgd.notation.indices import Count
from symgd.notation.intermediates import Let, in_order, lets_in
from symgd.notation.reindexing import reindexed
from symgd.notation.symbols import Element

Values = dict[Any, Any]


class Evaluator:
    """Evaluates expressions where the leaves have given values; what was computed once is remembered."""

    def __init__(self, numbers: Any, values: Values, grid: Grid) -> None:
        self.numbers, self.values, self.grid = numbers, values, grid
        self.slopes: Values = {}
        self._known: Values = dict(values)

    def __call__(self, expr: Expr) -> Any:
        """The value of *expr*."""
        if expr not in self._known:
            if expr.args or isinstance(expr, Let):
                # Innermost first, so that a deep composition needs no deep recursion.
                for name in in_order(expr, self._known):
                    self._known[name] = self.value(name.definition)
            self._known[expr] = self.value(expr)
        return self._known[expr]

    def value(self, expr: Expr) -> Any:
        """The value of *expr*, whose named intermediates have theirs already."""
        if expr not in self._known:
            self._known[expr] = self._compute(expr)
        return self._known[expr]

    def _compute(self, expr: Expr) -> Any:
        if expr.is_Number or expr.is_NumberSymbol:
            return self.numbers.number(expr)
        for kind, evaluate in _NODES:
            if isinstance(expr, kind):
                return evaluate(self, expr)
        if isinstance(expr, AppliedUndef):
            raise DerivationError(
                f"no rule covers {expr}, a function without definition: write what it stands for."
            )
        if not isinstance(expr, Application):
            raise DerivationError(f"no rule covers {expr}: write it with functions that have a derivative.")
        args = [self.value(arg) for arg in expr.args]
        if expr.func in _KINKED:
            return _KINKED[expr.func](self.numbers, *args)
        return self.numbers.call(expr.func, *args)

    def set(self, expr: Expr, value: Any) -> None:
        """Let *expr* have this value."""
        self._known[expr] = value

    def with_values(self, values: Values) -> Evaluator:
        """The same, with other values for some leaves."""
        return Evaluator(self.numbers, {**self.values, **values}, self.grid)

    def holds(self, condition: Any) -> Any:
        """Where a condition of a piecewise expression is true."""
        if condition in (S.true, S.false):
            return np.bool_(condition is S.true)
        if isinstance(condition, sp.And | sp.Or):
            combine = np.logical_and if isinstance(condition, sp.And) else np.logical_or
            return combine.reduce([np.broadcast_arrays(*map(self.holds, condition.args))][0])
        if isinstance(condition, sp.Not):
            return np.logical_not(self.holds(condition.args[0]))
        if isinstance(condition, sp.ITE):
            # SymPy writes this for a comparison with a piecewise expression.
            return np.where(*map(self.holds, condition.args))
        return _COMPARISONS[condition.func](self.sign(condition), 0)

    def sign(self, comparison: Any) -> Any:
        """The sign of the left side minus the right."""
        return _difference_sign(self.numbers, *map(self.value, comparison.args))


def derive_numerically(evaluator: Evaluator, loss: Expr, variables: Sequence[Any]) -> None:
    """Let *evaluator* know the slopes of the loss in many variables, intermediates among them.

    One pass through the intermediates serves many variables, so the time grows with their number as it does for
    the loss itself.
    """
    names = in_order(loss)
    for bundle in bundles(evaluator.grid, variables):
        start = {v: bundle.perturbed(evaluator.numbers, v, evaluator(v)) for v in bundle.variables}
        run = evaluator.with_values({v: value for v, value in start.items() if not isinstance(v, Let)})
        changed = set(bundle.variables)
        for name in names:
            if any(inner in changed for inner in name.below) or any(
                occurs(v, name.definition) for v in bundle.variables
            ):
                changed.add(name)
            value = run.value(name.definition) if name in changed and name not in start else evaluator(name)
            run.set(
                name,
                bundle.perturbed(run.numbers, name, run.value(name.definition)) if name in start else value,
            )
        slopes = run.numbers.slope(run.value(loss))
        evaluator.slopes |= {Partial(loss, v): bundle.slopes(slopes, v) for v in bundle.variables}


def _add(evaluator: Evaluator, expr: Expr) -> Any:
    values = [evaluator.value(arg) for arg in expr.args]
    total = values[0]
    for value in values[1:]:
        total = total + value
    return total


def _multiply(evaluator: Evaluator, expr: Expr) -> Any:
    product = evaluator.value(expr.args[0])
    for arg in expr.args[1:]:
        product = product * evaluator.value(arg)
    return product


def _power(evaluator: Evaluator, expr: Expr) -> Any:
    return evaluator.numbers.power(evaluator.value(expr.base), expr.exp, lambda: evaluator.value(expr.exp))


def _element(evaluator: Evaluator, expr: Any) -> Any:
    leaf, old, new, sizes = evaluator.grid.route(expr)
    return evaluator.grid.put(evaluator.grid.take(evaluator.value(leaf), old, sizes), new)


def _sum(evaluator: Evaluator, expr: Expr) -> Any:
    body = evaluator.value(expr.function)
    for index, _, last in expr.limits:
        body = evaluator.grid.summed(body, index, last)
    return body


def _log_sum_exp(evaluator: Evaluator, expr: Expr) -> Any:
    return evaluator.value(
        sp.log(OrderedSum(sp.exp(expr.args[0], evaluate=False), expr.args[1]), evaluate=False)
    )


def _softmax(evaluator: Evaluator, expr: Expr) -> Any:
    body, limit, at = expr.args
    here = sp.exp(reindexed(body, {limit[0]: at}), evaluate=False)
    return evaluator.value(here) * evaluator.numbers.power(
        evaluator.value(OrderedSum(sp.exp(body, evaluate=False), limit)), S.NegativeOne, None
    )


def _count(evaluator: Evaluator, expr: Expr) -> Any:
    return evaluator.numbers.number(sp.Integer(evaluator.grid.size(expr)))


def _delta(evaluator: Evaluator, expr: Any) -> Any:
    return evaluator.numbers.array(evaluator.grid.delta(expr.args[0], expr.args[1], expr.size))


def _piecewise(evaluator: Evaluator, expr: Expr) -> Any:
    result = evaluator.value(expr.args[-1][0])
    for piece, condition in reversed(expr.args[:-1]):
        result = np.where(evaluator.holds(condition), evaluator.value(piece), result)
    for comparison in {found for _, condition in expr.args for found in condition.atoms(Relational)}:
        # nan where a side is not real: then it is open which piece counts.
        result = result + evaluator.numbers.array(0 * evaluator.sign(comparison))
    return result


def _derivative(evaluator: Evaluator, node: Partial) -> Any:
    """The slopes of f in each entry of v, all at once: each is perturbed along an axis of directions."""
    if node in evaluator.slopes:
        return evaluator.slopes[node]
    fixed = {leaf: evaluator(leaf) for leaf in lets_in(node.expr)} if isinstance(node, Direct) else {}
    bundle = Bundle(evaluator.grid, [node.variable])
    start = evaluator(node.variable)
    perturbed = {node.variable: bundle.perturbed(evaluator.numbers, node.variable, start)}
    slopes = evaluator.numbers.slope(evaluator.with_values({**fixed, **perturbed})(node.expr))
    return bundle.slopes(slopes, node.variable)


_NODES: tuple[tuple[Any, Callable[[Evaluator, Any], Any]], ...] = (
    (Let, lambda evaluator, expr: evaluator.value(expr.definition)),
    (Element, _element),
    (Count, _count),
    (LogSumExp, _log_sum_exp),
    (Softmax, _softmax),
    (Delta, _delta),
    (Partial, _derivative),
    (sp.Add, _add),
    (sp.Mul, _multiply),
    (sp.Pow, _power),
    (sp.Sum, _sum),
    (sp.Piecewise, _piecewise),
)

_COMPARISONS = {
    sp.Gt: np.greater,
    sp.Ge: np.greater_equal,
    sp.Lt: np.less,
    sp.Le: np.less_equal,
    sp.Eq: np.equal,
    sp.Ne: np.not_equal,
}


def _difference_sign(numbers: Any, left: Any, right: Any) -> Any:
    return numbers.sign(left + numbers.number(S.NegativeOne) * right).astype(float)


def _sign(numbers: Any, u: Any) -> Any:
    return numbers.array(numbers.sign(u))


def _step(numbers: Any, u: Any) -> Any:
    sign = numbers.sign(u)
    return numbers.array((sign + abs(sign)) / 2)


def _extremum(toward: int) -> Callable[..., Any]:
    def choose(numbers: Any, *args: Any) -> Any:
        best = args[0]
        for other in args[1:]:
            sign = _difference_sign(numbers, other, best)
            # The last term is nan where one of the two is not real: then there is no larger one.
            best = np.where(toward * sign > 0, other, best) + numbers.array(0 * sign)
        return best

    return choose


# Functions with kinks are decided by the real part, so a derivative never reaches across the kink.
_KINKED: dict[Any, Callable[..., Any]] = {
    sp.Abs: lambda numbers, u: _sign(numbers, u) * u,
    sp.sign: _sign,
    sp.Heaviside: lambda numbers, u, *_: _step(numbers, u),
    sp.Max: _extremum(1),
    sp.Min: _extremum(-1),
    own.relu: lambda numbers, u: _step(numbers, u) * u,
    own.step: _step,
}
