"""Learning rates that change from iteration to iteration.

A schedule stands where an optimizer takes a learning rate. It is a formula of the iteration t, which counts from 1:
the first iteration has the rate that the schedule starts from. The formula is the first equation of the optimizer's
update rule, so it is derived, shown and compiled like the others.

>>> from symgd import optimizers, schedules
>>> optimizer = optimizers.GradientDescent(schedules.Exponential(0.1, factor=0.5))
>>> [optimizer.learning_rate(t) for t in (1, 2, 3)]
[0.1, 0.05, 0.025]
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from typing import final

from sympy import Expr, Min, Rational, S, cos, floor, pi
from sympy.core.sympify import sympify

from symgd.errors import OptimizerError
from symgd.notation.algebra import add, multiply, power
from symgd.notation.indices import Named
from symgd.notation.intermediates import substitute
from symgd.notation.updates import ITERATION
from symgd.training.settings import COUNT, FACTOR, NOT_NEGATIVE, POSITIVE, Number, Settings, setting

__all__ = ["Constant", "Cosine", "Exponential", "InverseTime", "Schedule", "Step"]

ETA_0, ETA_MIN = Named("eta_0"), Named("eta_min")
GAMMA, KAPPA = Named("gamma"), Named("kappa")
SIZE, LENGTH = Named("k", integer=True, positive=True), Named("T", integer=True, positive=True)


@dataclass(frozen=True)
class Schedule(Settings, ABC):
    """Base of all schedules: *formula* gives η from the iteration t and the settings."""

    @property
    @abstractmethod
    def formula(self) -> Expr:
        """η as a formula of the iteration t and the settings."""

    def __call__(self, iteration: int) -> Number:
        """The learning rate of an iteration, the first of which is 1; a fraction if every setting is exact."""
        if iteration not in COUNT:
            raise OptimizerError(f"{iteration!r} is not the number of an iteration: they count 1, 2, 3, …")
        values = {ITERATION: sympify(int(iteration))}
        values |= {symbol: sympify(value) for symbol, value in self.numbers().items()}
        rate = substitute(self.formula, values)
        return Fraction(rate.p, rate.q) if rate.is_Rational else float(rate)


@final
@dataclass(frozen=True)
class Constant(Schedule):
    """η = η₀: the same as a plain number.

    >>> Constant(0.1)(1000)
    0.1
    """

    learning_rate: Number = setting(0.01, ETA_0, POSITIVE)

    @property
    def formula(self) -> Expr:
        return ETA_0


@final
@dataclass(frozen=True)
class Step(Schedule):
    """η = η₀ γ^⌊(t − 1)/k⌋: multiplied by the factor γ after every *size* = k iterations.

    As in He et al., Deep residual learning (2016), with γ = 1/10; PyTorch's StepLR.

    >>> [Step(0.1, size=2, factor=0.5)(t) for t in (1, 2, 3, 4, 5)]
    [0.1, 0.1, 0.05, 0.05, 0.025]
    """

    learning_rate: Number = setting(0.01, ETA_0, POSITIVE)
    size: int = setting(1000, SIZE, COUNT)
    factor: Number = setting(0.1, GAMMA, FACTOR)

    @property
    def formula(self) -> Expr:
        return ETA_0 * GAMMA ** floor((ITERATION - 1) / SIZE)


@final
@dataclass(frozen=True)
class Exponential(Schedule):
    """η = η₀ γ^(t − 1): multiplied by the factor γ after every iteration. PyTorch's ExponentialLR.

    >>> Exponential(0.1, factor=0.5)(3)
    0.025
    """

    learning_rate: Number = setting(0.01, ETA_0, POSITIVE)
    factor: Number = setting(0.999, GAMMA, FACTOR)

    @property
    def formula(self) -> Expr:
        return ETA_0 * GAMMA ** (ITERATION - 1)


@final
@dataclass(frozen=True)
class Cosine(Schedule):
    """η = η_min + ½ (η₀ − η_min) (1 + cos(π min(t − 1, T)/T)): half a cosine over *iterations* = T, then η_min.

    Loshchilov and Hutter, SGDR: Stochastic gradient descent with warm restarts (2017), eq. 5, without restarts.
    PyTorch's CosineAnnealingLR goes up again after T; here the rate stays at its minimum.

    >>> [round(Cosine(0.1, iterations=4)(t), 3) for t in (1, 3, 5, 6)]
    [0.1, 0.05, 0.0, 0.0]
    """

    learning_rate: Number = setting(0.01, ETA_0, POSITIVE)
    iterations: int = setting(1000, LENGTH, COUNT)
    minimum: Number = setting(0.0, ETA_MIN, NOT_NEGATIVE)

    @property
    def formula(self) -> Expr:
        return ETA_MIN + Rational(1, 2) * (ETA_0 - ETA_MIN) * add(
            S.One,
            cos(multiply(pi, Min(ITERATION - 1, LENGTH), power(LENGTH, S.NegativeOne))),
        )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.minimum > self.learning_rate:
            raise OptimizerError(
                f"Cosine(minimum={self.minimum!r}): the minimum is above the learning rate "
                f"{self.learning_rate!r} that it starts from; give a smaller one."
            )


@final
@dataclass(frozen=True)
class InverseTime(Schedule):
    """η = η₀/(1 + κ (t − 1)): falls like 1/t, slowly enough to get anywhere and fast enough to settle.

    Robbins and Monro, A stochastic approximation method (1951).

    >>> InverseTime(0.1, decay=1)(4)
    0.025
    """

    learning_rate: Number = setting(0.01, ETA_0, POSITIVE)
    decay: Number = setting(0.001, KAPPA, NOT_NEGATIVE)

    @property
    def formula(self) -> Expr:
        return ETA_0 / (S.One + KAPPA * (ITERATION - 1))
