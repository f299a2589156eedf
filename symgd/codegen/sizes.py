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
    found: dict[str, tuple[int, str]] = {}
    for symbol in symbols:
        declared = full_shape(symbol)
        if not declared:
            continue
        name = name_of(symbol)
        shape = np_shape(bound[name])
        for size, number in zip(declared, shape, strict=True):
            if size is S.One or number_of(size) is not None:
                continue
            known, source = found.setdefault(size.name, (number, f"{name}, of shape {shape}"))
            if known != number:
                raise DataError(
                    f"{size} is {known} by {source}, and {number} by {name}, of shape {shape}: "
                    "give both the same size."
                )
    return {size: number for size, (number, _) in found.items()}


def np_shape(value: Any) -> tuple[int, ...]:
    """The shape of an array or a number."""
    return tuple(getattr(value, "shape", ()))


@lru_cache(maxsize=10_000)
def full_shape(symbol: Any) -> tuple[Any, ...]:
    """The shape of the array that holds the values of a symbol: for data, the samples first."""
    label = label_of(symbol)
    return (SAMPLES, *label.shape) if isinstance(label, Data) else tuple(getattr(label, "shape", ()))


def sources(symbols: Iterable[Any]) -> Iterator[tuple[Any, str, int]]:
    """Each size, a symbol that has it and the axis of its array."""
    for symbol in symbols:
        for axis, size in enumerate(full_shape(symbol)):
            yield size, name_of(symbol), axis
