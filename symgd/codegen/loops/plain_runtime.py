"""Functions of one number that plain Python lacks, written so that they do not overflow.

Their source is copied into the generated module. Conditions are such that nan stays nan.
"""

import math


def sigmoid(z: float) -> float:
    """1 / (1 + exp(-z)); the exponential is of a negative number, so it cannot overflow."""
    decay = math.exp(-abs(z))
    return (1.0 if z >= 0 else decay) / (1.0 + decay)


def softplus(z: float) -> float:
    """log(1 + exp(z)); for large z it is z itself."""
    return (0.0 if z < 0 else z) + math.log1p(math.exp(-abs(z)))


def silu(z: float) -> float:
    """The product of z and sigmoid(z)."""
    return z * sigmoid(z)


def relu(z: float) -> float:
    """The larger of z and 0."""
    return 0.0 if z < 0 else z


def step(z: float) -> float:
    """1 where z > 0, else 0."""
    return 1.0 if z > 0 else (0.0 if z <= 0 else z)


def sign(z: float) -> float:
    """1, 0 or -1."""
    return 1.0 if z > 0 else (-1.0 if z < 0 else z)


def larger(u: float, v: float) -> float:
    """The larger of two numbers."""
    return u if u > v or u != u else v


def smaller(u: float, v: float) -> float:
    """The smaller of two numbers."""
    return u if u < v or u != u else v


def log_cosh(z: float) -> float:
    """log(cosh(z)) = |z| + log(1 + exp(-2|z|)) - log 2; near 0, log(1 + 2 sinh(z/2)²) keeps more digits."""
    size = abs(z)
    if size < 1:
        return math.log1p(2 * math.sinh(size / 2) ** 2)
    return size + math.log1p(math.exp(-2 * size)) - 0.6931471805599453


def xlogy(x: float, y: float) -> float:
    """The product of x and log(y), with 0 log(0) = 0."""
    return x * math.log(1.0 if x == 0 else y)


def normal_pdf(z: float) -> float:
    """exp(-z²/2) / √(2π), the standard normal density."""
    return math.exp(-0.5 * z * z) * 0.3989422804014327


def normal_cdf(z: float) -> float:
    """The standard normal distribution function."""
    return 0.5 * math.erfc(-0.7071067811865476 * z)


def gelu(z: float) -> float:
    """The product of z and the standard normal distribution function of z."""
    return z * normal_cdf(z)
