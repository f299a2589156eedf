"""Keeps the numbers of a formula in text within bounds, before they are computed.

SymPy computes with numbers as soon as they meet: 9**9**9 would fill the memory. A number of a formula is bounded as
it is built, so that each next operation starts from bounded ones.
"""

from __future__ import annotations

from math import prod

from sympy import Expr, S
from sympy.tensor.indexed import Indexed

from symgd.notation.algebra import sorted_form

BITS = 200
"""The most bits of the numerator and of the denominator of a number."""

POWER = 100
"""The largest exponent."""

LARGE = 1e30
"""The size of numbers such as sqrt(2) or exp(3) is between 1/LARGE and LARGE."""

TERMS = 1_000
"""The most terms of the arguments of a function of SymPy, once multiplied out."""


def unbounded_power(base: Expr, exponent: Expr) -> str | None:
    """Why a power cannot be built; None for one that can."""
    if not exponent.is_number:
        return None
    size = abs(float(exponent.evalf(15)))
    if size > POWER:
        return f"an exponent is at most {POWER}"
    if base.is_Rational and size * _bits(base) > BITS:
        return f"the number would have more than {BITS} bits"
    return "this divides by 0" if base is S.Zero and exponent.is_negative else None


def unbounded(expr: Expr) -> str | None:
    """Why an expression cannot be used; None for one that can."""
    if not expr.is_number:
        merged = expr.is_Pow and expr.exp.is_Rational and abs(expr.exp) > POWER
        return f"the exponents multiply to more than {POWER}" if merged else None
    if expr.is_Rational:
        return f"the number has more than {BITS} bits" if _bits(expr) > BITS else None
    value = sorted_form(expr).evalf(15)
    if not (value.is_Number and value.is_finite):
        return "this is no real number"
    # What is as small as this is often a difference of equals, whose sign SymPy cannot tell.
    return (
        None if 1 / LARGE <= abs(value) <= LARGE else f"the number is not between 1/{LARGE:g} and {LARGE:g}"
    )


def too_long(expr: Expr) -> bool:
    """Whether SymPy might meet very many terms when it looks for the sign of *expr*, which it multiplies out for that.

    A named intermediate is one term, whatever it stands for.
    """
    return _multiplied_out(expr) > TERMS


def _multiplied_out(expr: Expr) -> float:
    if isinstance(expr, Indexed) or not expr.args:
        return 1
    parts = [_multiplied_out(part) for part in expr.args if isinstance(part, Expr)]
    if expr.is_Pow and expr.exp.is_Number:
        terms = 2 * parts[0] ** max(1.0, abs(float(expr.exp)))
    elif expr.is_Mul:
        terms = prod(parts)
    else:
        # A function, taken apart into its real and imaginary part, has twice the terms of its arguments.
        terms = sum(parts) if expr.is_Add else 2 * sum(parts)
    return min(terms, TERMS + 1)


def _bits(number: Expr) -> int:
    return max(int(number.p).bit_length(), int(number.q).bit_length())
