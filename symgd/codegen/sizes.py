"""The sizes of axes: names that data, parameters and constants bind together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from sympy import S

from symgd.errors import DataError
from symgd.notation.indices import SAMPLES, number_of
from symgd.notation.mapping import name_of
from symgd.notation.problem import Problem
from symgd.notation.symbols import Data, label_of


def sizes_of(problem: Problem, bound: Mapping[str, Any]) -> dict[str, int]:
    """The number of samples, ``n``, and of each named size; DataError where two values of *bound* disagree.

    >>> import numpy as np
    >>> import symgd as sg
    >>> w, x = sg.parameters("w"), sg.data("x")
    >>> sizes_of(sg.derive(sg.mean(w * x)).problem, {"w": 1.0, "x": np.ones(5)})
    {'n': 5}
    """
    return agreed(problem.leaves, bound)


def agreed(symbols: Iterable[Any], bound: Mapping[str, Any]) -> dict[str, int]:
    """The named sizes of the values of *symbols*; DataError where two of them disagree."""
    found: dict[str, tuple[int, str, tuple[int, ...]]] = {}
    for symbol in symbols:
        for axis, size in _named_axes(symbol):
            name = name_of(symbol)
            shape = np_shape(bound[name])
            known, source, other = found.setdefault(size, (shape[axis], name, shape))
            if known != shape[axis]:
                raise DataError(
                    f"{size} is {known} by {source}, of shape {other}, and {shape[axis]} by {name}, "
                    f"of shape {shape}: give both the same size."
                )
    return {size: number for size, (number, *_) in found.items()}


def np_shape(value: Any) -> tuple[int, ...]:
    """The shape of an array or a number."""
    return tuple(getattr(value, "shape", ()))


@lru_cache(maxsize=10_000)
def full_shape(symbol: Any) -> tuple[Any, ...]:
    """The shape of the array that holds the values of a symbol: for data, the samples first."""
    label = label_of(symbol)
    return (SAMPLES, *label.shape) if isinstance(label, Data) else tuple(getattr(label, "shape", ()))


@lru_cache(maxsize=10_000)
def _named_axes(symbol: Any) -> tuple[tuple[int, str], ...]:
    """The axes of a symbol's array whose size has a name, and the names."""
    named = enumerate(full_shape(symbol))
    return tuple((axis, size.name) for axis, size in named if size is not S.One and number_of(size) is None)


def sources(symbols: Iterable[Any]) -> Iterator[tuple[Any, str, int]]:
    """Each size, a symbol that has it and the axis of its array."""
    for symbol in symbols:
        for axis, size in enumerate(full_shape(symbol)):
            yield size, name_of(symbol), axis
