"""Keeps the numbers of a formula in text within bounds, before they are computed.

SymPy computes with numbers as soon as they meet: 9**9**9 would fill the memory. A number of a formula is bounded as
it is built, so that each next operation starts from bounded ones.
"""

from __future__ import annotations

from sympy import Expr, S

from symgd.notation.algebra import sorted_form

BITS = 200
"""The most bits of the numerator and of the denominator of a number."""

POWER = 100
"""The largest exponent."""

LARGE = 1e30
"""The size of numbers such as sqrt(2) or exp(3) is between 1/LARGE and LARGE."""


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


def _bits(number: Expr) -> int:
    return max(int(number.p).bit_length(), int(number.q).bit_length())
