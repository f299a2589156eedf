"""Numerical derivatives of a function of numbers.

*f* takes one number or several. *at* is the point: a number, or a sequence with a number for each argument, in
which case the result is a tuple with the derivative in each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import frexp
from typing import Any

import numpy as np
from numpy.typing import NDArray

Function = Callable[..., Any]
Array = NDArray[np.float64]


def central(f: Function, at: Any, spacing: Any = 1e-4) -> Any:
    """The central difference (f(x + h) − f(x − h))/2h. Its error falls as h². Newton, Methodus differentialis (1711).

    >>> central(lambda a, b: a**2 + b**2, (3, 4))
    (6.00000000000378, 7.999999999999119)
    """
    return _each(f, at, lambda g, x: (g(x + spacing) - g(x - spacing)) / (2 * spacing))


def forward(f: Function, at: Any, spacing: Any = 1e-4) -> Any:
    """The forward difference (f(x + h) − f(x))/h. Its error falls as h. Taylor, Methodus incrementorum (1715).

    >>> round(forward(lambda x: x**2, 3), 6)
    6.0001
    """
    return _each(f, at, lambda g, x: (g(x + spacing) - g(x)) / spacing)


def richardson(f: Function, at: Any, spacing: Any = 0.1, levels: int = 2) -> Any:
    """Central differences at h, h/2, h/4 …, extrapolated to h = 0. Richardson and Gaunt (1927).

    From D(h) and D(h/2), whose errors are as 4 to 1, (4 D(h/2) − D(h))/3 has an error that falls as h⁴; each
    further level gains two more orders.

    >>> round(richardson(lambda x: 1 / x, 1), 9)
    -1.000000016
    """

    def extrapolate(g: Function, x: Any) -> Any:
        row = [central(g, x, spacing / 2**k) for k in range(levels + 1)]
        for level in range(1, levels + 1):
            row = [(4**level * fine - coarse) / (4**level - 1) for coarse, fine in pairwise(row)]
        return row[0]

    return _each(f, at, extrapolate)


@dataclass(frozen=True, eq=False)
class Sweep:
    """A function of one number around a point, at many *spacings* h from the smallest to the largest.

    *here* is f(x), *above* holds f(x + h) and *below* f(x − h).
    """

    spacings: Array
    here: float
    above: Array
    below: Array

    @property
    def central(self) -> Array:
        """(f(x + h) − f(x − h))/2h at each spacing; nan where f is not finite."""
        with np.errstate(all="ignore"):
            return _finite((self.above - self.below) / (2 * self.spacings))

    @property
    def forward(self) -> Array:
        """(f(x + h) − f(x))/h at each spacing; nan where f is not finite."""
        with np.errstate(all="ignore"):
            return _finite((self.above - self.here) / self.spacings)

    @property
    def backward(self) -> Array:
        """(f(x) − f(x − h))/h at each spacing; nan where f is not finite."""
        with np.errstate(all="ignore"):
            return _finite((self.here - self.below) / self.spacings)


def sweep(f: Function, at: Any, spacings: Iterable[float] | None = None) -> Any:
    """*f* at many spacings around a point: large ones suffer from curvature, small ones from rounding.

    Without *spacings*, powers of 2 from about the size of x down to where rounding drowns everything: each is
    twice the one before, and x ± h is then as good as exact.

    >>> swept = sweep(lambda x: x**3, 1.0, spacings=[1, 0.1, 1e-5])
    >>> [f"{error:.1e}" for error in swept.central - 3]
    ['9.7e-11', '1.0e-02', '1.0e+00']
    """

    def swept(g: Function, x: Any) -> Sweep:
        x = np.float64(x)
        taken = spacings_around(x) if spacings is None else np.sort(np.array([*spacings], dtype=float))
        above, below = ([float(g(x + sign * h)) for h in taken] for sign in (1, -1))
        return Sweep(taken, float(g(x)), np.array(above), np.array(below))

    return _each(f, at, swept)


def spacings_around(x: float) -> Array:
    """Powers of 2 that suit a point of this size, whether f varies over a length of |x| or of 1."""
    exponent = frexp(x)[1] - 1 if x else 0
    first = min(-40, max(exponent, -60) - 20) if exponent < 10 else exponent - 50
    return np.ldexp(1.0, np.arange(first, max(exponent, 0) + 1))


def _each(f: Function, at: Any, derive: Callable[[Function, Any], Any]) -> Any:
    """*derive* of *f* as a function of each of its arguments alone."""
    if not isinstance(at, Sequence | np.ndarray):
        return derive(f, at)

    def alone(k: int) -> Function:
        return lambda value: f(*at[:k], value, *at[k + 1 :])

    return tuple(derive(alone(k), at[k]) for k in range(len(at)))


def _finite(values: Array) -> Array:
    return np.where(np.isfinite(values), values, np.nan)
