"""Functions of one number that plain Python lacks, written so that they do not overflow.

Their source is copied into the generated module, as is that of functions which are the same in compiled loops.
Conditions are such that nan stays nan.
"""

import math

from symgd.codegen.loops.runtime import larger, normal_cdf, relu, sign, smaller, step

__all__ = [
    "gelu",
    "larger",
    "log_cosh",
    "normal_cdf",
    "normal_pdf",
    "relu",
    "sigmoid",
    "sign",
    "silu",
    "smaller",
    "softplus",
    "step",
    "xlogy",
]


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


def gelu(z: float) -> float:
    """The product of z and the standard normal distribution function of z."""
    return z * normal_cdf(z)
