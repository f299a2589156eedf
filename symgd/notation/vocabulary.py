"""The functions that a formula in text may call, with the arguments that they take.

Losses come from their catalogue and symgd's own functions from their module, so a new one can be written in text
as soon as it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from inspect import Parameter, signature
from types import MappingProxyType
from typing import Any

import sympy as sp
from sympy import Expr, Rational, S
from sympy.core.function import Application

from symgd.notation import functions, losses
from symgd.notation.algebra import OrderedPiecewise, power
from symgd.notation.sums import mean, total
from symgd.notation.symbols import Data

EXTREMA = ("max", "min")
CHOICE = "where"
MANY = 12
"""The most arguments of a function that takes any number of them."""


@dataclass(frozen=True)
class Callee:
    """A function, the number of its positional arguments, and those that are given by keyword."""

    name: str
    build: Callable[..., Expr]
    fewest: int
    most: int
    keywords: tuple[str, ...]

    @cached_property
    def evaluates(self) -> bool:
        """Whether SymPy looks for the signs of the arguments, to evaluate what it can."""
        if self.name == CHOICE:
            return False
        built = self.build(*map(Data, "ab"[: self.most]))
        return any(
            not isinstance(node, functions.Elementary) for node in built.atoms(Application, sp.Piecewise)
        )

    def takes(self, positional: int, keywords: tuple[str, ...]) -> bool:
        """Whether it can be called with so many arguments."""
        by_position = self.keywords[: max(0, positional - self.fewest)]
        unknown = [key for key in keywords if key not in self.keywords or key in by_position]
        return self.fewest <= positional <= self.most and not unknown and len({*keywords}) == len(keywords)

    @property
    def usage(self) -> str:
        """How it is called: ``huber(a, b, delta=…)``."""
        given = [*"abcdefgh"[: self.fewest], *(f"{key}=…" for key in self.keywords)]
        return f"{self.name}({', '.join([*given, '…'] if self.most == MANY else given)})"


def _callee(name: str, function: Callable[..., Expr]) -> Callee:
    arguments = signature(function).parameters.values()
    keywords = tuple(each.name for each in arguments if each.default is not Parameter.empty)
    if any(each.kind is Parameter.VAR_POSITIONAL for each in arguments):
        return Callee(name, function, 1, MANY, keywords)
    return Callee(name, function, len(arguments) - len(keywords), len(arguments), keywords)


def _sqrt(u: Expr) -> Expr:
    return power(u, Rational(1, 2))


def _where(condition: Any, then: Expr, otherwise: Expr) -> Expr:
    """*then* where the condition holds, else *otherwise*."""
    return OrderedPiecewise((then, condition), (otherwise, S.true))


def _table() -> Mapping[str, tuple[Callee, ...]]:
    """Every name with what it may mean: log_cosh(u) is a function, log_cosh(y_hat, y) a loss."""
    of_one = "exp log sin cos tan sinh cosh tanh sign"
    found = [Callee(name, getattr(sp, name), 1, 1, ()) for name in of_one.split()]
    found += [Callee("abs", sp.Abs, 1, 1, ()), _callee("sqrt", _sqrt)]
    found += [
        Callee(name, function, 1, MANY, ()) for name, function in zip(EXTREMA, (sp.Max, sp.Min), strict=True)
    ]
    found += [Callee("mean", mean, 1, 1, ()), Callee("total", total, 1, 1, ()), _callee(CHOICE, _where)]
    own = [
        value
        for value in vars(functions).values()
        if isinstance(value, type) and value.__module__ == functions.__name__
    ]
    found += [
        _callee(each.__name__, each)
        for each in own
        if issubclass(each, functions.Elementary) and each is not functions.Elementary
    ]
    found += [
        _callee(name, getattr(losses, name)) for name in losses.__all__ if name not in losses.OF_VECTORS
    ]
    return MappingProxyType(
        {each.name: tuple(same for same in found if same.name == each.name) for each in found}
    )


FUNCTIONS = _table()
