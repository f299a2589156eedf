"""Functions that autograd.numpy lacks, as their definitions say."""

import math
from typing import Any

import autograd.numpy as np
import numpy
from autograd.extend import defvjp, primitive

erf = primitive(numpy.vectorize(math.erf, otypes=[float]))
defvjp(erf, lambda _, z: lambda g: g * 2 / np.sqrt(np.pi) * np.exp(-(z**2)))


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def softplus(z: Any) -> Any:
    return np.log(1 + np.exp(z))


def relu(z: Any) -> Any:
    return np.where(z > 0, z, 0)


def gelu(z: Any) -> Any:
    return z * (1 + erf(z / np.sqrt(2))) / 2


def silu(z: Any) -> Any:
    return z * sigmoid(z)


def softmax(z: Any, axis: int = -1) -> Any:
    return np.exp(z) / np.sum(np.exp(z), axis=axis, keepdims=True)


def logsumexp(z: Any, axis: int = -1) -> Any:
    return np.log(np.sum(np.exp(z), axis=axis))


def log_softmax(z: Any) -> Any:
    return np.log(softmax(z))


def norm(a: Any) -> Any:
    return np.sqrt(np.sum(a**2))


def rows(a: Any) -> Any:
    """The sum of each sample's entries."""
    return np.sum(a, axis=tuple(range(1, np.ndim(a))))
