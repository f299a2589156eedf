r"""The catalogue of optimizers: update equations in the letters of their papers.

θ is a parameter, g the derivative of the loss with respect to it, t the iteration from 1, η the learning rate. Each
equation uses the newest values so far; what is kept between iterations starts at 0. Where papers and libraries
differ, PyTorch's form is taken, and the docstring says so. A learning rate is a number or a schedule
(:mod:`symgd.schedules`); given as a fraction it keeps exact runs exact.

Every optimizer raises OptimizerError that names the argument for a setting out of its range.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, final

from sympy import Expr, S, Symbol, sqrt

from symgd.notation.indices import Named
from symgd.notation.updates import GRADIENT, ITERATION, LEARNING_RATE, THETA, UpdateRule
from symgd.training.schedules import Schedule
from symgd.training.settings import BELOW_ONE, NOT_NEGATIVE, POSITIVE, Number, Range, Settings, setting

__all__ = ["AdaGrad", "Adam", "AdamW", "GradientDescent", "Momentum", "Nesterov", "Optimizer", "RMSProp"]

Rate = Number | Schedule
Equations = tuple[tuple[Symbol, Expr], ...]
RATE = Range(f"{POSITIVE.text}, or a schedule", POSITIVE.holds, (Schedule,))

MU, RHO, EPSILON, LAMBDA = map(Named, ("mu", "rho", "epsilon", "lambda"))
BETA_1, BETA_2 = Named("beta_1"), Named("beta_2")
M, V, SQUARES = Named("m"), Named("v"), Named("s")
_EQUATIONS: dict[type, Equations] = {}

M_HAT, V_HAT = Named("m_hat"), Named("v_hat")


@dataclass(frozen=True)
class Optimizer(Settings, ABC):
    """Base of all optimizers: *equations* for one parameter, the *states* they keep, and their *source*."""

    learning_rate: Rate = setting(0.001, LEARNING_RATE, RATE)
    states: ClassVar[tuple[Symbol, ...]] = ()
    source: ClassVar[str] = ""

    @property
    @abstractmethod
    def equations(self) -> Equations:
        """The equations of one iteration: built when asked for, as SymPy takes its time over them."""

    @property
    def rule(self) -> UpdateRule:
        """The update equations with the values of their settings; a schedule's formula comes first."""
        rate = self.learning_rate
        equations, settings = self._known_equations(), self.numbers()
        if isinstance(rate, Schedule):
            equations = ((LEARNING_RATE, rate.formula), *equations)
            settings = rate.numbers() | settings
        return UpdateRule(type(self).__name__, equations, self.states, settings, self.source)

    def _known_equations(self) -> Equations:
        """The equations, built once for each class of this module: there they are the same for all settings."""
        if type(self).__module__ != __name__:
            return self.equations
        if type(self) not in _EQUATIONS:
            _EQUATIONS[type(self)] = self.equations
        return _EQUATIONS[type(self)]


@final
@dataclass(frozen=True)
class GradientDescent(Optimizer):
    """θ ← θ − η g.

    Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées (1847).

    >>> GradientDescent(learning_rate=0.1).rule.equations
    ((theta, theta - eta*g),)
    """

    learning_rate: Rate = setting(0.001, LEARNING_RATE, RATE)
    source = "Cauchy (1847)"

    @property
    def equations(self) -> Equations:
        return ((THETA, THETA - LEARNING_RATE * GRADIENT),)


@final
@dataclass(frozen=True)
class Momentum(Optimizer):
    """v ← μ v + g, θ ← θ − η v.

    Polyak, Some methods of speeding up the convergence of iteration methods (1964). As in PyTorch, the learning rate
    scales the velocity v when it is used. Papers let it enter the velocity (v ← μ v − η g, θ ← θ + v), which is the
    same as long as the rate does not change.

    >>> Momentum(learning_rate=0.1, momentum=0.5).rule.equations[0]
    (v, mu*v + g)
    """

    learning_rate: Rate = setting(0.001, LEARNING_RATE, RATE)
    momentum: Number = setting(0.9, MU, BELOW_ONE)
    states = (V,)
    source = "Polyak (1964)"

    @property
    def equations(self) -> Equations:
        return ((V, MU * V + GRADIENT), (THETA, THETA - LEARNING_RATE * V))


@final
@dataclass(frozen=True)
class Nesterov(Optimizer):
    """v ← μ v + g, θ ← θ − η (g + μ v).

    Nesterov, A method for solving the convex programming problem with convergence rate O(1/k²) (1983), in the form of
    Sutskever et al., On the importance of initialization and momentum (2013). As in PyTorch, θ is the point that looks
    ahead, where the gradient is taken, and the learning rate scales the velocity when it is used.

    >>> Nesterov(learning_rate=0.1, momentum=0.5).rule.equations[1]
    (theta, theta - eta*(g + mu*v))
    """

    learning_rate: Rate = setting(0.001, LEARNING_RATE, RATE)
    momentum: Number = setting(0.9, MU, BELOW_ONE)
    states = (V,)
    source = "Nesterov (1983), Sutskever et al. (2013)"

    @property
    def equations(self) -> Equations:
        return ((V, MU * V + GRADIENT), (THETA, THETA - LEARNING_RATE * (GRADIENT + MU * V)))


@final
@dataclass(frozen=True)
class AdaGrad(Optimizer):
    """s ← s + g², θ ← θ − η g/(√s + ϵ).

    Duchi, Hazan and Singer, Adaptive subgradient methods for online learning and stochastic optimization (2011). As in
    PyTorch, ϵ stands outside of the root and s starts at 0; TensorFlow starts s at 0.1.

    >>> AdaGrad(learning_rate=0.1).rule.equations[0]
    (s, s + g**2)
    """

    learning_rate: Rate = setting(0.01, LEARNING_RATE, RATE)
    epsilon: Number = setting(1e-10, EPSILON, NOT_NEGATIVE)
    states = (SQUARES,)
    source = "Duchi, Hazan, Singer (2011)"

    @property
    def equations(self) -> Equations:
        return (
            (SQUARES, SQUARES + GRADIENT**2),
            (THETA, THETA - LEARNING_RATE * GRADIENT / (sqrt(SQUARES) + EPSILON)),
        )


@final
@dataclass(frozen=True)
class RMSProp(Optimizer):
    """v ← ρ v + (1 − ρ) g², θ ← θ − η g/(√v + ϵ).

    Tieleman and Hinton, Neural networks for machine learning, lecture 6.5 (2012), with ρ = 0.9 there. As in PyTorch,
    *decay* = ρ is 0.99 unless given, and ϵ stands outside of the root; TensorFlow puts it inside.

    >>> RMSProp(learning_rate=0.1, decay=0.9).rule.equations[0]
    (v, rho*v + (1 - rho)*g**2)
    """

    learning_rate: Rate = setting(0.01, LEARNING_RATE, RATE)
    decay: Number = setting(0.99, RHO, BELOW_ONE)
    epsilon: Number = setting(1e-8, EPSILON, NOT_NEGATIVE)
    states = (V,)
    source = "Tieleman, Hinton (2012)"

    @property
    def equations(self) -> Equations:
        return (
            (V, RHO * V + (S.One - RHO) * GRADIENT**2),
            (THETA, THETA - LEARNING_RATE * GRADIENT / (sqrt(V) + EPSILON)),
        )


def _moments() -> Equations:
    return (
        (M, BETA_1 * M + (S.One - BETA_1) * GRADIENT),
        (V, BETA_2 * V + (S.One - BETA_2) * GRADIENT**2),
        (M_HAT, M / (S.One - BETA_1**ITERATION)),
        (V_HAT, V / (S.One - BETA_2**ITERATION)),
        (THETA, THETA - LEARNING_RATE * M_HAT / (sqrt(V_HAT) + EPSILON)),
    )


@final
@dataclass(frozen=True)
class Adam(Optimizer):
    """m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ), θ ← θ − η m̂/(√v̂ + ϵ).

    Kingma and Ba, Adam: A method for stochastic optimization (2015), algorithm 1. As there and in PyTorch, ϵ is added
    to √v̂; the shorter form of the paper's section 2, and TensorFlow, add it to √v.

    >>> Adam().rule.settings
    {eta: 0.001, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-08}
    """

    learning_rate: Rate = setting(0.001, LEARNING_RATE, RATE)
    beta1: Number = setting(0.9, BETA_1, BELOW_ONE)
    beta2: Number = setting(0.999, BETA_2, BELOW_ONE)
    epsilon: Number = setting(1e-8, EPSILON, NOT_NEGATIVE)
    states = (M, V)
    source = "Kingma, Ba (2015)"

    @property
    def equations(self) -> Equations:
        return _moments()


@final
@dataclass(frozen=True)
class AdamW(Optimizer):
    """θ ← θ − η λ θ, then as Adam: the weight decay λ is no part of the gradient.

    Loshchilov and Hutter, Decoupled weight decay regularization (2019), algorithm 2. As in PyTorch, the learning rate
    scales the decay; the paper has a schedule multiplier there that does not contain η.

    >>> AdamW(weight_decay=0.1).rule.equations[0]
    (theta, theta - eta*lambda*theta)
    """

    learning_rate: Rate = setting(0.001, LEARNING_RATE, RATE)
    beta1: Number = setting(0.9, BETA_1, BELOW_ONE)
    beta2: Number = setting(0.999, BETA_2, BELOW_ONE)
    epsilon: Number = setting(1e-8, EPSILON, NOT_NEGATIVE)
    weight_decay: Number = setting(0.01, LAMBDA, NOT_NEGATIVE)
    states = (M, V)
    source = "Loshchilov, Hutter (2019)"

    @property
    def equations(self) -> Equations:
        return ((THETA, THETA - LEARNING_RATE * LAMBDA * THETA), *_moments())
