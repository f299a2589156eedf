"""Functions on complex long doubles whose imaginary part carries a derivative.

Elementary functions go to NumPy. Any other SymPy function is extended to first order,
f(a + i b) = f(a) + i b f'(a), with f and f' from mpmath at 40 digits: f' by its numerical differentiation.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import mpmath
import numpy as np
import sympy as sp

from symgd.errors import DerivationError
from symgd.notation import functions as own


def _sigmoid(u: Any) -> Any:
    return 1 / (1 + np.exp(-u))


SMOOTH: dict[Any, Callable[..., Any]] = {
    sp.exp: np.exp,
    sp.log: np.log,
    sp.sin: np.sin,
    sp.cos: np.cos,
    sp.tan: np.tan,
    sp.sinh: np.sinh,
    sp.cosh: np.cosh,
    sp.tanh: np.tanh,
    sp.asin: np.arcsin,
    sp.acos: np.arccos,
    sp.atan: np.arctan,
    sp.asinh: np.arcsinh,
    own.sigmoid: _sigmoid,
    own.silu: lambda u: u * _sigmoid(u),
    own.softplus: lambda u: np.log(1 + np.exp(u)),
    own.log1p: lambda u: np.log(1 + u),
    own.expm1: lambda u: np.exp(u) - 1,
    own.log_cosh: lambda u: np.log(np.cosh(u)),
    own.normal_pdf: lambda u: np.exp(-u * u / 2) / np.sqrt(2 * np.pi * np.ones(1, np.longdouble)),
    own.xlogy: lambda u, v: u * np.log(v),
}


def any_function(function: Any) -> Callable[..., Any]:
    """A SymPy function on arrays of complex long doubles, by way of mpmath."""

    def at(*args: Any) -> Any:
        precise = (np.frompyfunc(_precise, 1, 1)(arg) for arg in args)
        with mpmath.workdps(40):
            return np.frompyfunc(_rounded, 1, 1)(first_order(function, *precise)).astype(np.clongdouble)

    return at


def first_order(function: Any, *args: Any) -> Any:
    """A SymPy function on arrays of mpmath's complex numbers, to first order in their imaginary parts."""
    numeric = _numeric(function, len(args))
    return np.frompyfunc(lambda *point: _first_order(numeric, point), len(args), 1)(*args)


@cache
def _numeric(function: Any, arguments: int) -> Callable[..., Any]:
    """A SymPy function on mpmath numbers: compiled where SymPy can, else evaluated term by term."""
    names = [sp.Dummy(real=True) for _ in range(arguments)]
    expression = sp.expand_func(function(*names))
    compiled = sp.lambdify(names, expression, "mpmath")
    try:
        compiled(*[mpmath.mpf(1) / 3] * arguments)
    except NameError:
        return partial(_term_by_term, expression, names)
    except ArithmeticError:
        return compiled
    return compiled


def _term_by_term(expression: Any, names: list[Any], *point: Any) -> Any:
    value = expression.subs(dict(zip(names, point, strict=True))).evalf(40)
    if not value.is_Number:
        raise DerivationError(
            f"{expression.func.__name__} has no numeric value that its steps could be checked by: "
            "give it one with _eval_evalf, or write it with functions that have one."
        )
    return mpmath.mpmathify(value)


def _first_order(numeric: Callable[..., Any], point: tuple[Any, ...]) -> Any:
    """The value at the real parts, and the slopes times the imaginary parts."""
    real = tuple(z.real for z in point)
    try:
        value = mpmath.mpmathify(numeric(*real))
        slopes = [
            mpmath.diff(numeric, real, tuple(int(j == k) for j in range(len(real)))) * z.imag
            for k, z in enumerate(point)
            if z.imag
        ]
    except (ValueError, ZeroDivisionError, OverflowError, mpmath.libmp.NoConvergence):
        return mpmath.mpc(mpmath.nan)
    if mpmath.im(value) != 0:
        return mpmath.mpc(mpmath.nan)
    return mpmath.mpc(mpmath.re(value), mpmath.re(mpmath.fsum(slopes)))


def _precise(z: Any) -> Any:
    return mpmath.mpc(str(z.real), str(z.imag))


def _rounded(z: Any) -> Any:
    return _longdouble(z.real) + np.clongdouble(1j) * _longdouble(z.imag)


def _longdouble(x: Any) -> Any:
    # Beyond what a long double holds, mpmath would write out the digits of the exponent.
    if abs(mpmath.mag(x)) > 16000:
        return np.longdouble(np.nan if mpmath.mag(x) > 0 else 0)
    return np.longdouble(mpmath.nstr(x, 25))
