"""A gradient that the user derived by hand: numbers, arrays, or expressions of the symbols of the loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sympy import Expr, S

from symgd.checking.point import Point
from symgd.codegen.expression import posed, value_of
from symgd.errors import DataError, NotationError
from symgd.notation.indices import SAMPLE, Axis, indices_of
from symgd.notation.mapping import name_of
from symgd.notation.problem import Problem
from symgd.notation.shapes import shape, shape_text
from symgd.notation.symbols import label_of


def values_of(gradient: Any, problem: Problem, point: Point) -> dict[str, Any]:
    """The value of each entry of a given gradient at a point, in the order of the parameters.

    Raises DataError for an entry that is missing, too much, of another shape than its parameter, or no number at
    the point.
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
    return {name_of(p): _value(p, given[name_of(p)], problem, point) for p in problem.parameters}


def _value(parameter: Any, entry: Any, problem: Problem, point: Point) -> Any:
    name, wanted = name_of(parameter), label_of(parameter).shape
    value = (
        _numbers(name, entry, point.values[name].shape)
        if wanted and not isinstance(entry, Expr)
        else _computed(name, entry, wanted, problem, point)
    )
    if not np.isfinite(value).all():
        raise DataError(f"gradient: the entry for {name!r} is {value} here; a finite number is needed.")
    return value


def _numbers(name: str, entry: Any, wanted: tuple[int, ...]) -> Any:
    """The entry for an array, given as an array."""
    try:
        array = np.asarray(entry, dtype=float)
    except (TypeError, ValueError):
        raise DataError(f"gradient: the entry for {name!r} is no array of numbers.") from None
    if array.shape != wanted:
        raise DataError(
            f"gradient: the entry for {name!r} has shape {array.shape}; the parameter has shape {wanted}."
        )
    return array


def _computed(name: str, entry: Any, wanted: tuple[Expr, ...], problem: Problem, point: Point) -> Any:
    """The value of an entry that is a number or an expression."""
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
    _check_shape(name, shape(expression.loss), wanted)
    value = np.asarray(value_of(expression, point.values), dtype=float)
    return np.broadcast_to(_spread(value, expression.loss, len(wanted)), point.values[name].shape)


def _check_shape(name: str, found: tuple[Expr, ...], wanted: tuple[Expr, ...]) -> None:
    """Whether an expression has the shape of the parameter; it need not change along each axis."""
    if len(found) == len(wanted) and all(a in (b, S.One) for a, b in zip(found, wanted, strict=True)):
        return
    raise DataError(
        f"gradient: the entry for {name!r} has shape {shape_text(found)}; the parameter has shape "
        f"{shape_text(wanted)}."
    )


def _spread(value: Any, expr: Expr, axes: int) -> Any:
    """An array with an axis for each index of an expression, with the axes that it lacks."""
    held = {index.number for index in indices_of(expr) if isinstance(index, Axis)}
    return np.expand_dims(value, [axes - number for number in range(1, axes + 1) if number not in held])
