"""Functions that generated modules use and NumPy lacks, or has more slowly, written so that they do not overflow.

Their source is copied into the generated module: it then needs NumPy alone.
"""

from typing import Any

import numpy as np


def mean(values: Any) -> Any:
    """The mean over the samples; np.mean takes longer."""
    return np.add.reduce(values) / len(values)


def sigmoid(z: Any) -> Any:
    """1 / (1 + exp(-z)); where the exponential is larger than any float, the quotient is 0, as it should be."""
    with np.errstate(over="ignore"):
        return 1.0 / (1.0 + np.exp(-z))


def softplus(z: Any) -> Any:
    """log(1 + exp(z)); for large z it is z itself."""
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def silu(z: Any) -> Any:
    """The product of z and sigmoid(z)."""
    return z * sigmoid(z)


def relu(z: Any) -> Any:
    """The larger of z and 0."""
    return np.maximum(z, 0)


def step(z: Any) -> Any:
    """1 where z > 0, else 0."""
    return np.sign(np.maximum(z, 0))


def softmax(z: Any, axis: int) -> Any:
    """exp(z) over the sum of exp(z) along an axis; the largest z becomes 0, so no exponential overflows."""
    growth = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return growth / np.sum(growth, axis=axis, keepdims=True)


def logsumexp(z: Any, axis: int) -> Any:
    """The logarithm of the sum of exp(z) along an axis; the largest z becomes 0, so no exponential overflows."""
    largest = np.max(z, axis=axis, keepdims=True)
    shift = np.where(largest == -np.inf, 0.0, largest)
    with np.errstate(divide="ignore"):
        return np.squeeze(shift + np.log(np.sum(np.exp(z - shift), axis=axis, keepdims=True)), axis=axis)


def log_cosh(z: Any) -> Any:
    """log(cosh(z)) = |z| + log(1 + exp(-2|z|)) - log 2; near 0, log(1 + 2 sinh(z/2)²) keeps more digits."""
    size = np.abs(z)
    near = np.log1p(2 * np.sinh(np.minimum(size, 1.0) / 2) ** 2)
    return np.where(size < 1, near, size + np.log1p(np.exp(-2 * size)) - 0.6931471805599453)


def xlogy(x: Any, y: Any) -> Any:
    """The product of x and log(y), with 0 log(0) = 0."""
    return x * np.log(np.where(x == 0, 1.0, y))


def erfc(z: Any) -> Any:
    """1 - erf(z) = t exp(-z² + P(t)) for z >= 0, with t = 2 / (2 + z) and P a Chebyshev series.

    The form is that of Press et al., Numerical Recipes, section 6.2.2; the coefficients were computed for symgd with
    40 digits.
    """
    series = np.array(
        [
            -0.6513268598908547, 0.6419697923564903, 0.019476473204185836, -0.009561514786808632,
            -0.0009465953444820369, 0.00036683949785276146, 4.252332480690777e-05, -2.0278578112534243e-05,
            -1.6242900046470255e-06, 1.3036558355805232e-06, 1.5626441722066143e-08, -8.523809591492654e-08,
            6.529054439098851e-09, 5.059343495551469e-09, -9.91364156493033e-10, -2.2736512229318358e-10,
            9.646791102015527e-11, 2.3940380830391147e-12, -6.886027526497553e-12, 8.944879273090726e-13,
            3.130921399342958e-13, -1.1270822361367252e-13, 3.810905255189232e-16, 7.106009713609237e-15,
            -1.5230282014571043e-15, -9.457494571291234e-17, 1.210237189224279e-16, -2.816663087747177e-17,
        ],
        dtype=np.result_type(np.asarray(z), np.float32),
    )  # fmt: skip
    size = np.minimum(np.abs(z), 40.0)
    t = 2.0 / (2.0 + size)
    tail = t * np.exp(-size * size + np.polynomial.chebyshev.chebval(2.0 * t - 1.0, series))
    return np.where(z >= 0, tail, 2.0 - tail)


def erf(z: Any) -> Any:
    """The error function: its power series near 0, where 1 - erfc(z) would lose digits."""
    small = np.where(np.abs(z) < 0.5, z, 0.0)
    term = total = small
    for k in range(1, 14):
        term = -term * small * small / k
        total = total + term / (2 * k + 1)
    return np.where(np.abs(z) < 0.5, 1.1283791670955126 * total, 1.0 - erfc(z))


def normal_pdf(z: Any) -> Any:
    """exp(-z²/2) / √(2π), the standard normal density."""
    return np.exp(-0.5 * np.minimum(np.abs(z), 100.0) ** 2) * 0.3989422804014327


def normal_cdf(z: Any) -> Any:
    """The standard normal distribution function."""
    return 0.5 * erfc(-0.7071067811865476 * z)


def gelu(z: Any) -> Any:
    """The product of z and the standard normal distribution function of z."""
    return z * normal_cdf(z)
