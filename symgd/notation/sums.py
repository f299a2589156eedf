"""Sums over the samples: ``mean`` and ``total``."""

from __future__ import annotations

from typing import Any

from sympy import Expr, S
from sympy.core.sympify import SympifyError, _sympify

from symgd.errors import NotationError
from symgd.notation.algebra import OrderedSum, multiply, power
from symgd.notation.intake import as_written
from symgd.notation.symbols import SAMPLE, SAMPLES


def total(expression: Any) -> Expr:
    """The sum of *expression* over the samples, Σ_i. It stays a sum: nothing is unrolled over the data.

    >>> from symgd import data
    >>> total(data("x"))
    Sum(x[i], (i, 1, n))
    """
    try:
        body = as_written(_sympify(expression))
    except SympifyError:
        raise NotationError(f"a sum over the samples needs an expression, not {expression!r}.") from None
    return OrderedSum(body, (SAMPLE, S.One, SAMPLES))


def mean(expression: Any) -> Expr:
    """The mean of *expression* over the samples, (1/n) Σ_i.

    >>> from symgd import data
    >>> mean(data("x"))
    Sum(x[i], (i, 1, n))/n
    """
    return multiply(power(SAMPLES, S.NegativeOne), total(expression))
