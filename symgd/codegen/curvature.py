"""The Hessian of array parameters, column by column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from symgd.derivation.derive import Derivation
from symgd.notation.mapping import name_of


def hessian_columns(
    product: Derivation, gradient: Callable[..., Mapping[str, Any]], at: Mapping[str, Any]
) -> Any:
    """The matrix whose columns are the Hessian times unit vectors: a row for each entry of each parameter, in order.

    *product* is the derivation of the Hessian times vectors, its last constants, and *gradient* its compiled form; *at*
    holds the values of all other symbols.
    """
    names = [name_of(parameter) for parameter in product.parameters]
    vectors = [name_of(constant) for constant in product.problem.constants[-len(names) :]]
    columns = []
    for units in _units([np.asarray(at[name]) for name in names]):
        slopes = gradient(**at, **dict(zip(vectors, units, strict=True)))
        columns.append(np.concatenate([np.ravel(slopes[name]) for name in names]))
    return np.stack(columns, axis=1)


def _units(values: list[Any]) -> Iterator[list[Any]]:
    """Zeros of the shapes of *values*, with a one in each place in turn."""
    zeros = [np.zeros(value.shape, value.dtype) for value in values]
    for k, zero in enumerate(zeros):
        for place in np.ndindex(zero.shape):
            one = zero.copy()
            one[place] = 1
            yield [*zeros[:k], one, *zeros[k + 1 :]]
