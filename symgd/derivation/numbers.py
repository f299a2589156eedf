"""Three kinds of numbers that carry a derivative along, for checking steps.

``DUALS`` are exact: pairs of fractions a + b ε with ε² = 0 (Clifford 1873). ``COMPLEX`` are complex long doubles
whose imaginary part is a tiny multiple of the derivative (the complex step of Squire and Trapp 1998), for
everything that is not rational. ``PRECISE`` are the same with 60 digits, slow, for where long doubles round too
much away. None uses the table of rules: all are independent of what they check.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
from sympy import Expr, Float, Integer, Rational

from symgd.derivation.special import SMOOTH, any_function, first_order

STEP, DIGITS = 1e-30, 60

BITS = 10_000
"""Fractions with longer denominators are not exact numbers here: h·h, squared again and again, has 2ᵏ digits."""


class NotExactError(Exception):
    """An expression has no value among the fractions, or a very long one."""


@dataclass(frozen=True, slots=True)
class Dual:
    """The number value + slope ε, where ε² = 0."""

    value: Fraction
    slope: Fraction

    def __add__(self, other: Dual) -> Dual:
        return Dual(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other: Dual) -> Dual:
        value = self.value * other.value
        if value.denominator.bit_length() > BITS:
            raise NotExactError
        return Dual(value, self.slope * other.value + self.value * other.slope)

    def inverse(self) -> Dual:
        """1 / self."""
        if not self.value:
            raise NotExactError
        return Dual(1 / self.value, -self.slope / self.value**2)


class Duals:
    """Arrays of dual numbers."""

    def number(self, expr: Expr) -> Any:
        """A constant."""
        if not isinstance(expr, Rational):
            raise NotExactError
        return self.array([[Fraction(expr.p, expr.q)]])

    def array(self, values: Any) -> Any:
        """Fractions as dual numbers without slope."""
        return np.frompyfunc(lambda v: Dual(Fraction(v), Fraction(0)), 1, 1)(np.asarray(values, dtype=object))

    def perturb(self, values: Any) -> Any:
        """The values plus ε."""
        return np.frompyfunc(lambda d: Dual(d.value, Fraction(1)), 1, 1)(values)

    def slope(self, values: Any) -> Any:
        """The factor of ε."""
        return np.frompyfunc(lambda d: Dual(d.slope, Fraction(0)), 1, 1)(values)

    def real(self, values: Any) -> Any:
        """The values without ε."""
        return np.frompyfunc(lambda d: d.value, 1, 1)(values)

    def sign(self, values: Any) -> Any:
        """The sign of the values without ε."""
        return np.frompyfunc(lambda d: (d.value > 0) - (d.value < 0), 1, 1)(values)

    def power(self, base: Any, exponent: Expr, _: Any) -> Any:
        """A power; *value* computes the exponent's value where it is needed."""
        if not isinstance(exponent, Integer) or abs(exponent) > 12:
            raise NotExactError
        return _integer_power(base, int(exponent), np.frompyfunc(Dual.inverse, 1, 1))

    def call(self, *_: Any) -> Any:
        """A function that is not rational: it has no exact value."""
        raise NotExactError


class Complexes:
    """Arrays of complex long doubles."""

    def number(self, expr: Expr) -> Any:
        """A constant."""
        if isinstance(expr, Rational):
            return self.array([[np.longdouble(expr.p) / np.longdouble(expr.q)]])
        digits = 17 if isinstance(expr, Float) else 25
        return self.array([[np.longdouble(str(expr.evalf(digits)))]])

    def array(self, values: Any) -> Any:
        """Real numbers as complex long doubles."""
        return np.asarray(values, dtype=np.longdouble) + np.clongdouble(0)

    def perturb(self, values: Any) -> Any:
        """The values plus ε."""
        return values.real + np.clongdouble(1j) * STEP

    def slope(self, values: Any) -> Any:
        """The factor of ε."""
        slopes = values.imag / STEP
        # A value that is complex by itself (the log of a negative) is outside the real domain: no slope.
        real = np.isfinite(values.real) & (abs(slopes) < 1 / np.sqrt(STEP))
        return np.where(real, slopes, np.nan) + np.clongdouble(0)

    def sign(self, values: Any) -> Any:
        """The sign of the values without ε; nan for a value that is complex by itself."""
        return np.sign(np.where(abs(values.imag) < np.sqrt(STEP), values.real, np.nan))

    def power(self, base: Any, exponent: Expr, value: Any) -> Any:
        """A power; *value* computes the exponent's value where it is needed."""
        if isinstance(exponent, Integer) and abs(exponent) < 100:
            return _integer_power(base, int(exponent), np.reciprocal)
        if exponent.is_Rational and exponent.q == 2:
            return _integer_power(np.sqrt(base), int(exponent.p), np.reciprocal)
        return np.exp(value() * np.log(base))

    def call(self, function: Any, *args: Any) -> Any:
        """A function that is not rational."""
        return (SMOOTH.get(function) or any_function(function))(*args)


class Precise:
    """Arrays of mpmath's complex numbers."""

    def number(self, expr: Expr) -> Any:
        """A constant."""
        return np.array([[mpmath.mpc(expr.evalf(DIGITS))]], dtype=object)

    def array(self, values: Any) -> Any:
        """Real numbers as complex ones."""
        return np.frompyfunc(mpmath.mpc, 1, 1)(np.asarray(values, dtype=float))

    def perturb(self, values: Any) -> Any:
        """The values plus ε."""
        return np.frompyfunc(lambda z: mpmath.mpc(z.real, STEP), 1, 1)(values)

    def slope(self, values: Any) -> Any:
        """The factor of ε."""
        return np.frompyfunc(lambda z: mpmath.mpc(z.imag / STEP) if _is_real(z) else _NAN, 1, 1)(values)

    def sign(self, values: Any) -> Any:
        """The sign of the values without ε; nan for a value that is complex by itself."""
        return np.frompyfunc(lambda z: float(mpmath.sign(z.real)) if _is_real(z) else np.nan, 1, 1)(values)

    def power(self, base: Any, exponent: Expr, value: Any) -> Any:
        """A power; *value* computes the exponent's value where it is needed."""
        if isinstance(exponent, Integer) and abs(exponent) < 100:
            return _integer_power(base, int(exponent), np.frompyfunc(lambda z: 1 / z if z else _NAN, 1, 1))
        return np.frompyfunc(lambda z, e: mpmath.power(z, e) if z else _NAN, 2, 1)(base, value())

    def call(self, function: Any, *args: Any) -> Any:
        """A function that is not rational."""
        return first_order(function, *args)


_NAN = mpmath.mpc(mpmath.nan)


def _is_real(z: Any) -> bool:
    """Whether z is the real number that it stands for plus a multiple of ε."""
    return bool(mpmath.isfinite(z.real) and abs(z.imag) < np.sqrt(STEP))


def _integer_power(base: Any, exponent: int, inverse: Any) -> Any:
    """Repeated multiplication: a power by way of logarithms would lose the tiny imaginary part."""
    result = base
    for _ in range(abs(exponent) - 1):
        result = result * base
    return inverse(result) if exponent < 0 else result


DUALS, COMPLEX, PRECISE = Duals(), Complexes(), Precise()
