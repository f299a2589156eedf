"""Sums over the samples: ``mean`` and ``total``, and ``other`` for a loss that compares samples with one another."""

from __future__ import annotations

from typing import Any

from sympy import Expr, S

from symgd.errors import NotationError
from symgd.notation.algebra import OrderedSum, multiply, power
from symgd.notation.indices import OTHER, SAMPLE, SAMPLES, Sample
from symgd.notation.intake import as_expression, as_written
from symgd.notation.reindexing import reindexed


def total(expression: Any, over: str = "samples") -> Expr:
    """The sum of *expression* over the samples, Σ_i. It stays a sum: nothing is unrolled over the data.

    The value of each sample may be an array: then so is the sum. Where :func:`other` samples occur, ``over="others"``
    sums over those alone; without it both are summed over.

    >>> from symgd import data
    >>> total(data("x"))
    Sum(x[i], (i, 1, n))
    """
    body = as_written(as_expression(expression, "a sum over the samples"))
    for index in _indices(body, over):
        body = OrderedSum(body, (index, S.One, SAMPLES))
    return body


def mean(expression: Any, over: str = "samples") -> Expr:
    """The mean of *expression* over the samples, (1/n) Σ_i; over pairs of them where :func:`other` occurs.

    >>> from symgd import data
    >>> mean(data("x"))
    Sum(x[i], (i, 1, n))/n
    """
    body = as_expression(expression, "a mean over the samples")
    count = len(_indices(body, over))
    return multiply(power(SAMPLES, S(-count)), total(body, over))


def other(expression: Any) -> Expr:
    """The same expression of another sample, for losses that compare samples: x_j beside x_i.

    >>> from symgd import data
    >>> x = data("x")
    >>> total(abs(x - other(x)), over="others")
    Sum(Abs(x[i] - x[i_prime]), (i_prime, 1, n))
    """
    body = as_written(as_expression(expression, "other()"))
    if OTHER in body.free_symbols:
        raise NotationError(
            f"other({body}): it is of another sample already; there are two samples at a time."
        )
    return reindexed(body, {SAMPLE: OTHER})


def _indices(body: Expr, over: str) -> tuple[Sample, ...]:
    """The indices to sum over, the innermost first."""
    if over not in ("samples", "others"):
        raise NotationError(f'over={over!r}: sum over "samples", or over "others" where other() occurs.')
    if over == "others":
        return (OTHER,)
    return (OTHER, SAMPLE) if OTHER in body.free_symbols else (SAMPLE,)
