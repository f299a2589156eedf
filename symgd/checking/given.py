"""A gradient that the user derived by hand: numbers, or expressions of the symbols of the loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from symgd.checking.point import Point
from symgd.codegen.expression import posed, value_of
from symgd.errors import DataError, NotationError
from symgd.notation.indices import SAMPLE
from symgd.notation.mapping import name_of
from symgd.notation.problem import Problem


def values_of(gradient: Any, problem: Problem, point: Point) -> dict[str, float]:
    """The value of each entry of a given gradient at a point, in the order of the parameters.

    Raises DataError for an entry that is missing, too much, or no number at the point.
    """
    if not isinstance(gradient, Mapping):
        raise DataError(f"gradient: give a mapping from parameters to their derivatives, not {gradient!r}.")
    given = {name_of(key): entry for key, entry in gradient.items()}
    names = [name_of(parameter) for parameter in problem.parameters]
    missing = [name for name in names if name not in given]
    unknown = [name for name in given if name not in names]
    if missing or unknown:
        wrong = (
            f"no entry for {missing[0]!r}" if missing else f"{unknown[0]!r} is not a parameter of the loss"
        )
        raise DataError(f"gradient: {wrong}; give one for each of {', '.join(names)}.")
    return {name: _value(name, given[name], problem, point) for name in names}


def _value(name: str, entry: Any, problem: Problem, point: Point) -> float:
    try:
        expression = posed(entry, problem)
    except NotationError as error:
        raise DataError(f"gradient: the entry for {name!r} cannot be read: {error}") from None
    if SAMPLE in expression.loss.free_symbols:
        raise DataError(
            f"gradient: the entry for {name!r} has one value per sample: take sg.mean(…) or sg.total(…) of it."
        )
    foreign = [name_of(leaf) for leaf in expression.leaves if name_of(leaf) not in point.values]
    if foreign:
        raise DataError(f"gradient: the entry for {name!r} holds {foreign[0]!r}, which is not in the loss.")
    value = value_of(expression, point.values)
    if np.shape(value) or not np.isfinite(value):
        raise DataError(f"gradient: the entry for {name!r} is {value} here; a finite number is needed.")
    return float(value)
