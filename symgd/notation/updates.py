"""Update rules: what an optimizer does in one iteration, as equations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from sympy import Expr, Symbol

from symgd.notation.indices import Named

THETA = Named("theta")
"""A parameter, before an equation and after it."""

GRADIENT = Named("g")
"""The derivative of the loss with respect to the parameter."""

ITERATION = Named("t", integer=True, positive=True)
"""The number of the iteration, from 1."""

LEARNING_RATE = Named("eta")
"""The learning rate η, which a schedule may change from iteration to iteration."""


@dataclass(frozen=True)
class UpdateRule:
    """The equations of one iteration for one parameter, carried out from first to last.

    Each equation gives a symbol its new value; a symbol on its right side has the newest value so far. *states*
    are the symbols that are kept between iterations, 0 at the start; the last equation gives the new θ.
    *settings* holds the values of the other symbols, *source* the paper that the equations are from.
    """

    name: str
    equations: tuple[tuple[Symbol, Expr], ...]
    states: tuple[Symbol, ...] = ()
    settings: Mapping[Symbol, float | Fraction] = field(default_factory=dict)
    source: str = ""
