"""Start values that are to be drawn: the sizes of their arrays are those that everything else binds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sympy import S

from symgd.codegen.sizes import agreed, full_shape
from symgd.errors import DataError
from symgd.notation.indices import number_of
from symgd.notation.mapping import name_of
from symgd.notation.problem import Problem
from symgd.notation.shapes import shape_text
from symgd.notation.symbols import label_of
from symgd.training.initializers import Initializer


def filled(problem: Problem, start: Any, bound: Mapping[str, Any]) -> Any:
    """The start values with an array in place of every initializer; *bound* are the data and the constants.

    Raises DataError for an initializer of a number, and of an array with a size that nothing binds.
    """
    if not isinstance(start, Mapping):
        return start
    given = {name_of(key): value for key, value in start.items()}
    drawn = {name for name, value in given.items() if isinstance(value, Initializer)}
    if not drawn:
        return given
    arrays = {name: np.asarray(value) for name, value in given.items() if name not in drawn}
    known = [leaf for leaf in problem.leaves if _fits(leaf, {**arrays, **bound})]
    sizes = agreed(known, {**arrays, **bound})
    for parameter in problem.parameters:
        name = name_of(parameter)
        if name in drawn:
            given[name] = given[name].fill(name, _shape(parameter, sizes, given[name]))
    return given


def _fits(leaf: Any, values: Mapping[str, Any]) -> bool:
    """Whether a symbol has a value of as many axes as it declares; where not, that is told elsewhere."""
    return name_of(leaf) in values and np.ndim(values[name_of(leaf)]) == len(full_shape(leaf))


def _shape(parameter: Any, sizes: Mapping[str, int], initializer: Initializer) -> tuple[int, ...]:
    name, shape = name_of(parameter), label_of(parameter).shape
    if not shape:
        raise DataError(
            f"start: {name!r} is one number, not an array: give the number instead of {initializer}."
        )
    for size in shape:
        if size is not S.One and number_of(size) is None and str(size) not in sizes:
            raise DataError(
                f"start: {name!r} has shape {shape_text(shape)}, and nothing binds {size}: give {name!r} as an "
                f"array, or its size as a number, for example shape=(50, …)."
            )
    return tuple(1 if size is S.One else number_of(size) or sizes[str(size)] for size in shape)
