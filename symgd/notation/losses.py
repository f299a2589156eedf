"""The catalogue of losses: plain functions ``(prediction, target)`` that return an expression.

Of arrays, means and sums go over the entries too; the cross-entropies sum over the classes.
Each stands for what it computes over the samples: ``mean_squared_error(y_hat, y)`` is (1/n) Σ (ŷ_i − y_i)².
A *kink* is a point without a derivative; the subgradient named there is the one that derivation and code use.
The penalties ``l1`` and ``l2`` take parameters and are added to a loss.
"""

from __future__ import annotations

from typing import Any

from sympy import Abs, Expr, Rational, S, exp

from symgd.errors import NotationError
from symgd.notation.algebra import OrderedPiecewise, add, multiply, power
from symgd.notation.arrays import log_softmax
from symgd.notation.arrays import sum as entries
from symgd.notation.functions import log_cosh as _log_cosh
from symgd.notation.functions import relu, softplus, xlogy
from symgd.notation.indices import Sample, indices_of
from symgd.notation.intake import as_expression
from symgd.notation.shapes import shape
from symgd.notation.sums import mean, total

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "epsilon_insensitive",
    "hinge",
    "huber",
    "l1",
    "l2",
    "log_cosh",
    "logistic",
    "mean_absolute_error",
    "mean_squared_error",
    "poisson",
    "quantile",
    "root_mean_squared_error",
    "softmax_cross_entropy",
    "squared_hinge",
    "sum_squared_error",
]

OF_VECTORS = frozenset({"cross_entropy", "softmax_cross_entropy"})
"""The losses that compare vectors, with an entry for each class."""


def mean_squared_error(prediction: Any, target: Any) -> Expr:
    """(1/n) Σ (ŷ − y)². No kinks. Gauss, Theoria motus (1809).

    >>> from symgd import data
    >>> p, y = data("p y")
    >>> mean_squared_error(p, y)
    Sum((p[i] - y[i])**2, (i, 1, n))/n
    """
    return _mean(_residual(prediction, target) ** 2)


def sum_squared_error(prediction: Any, target: Any) -> Expr:
    """½ Σ (ŷ − y)². No kinks. Bishop, Pattern Recognition and Machine Learning (2006), eq. 1.2."""
    return multiply(Rational(1, 2), _total(_residual(prediction, target) ** 2))


def root_mean_squared_error(prediction: Any, target: Any) -> Expr:
    """√((1/n) Σ (ŷ − y)²): the root stands outside the mean. No derivative where every residual is 0."""
    return power(mean_squared_error(prediction, target), Rational(1, 2))


def mean_absolute_error(prediction: Any, target: Any) -> Expr:
    """(1/n) Σ |ŷ − y|. Kink at ŷ = y, where sgn(0) = 0 is used. Laplace (1774)."""
    return _mean(Abs(_residual(prediction, target)))


def huber(prediction: Any, target: Any, delta: Any = 1) -> Expr:
    """(1/n) Σ of r²/2 where |r| ≤ δ, else δ(|r| − δ/2), with r = ŷ − y. No kinks. Huber (1964).

    *delta* is a positive number or a constant.
    """
    delta = _setting("huber", "delta", delta)
    residual = _residual(prediction, target)
    square = multiply(Rational(1, 2), power(residual, S(2)))
    line = multiply(delta, add(Abs(residual), multiply(Rational(-1, 2), delta)))
    return _mean(OrderedPiecewise((square, Abs(residual) <= delta), (line, True)))


def log_cosh(prediction: Any, target: Any) -> Expr:
    """(1/n) Σ log cosh(ŷ − y). No kinks; as |r| for large r, as r²/2 for small."""
    return _mean(_log_cosh(_residual(prediction, target)))


def quantile(prediction: Any, target: Any, level: Any = Rational(1, 2)) -> Expr:
    """(1/n) Σ of q r where r = y − ŷ ≥ 0, else (q − 1) r: the pinball loss at the level 0 < q < 1.

    Kink at ŷ = y, where the slope of r ≥ 0 is used. Koenker and Bassett (1978).
    """
    level = _setting("quantile", "level", level, below=1)
    residual = _residual(target, prediction)
    return _mean(OrderedPiecewise((level * residual, residual >= 0), ((level - 1) * residual, True)))


def epsilon_insensitive(prediction: Any, target: Any, epsilon: Any = Rational(1, 10)) -> Expr:
    """(1/n) Σ max(0, |ŷ − y| − ε). Kinks at |ŷ − y| = ε, where the slope 0 is used. Vapnik (1995)."""
    epsilon = _setting("epsilon_insensitive", "epsilon", epsilon)
    return _mean(relu(add(Abs(_residual(prediction, target)), -epsilon)))


def binary_cross_entropy(probability: Any, target: Any) -> Expr:
    """−(1/n) Σ y log p + (1 − y) log(1 − p), with 0 log 0 = 0, for targets in [0, 1]. No kinks for 0 < p < 1.

    From a score z rather than a probability, :func:`binary_cross_entropy_with_logits` is the accurate form.
    Good (1952).
    """
    p, y = _read(probability), _read(target)
    return -_mean(add(xlogy(y, p), xlogy(1 - y, 1 - p)))


def binary_cross_entropy_with_logits(score: Any, target: Any) -> Expr:
    """(1/n) Σ softplus(z) − y z: the cross-entropy of p = σ(z), for targets in [0, 1]. No kinks."""
    return _mean(add(softplus(score), -_margin(score, target)))


def logistic(score: Any, label: Any) -> Expr:
    """(1/n) Σ log(1 + exp(−y z)) for labels y = ±1. No kinks. Cox (1958)."""
    return _mean(softplus(-_margin(score, label)))


def hinge(score: Any, label: Any) -> Expr:
    """(1/n) Σ max(0, 1 − y z) for labels y = ±1. Kink at y z = 1, where 0 is used. Cortes and Vapnik (1995)."""
    return _mean(relu(1 - _margin(score, label)))


def squared_hinge(score: Any, label: Any) -> Expr:
    """(1/n) Σ max(0, 1 − y z)² for labels y = ±1. No kinks."""
    return _mean(power(relu(1 - _margin(score, label)), S(2)))


def poisson(log_rate: Any, count: Any) -> Expr:
    """(1/n) Σ exp(z) − y z: the Poisson likelihood of a count y at the rate exp(z). No kinks.

    The term log y!, which no parameter changes, is left out. Nelder and Wedderburn (1972).
    """
    return _mean(add(exp(_read(log_rate)), -_margin(log_rate, count)))


def cross_entropy(probabilities: Any, targets: Any) -> Expr:
    """−(1/n) Σ_i Σ_k t_ik log p_ik, with 0 log 0 = 0, for probabilities and targets that sum to one. Good (1952).

    Of ``p = softmax(z)`` it is computed from z, and does not overflow. No kinks for p > 0.
    """
    return -_over_samples(mean, xlogy(_read(targets), _read(probabilities)))


def softmax_cross_entropy(scores: Any, targets: Any) -> Expr:
    """−(1/n) Σ_i Σ_k t_ik log softmax(z_i)_k: the cross-entropy of p = softmax(z). No kinks. Bridle (1990)."""
    return -_over_samples(mean, multiply(_read(targets), log_softmax(_read(scores))))


def l1(*parameters: Any) -> Expr:
    """Σ |w| over the parameters given. Kink at w = 0, where 0 is used. Tibshirani (1996)."""
    return add(*(entries(Abs(_read(w))) for w in _some("l1", parameters)))


def l2(*parameters: Any) -> Expr:
    """Σ w² over the parameters given. No kinks. Hoerl and Kennard (1970)."""
    return add(*(entries(power(_read(w), S(2))) for w in _some("l2", parameters)))


def _read(value: Any) -> Any:
    return as_expression(value, "a loss")


def _mean(expression: Any) -> Expr:
    """The mean over the samples and over the entries of each."""
    body = as_expression(expression, "a loss")
    count = multiply(*shape(body)) if shape(body) else S.One
    return multiply(power(count, S.NegativeOne), _over_samples(mean, body))


def _total(expression: Any) -> Expr:
    """The sum over the samples and over the entries of each."""
    return _over_samples(total, as_expression(expression, "a loss"))


def _over_samples(over: Any, expression: Expr) -> Expr:
    """The sum over the entries, summed over the samples if there is one for each, or if there are no entries."""
    per_sample = not indices_of(expression) or any(isinstance(i, Sample) for i in indices_of(expression))
    return over(entries(expression)) if per_sample else entries(expression)


def _residual(prediction: Any, target: Any) -> Expr:
    return add(_read(prediction), -_read(target))


def _margin(score: Any, label: Any) -> Expr:
    return multiply(_read(label), _read(score))


def _some(name: str, parameters: tuple[Any, ...]) -> tuple[Any, ...]:
    if not parameters:
        raise NotationError(f"{name}() needs at least one parameter: write for example {name}(w).")
    return parameters


def _setting(loss: str, name: str, value: Any, below: float | None = None) -> Expr:
    """A positive number, or a symbol, as SymPy expression."""
    value = as_expression(value, f"{name}= of {loss}()")
    bounds = "positive" if below is None else f"between 0 and {below}"
    if value.is_number and not (value.is_positive and value.is_finite and (below is None or value < below)):
        raise NotationError(f"{name}={value} of {loss}() must be {bounds}.")
    return value
