"""Sums over the samples: ``mean`` and ``total``."""

from __future__ import annotations

from typing import Any

from sympy import Expr, S

from symgd.notation.algebra import OrderedSum, multiply, power
from symgd.notation.intake import as_expression, as_written
from symgd.notation.symbols import SAMPLE, SAMPLES


def total(expression: Any) -> Expr:
    """The sum of *expression* over the samples, Σ_i. It stays a sum: nothing is unrolled over the data.

    >>> from symgd import data
    >>> total(data("x"))
    Sum(x[i], (i, 1, n))
    """
    body = as_written(as_expression(expression, "a sum over the samples"))
    return OrderedSum(body, (SAMPLE, S.One, SAMPLES))


def mean(expression: Any) -> Expr:
    """The mean of *expression* over the samples, (1/n) Σ_i.

    >>> from symgd import data
    >>> mean(data("x"))
    Sum(x[i], (i, 1, n))/n
    """
    return multiply(power(SAMPLES, S.NegativeOne), total(expression))
