"""Functions of one number that generated loops use, written so that they do not overflow.

Their source is copied into the generated module. Conditions are such that nan stays nan.
"""

# Not max(z, 0): that is 0 for nan, where the conditions below keep nan.

import math
from typing import Any

import numpy as np


def exp(z: Any) -> Any:
    """The exponential: z = k log 2 + r with a whole k (Cody and Waite, 1980), then Taylor's series for r, then 2ᵏ.

    There is no branch and no call in it, so that the compiler takes several numbers at a time. A result below 1e-307
    is 0. Adding 1.5 · 2⁵² leaves a whole number in the last bits of a float, whose bits from 52 on are its exponent.
    """
    low, high = z < -708.0, z > 709.78
    near = -708.0 if low else (709.78 if high else z)
    shifted = near * 1.4426950408889634 + 6755399441055744.0
    k = shifted - 6755399441055744.0
    r = near - k * 0.6931471803691238 - k * 1.9082149292705877e-10
    series = 1.6059043836821613e-10
    series = series * r + 2.08767569878681e-09
    series = series * r + 2.505210838544172e-08
    series = series * r + 2.755731922398589e-07
    series = series * r + 2.7557319223985893e-06
    series = series * r + 2.48015873015873e-05
    series = series * r + 1.984126984126984e-04
    series = series * r + 1.388888888888889e-03
    series = series * r + 8.333333333333333e-03
    series = series * r + 4.1666666666666664e-02
    series = series * r + 0.16666666666666666
    series = series * r + 0.5
    series = series * r + 1.0
    series = series * r + 1.0
    half = np.int64((np.float64(shifted).view(np.int64) + 1022) << 52).view(np.float64)
    value = series * half * 2.0
    return 0.0 if low else (np.inf if high else value)


def log_of_one_and(t: Any) -> Any:
    """log(1 + t) for t from 0 to 1, without a branch: 2 (s + s³/3 + s⁵/5 + …) with s = t / (2 + t), 1/3 at most."""
    s = t / (2.0 + t)
    q = s * s
    series = 1.0 / 33.0
    series = series * q + 1.0 / 31.0
    series = series * q + 1.0 / 29.0
    series = series * q + 1.0 / 27.0
    series = series * q + 1.0 / 25.0
    series = series * q + 1.0 / 23.0
    series = series * q + 1.0 / 21.0
    series = series * q + 1.0 / 19.0
    series = series * q + 1.0 / 17.0
    series = series * q + 1.0 / 15.0
    series = series * q + 1.0 / 13.0
    series = series * q + 1.0 / 11.0
    series = series * q + 1.0 / 9.0
    series = series * q + 1.0 / 7.0
    series = series * q + 1.0 / 5.0
    series = series * q + 1.0 / 3.0
    return 2.0 * (s * q * series + s)


def sigmoid(z: Any) -> Any:
    """1 / (1 + exp(-z)); the exponential is of a negative number, so it cannot overflow."""
    decay = exp(-abs(z))
    return (1.0 if z >= 0 else decay) / (1.0 + decay)


def softplus(z: Any) -> Any:
    """log(1 + exp(z)); for large z it is z itself."""
    return 0.5 * z + 0.5 * abs(z) + log_of_one_and(exp(-abs(z)))


def silu(z: Any) -> Any:
    """The product of z and sigmoid(z)."""
    return z * sigmoid(z)


def relu(z: Any) -> Any:
    """The larger of z and 0."""
    return 0.0 if z < 0 else z


def step(z: Any) -> Any:
    """1 where z > 0, else 0."""
    return 1.0 if z > 0 else (0.0 if z <= 0 else z)


def sign(z: Any) -> Any:
    """1, 0 or -1."""
    return 1.0 if z > 0 else (-1.0 if z < 0 else z)


def larger(u: Any, v: Any) -> Any:
    """The larger of two numbers."""
    return u if u > v or u != u else v


def smaller(u: Any, v: Any) -> Any:
    """The smaller of two numbers."""
    return u if u < v or u != u else v


def log_cosh(z: Any) -> Any:
    """log(cosh(z)) = |z| + log(1 + exp(-2|z|)) - log 2; near 0, log(1 + 2 sinh(z/2)²) keeps more digits."""
    size = abs(z)
    if size < 1:
        return np.log1p(2 * np.sinh(size / 2) ** 2)
    return size + log_of_one_and(exp(-2 * size)) - 0.6931471805599453


def xlogy(x: Any, y: Any) -> Any:
    """The product of x and log(y), with 0 log(0) = 0."""
    return x * np.log(1.0 if x == 0 else y)


def normal_pdf(z: Any) -> Any:
    """exp(-z²/2) / √(2π), the standard normal density."""
    return exp(-0.5 * z * z) * 0.3989422804014327


def normal_cdf(z: Any) -> Any:
    """The standard normal distribution function."""
    return 0.5 * math.erfc(-0.7071067811865476 * z)


def gelu(z: Any) -> Any:
    """The product of z and the standard normal distribution function of z."""
    return z * normal_cdf(z)
