"""How a product is set: its sign, then fractions one after the other, long factors behind them.

(1/(n √S)) Σ_i x_i … and not (Σ_i x_i …)/(n √S): what reaches far to the right stands outside of fractions. A
fraction holds the factors as the author put them; y/p · p (1 − p) keeps its p until a rule cancels it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import Any, NamedTuple

from sympy import (
    Derivative,
    Expr,
    Heaviside,
    Piecewise,
    Pow,
    Rational,
    S,
    Sum,
    Symbol,
    exp,
    log,
)
from sympy.tensor.indexed import Indexed

from symgd.notation.algebra import OrderedSum, add, factors, multiply, power, terms
from symgd.notation.extremes import LogSumExp, Softmax
from symgd.notation.functions import expm1, log1p, step, xlogy
from symgd.notation.indices import Count
from symgd.notation.intermediates import Adjoint, Let
from symgd.notation.reindexing import reindexed


def _exponentials(u: Expr, limit: Any) -> Expr:
    return OrderedSum(exp(u, evaluate=False), limit)


# Functions that are shown by what they are: their own names only tell how they are computed.
_SHOWN: dict[Any, Callable[..., Expr]] = {
    log1p: lambda u: log(add(S.One, u), evaluate=False),
    expm1: lambda u: add(exp(u, evaluate=False), S.NegativeOne),
    xlogy: lambda u, v: multiply(u, log(v, evaluate=False)),
    Heaviside: lambda u, *_: step(u),
    LogSumExp: lambda u, limit: log(_exponentials(u, limit), evaluate=False),
    Softmax: lambda u, limit, at: multiply(
        exp(reindexed(u, {limit[0]: at}), evaluate=False), power(_exponentials(u, limit), S.NegativeOne)
    ),
}
_LONG = (Sum, Derivative, Piecewise, Adjoint)


class Fraction(NamedTuple):
    """The factors over and under one fraction bar; without any under it, plain factors."""

    over: tuple[Expr, ...]
    under: tuple[Expr, ...] = ()


class Product(NamedTuple):
    """A sign and fractions, from left to right."""

    negative: bool
    fractions: tuple[Fraction, ...]


def shown(expr: Any) -> Any:
    """*expr*, or what stands for it in a formula: log(1 + u) for log1p(u)."""
    return _SHOWN[type(expr)](*expr.args) if type(expr) in _SHOWN else expr


def shown_terms(expr: Expr) -> list[Expr]:
    """The terms of a sum as a formula shows them, nested sums opened."""
    return [inner for term in terms(expr) for inner in terms(shown(term))]


@lru_cache(maxsize=1000)
def product(expr: Expr) -> Product:
    """*expr* as a formula shows it.

    >>> from symgd.notation.symbols import parameters
    >>> w, b = parameters("w b")
    >>> product(-2 * w / (3 * b))
    Product(negative=True, fractions=(Fraction(over=(2, w), under=(3, b)),))
    """
    listed = [inner for factor in factors(expr) for inner in _opened(shown(factor))]
    number = multiply(*(factor for factor in listed if factor.is_Number))
    fractions = _joined(_in_order([factor for factor in listed if not factor.is_Number]))
    return Product(bool(number.is_negative), tuple(_with_number(abs(number), fractions)))


def inverse(factor: Any) -> bool:
    """Whether *factor* stands under a fraction bar."""
    return isinstance(factor, Pow) and bool(factor.exp.is_Number and factor.exp.is_negative)


def is_letter(expr: Any) -> bool:
    """Whether *expr* is set as one letter, with its accents and indices."""
    return isinstance(expr, Symbol | Indexed | Let) and not isinstance(expr, Adjoint)


def is_long(factor: Expr) -> bool:
    """Whether *factor* never stands over a fraction bar."""
    return isinstance(factor, _LONG)


def _opened(factor: Expr) -> Sequence[Expr]:
    """The factors of a factor: (a b)⁻¹ is a⁻¹ b⁻¹."""
    if inverse(factor) and factor.base.is_Mul and factor.exp.is_Integer:
        return [power(inner, factor.exp) for inner in factors(factor.base)]
    return factors(factor)


def _in_order(listed: Iterable[Expr]) -> list[Fraction]:
    """A fraction ends where a factor follows its denominators."""
    found: list[Fraction] = []
    over: list[Expr] = []
    under: list[Expr] = []
    for factor in listed:
        if under and not inverse(factor):
            _append(found, over, under)
            over, under = [], []
        (under if inverse(factor) else over).append(factor)
    _append(found, over, under)
    return found


def _append(found: list[Fraction], over: list[Expr], under: list[Expr]) -> None:
    """Add a fraction, and behind it what is too long to stand in it."""
    below = tuple(sorted((power(f.base, -f.exp) for f in under), key=lambda f: not isinstance(f, Count)))
    short = tuple(f for f in over if not (below and is_long(f)))
    behind = tuple(f for f in over if below and is_long(f))
    if found and found[-1].under and not short:
        found[-1] = Fraction(found[-1].over, found[-1].under + below)
    elif short or below:
        found.append(Fraction(short, below))
    if behind:
        found.append(Fraction(behind))


def _joined(fractions: list[Fraction]) -> list[Fraction]:
    """(1/p) x y is set x y/p, unless the 1/p is about to cancel; 1/n stays in front."""
    if len(fractions) < 2 or fractions[0].over or all(isinstance(f, Count) for f in fractions[0].under):
        return fractions
    first, second, *rest = fractions
    short = tuple(takewhile(lambda f: not is_long(f), second.over))
    if set(short) & set(first.under) or (second.under and short != second.over):
        return fractions
    behind = [Fraction(second.over[len(short) :])] if short != second.over else []
    return [Fraction(short, first.under + second.under), *behind, *rest]


def _with_number(number: Expr, fractions: list[Fraction]) -> list[Fraction]:
    """The number joins the first fraction; ½, and the number before something long, make one of their own."""
    if number is S.One and fractions:
        return fractions
    over, under = number.as_numer_denom()
    above = () if over is S.One and fractions else (over,)
    below = () if under is S.One else (under,)
    if not fractions:
        return [Fraction(above, below)]
    first, *rest = fractions
    alone = below and not first.under and (number == Rational(1, 2) or any(map(is_long, first.over)))
    if alone:
        return [Fraction(above, below), *fractions]
    return [Fraction(above + first.over, below + first.under), *rest]
