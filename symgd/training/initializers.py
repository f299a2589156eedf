"""Start values for arrays: drawn at random, as the papers on nets recommend, or filled with one number.

An initializer stands in ``start`` for an array whose sizes the data, the constants and the other start values bind.
A drawn array depends on the seed and on the name of its parameter, and on nothing else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np

from symgd.errors import DataError
from symgd.training.settings import WHOLE

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Initializer:
    """What an array is filled with; a subclass says how."""

    def fill(self, name: str, shape: Shape) -> Any:
        """The start value of the parameter of this name and shape."""
        raise NotImplementedError


@dataclass(frozen=True)
class Zeros(Initializer):
    """Every entry 0: for biases. Equal weights of a hidden layer would stay equal for ever.

    >>> Zeros().fill("b", (3,))
    array([0., 0., 0.])
    """

    def fill(self, _name: str, shape: Shape) -> Any:
        """An array of zeros."""
        return np.zeros(shape)


@dataclass(frozen=True)
class Normal(Initializer):
    """Normally distributed around 0 with standard deviation *scale*.

    >>> Normal(scale=0.01, seed=1).fill("W", (1000, 10)).std().round(3).item()
    0.01
    """

    scale: float = 0.01
    seed: int = 0

    def __post_init__(self) -> None:
        if not (isinstance(self.scale, int | float) and 0 < self.scale < math.inf):
            raise DataError(f"Normal(scale={self.scale!r}): give a positive number.")
        _check_seed(self)

    def fill(self, name: str, shape: Shape) -> Any:
        """Normal numbers."""
        return _drawn(self.seed, name).normal(scale=self.scale, size=shape)


@dataclass(frozen=True)
class Glorot(Initializer):
    """Uniform on ±√(6 / (inputs + outputs)), for tanh and sigmoid. Glorot and Bengio (2010), eq. 16.

    A matrix of shape (outputs, inputs) is meant; a vector has one output.

    >>> bool(abs(Glorot(seed=1).fill("W", (20, 30))).max() <= (6 / 50) ** 0.5)
    True
    """

    seed: int = 0

    def __post_init__(self) -> None:
        _check_seed(self)

    def fill(self, name: str, shape: Shape) -> Any:
        """Uniform numbers."""
        bound = math.sqrt(6 / sum(_fans(shape)))
        return _drawn(self.seed, name).uniform(-bound, bound, shape)


@dataclass(frozen=True)
class He(Initializer):
    """Normal with standard deviation √(2 / inputs), for relu. He, Zhang, Ren and Sun (2015), eq. 10.

    >>> He(seed=1).fill("W", (1000, 50)).std().round(2).item()
    0.2
    """

    seed: int = 0

    def __post_init__(self) -> None:
        _check_seed(self)

    def fill(self, name: str, shape: Shape) -> Any:
        """Normal numbers."""
        return _drawn(self.seed, name).normal(scale=math.sqrt(2 / _fans(shape)[1]), size=shape)


def _fans(shape: Shape) -> tuple[int, int]:
    """The numbers of outputs and of inputs of a layer."""
    return (shape[-2] if len(shape) > 1 else 1, shape[-1])


def _drawn(seed: int, name: str) -> np.random.Generator:
    """Random numbers of this parameter's own."""
    return np.random.default_rng([seed, crc32(name.encode())])


def _check_seed(of: Any) -> None:
    if of.seed not in WHOLE:
        raise DataError(f"{type(of).__name__}(seed={of.seed!r}): give {WHOLE.text}.")
