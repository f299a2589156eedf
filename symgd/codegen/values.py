"""One value at a time: checked, and brought into an array of the shape that its symbol declares."""

from __future__ import annotations

from collections.abc import Iterator
from numbers import Integral, Rational, Real
from typing import Any

import numpy as np
from sympy import S

from symgd.codegen.precision import as_fraction
from symgd.errors import DataError
from symgd.notation.indices import SAMPLES, number_of
from symgd.notation.mapping import name_of
from symgd.notation.shapes import shape_text
from symgd.notation.symbols import Distribution, label_of

_TOLERANCE = 1e-6

# Samples that are checked at a time.
_BLOCK = 1 << 14


def samples_of(symbol: Any, values: Any) -> Any:
    """The values of a data symbol, the samples along the first axis; arrays of floats are not copied.

    Whether they are finite is not looked at: see :func:`check_finite`.
    """
    name, label = name_of(symbol), label_of(symbol)
    array = _fitting(_numbers(f"the data {name!r}", values), (SAMPLES, *label.shape), name)
    if isinstance(label, Distribution):
        _check_distribution(name, array)
    return array


def value_of_symbol(symbol: Any, value: Any, role: str) -> Any:
    """The value of a parameter or a constant: one number, or an array of the shape that it declares."""
    name, shape = name_of(symbol), label_of(symbol).shape
    if not shape:
        return as_scalar(name, value, role)
    what = f"{role}: {name!r}"
    array = _numbers(what, value)
    if not _fits(array.shape, shape):
        raise DataError(f"{what} has shape {array.shape}; its shape is {shape_text(shape)}.")
    check_finite(what, _filled(what, array, shape))
    return array.copy()


def as_scalar(name: str, value: Any, role: str) -> Any:
    """One finite number: a float, or a fraction."""
    if isinstance(value, Rational) and not isinstance(value, Integral):
        return as_fraction(value)
    # SymPy's numbers are Real too; an int may be too large for a float.
    plain = isinstance(value, int) or not isinstance(value, Real)
    array = np.asarray(value if plain else float(value))
    if array.shape or array.dtype.kind not in "biuf":
        raise DataError(f"{role}: {name!r} needs one number, not {value!r}.")
    if not np.isfinite(array):
        raise DataError(f"{role}: {name!r} is {value}; give a finite number.")
    return np.float64(value)


def _numbers(what: str, values: Any) -> Any:
    """Numbers as an array: of whole numbers, of floats in single or double precision, or of fractions."""
    try:
        array = np.asarray(values.to_numpy() if hasattr(values, "to_numpy") else values)
        if array.dtype == object and array.size and np.ndim(array.flat[0]):
            array = np.asarray(array.tolist())
    except ValueError:
        raise DataError(f"{what} are not one number per sample, but sequences that differ.") from None
    if array.dtype == object:
        array = _fractions_or_floats(what, array)
    if array.dtype.kind not in "biufO":
        raise DataError(f"{what} are not numeric (their type is {array.dtype}).")
    return array.astype(float) if array.dtype.kind == "f" and array.itemsize > 8 else array


def _fractions_or_floats(what: str, array: Any) -> Any:
    if all(isinstance(value, Rational) for value in array.flat):
        return np.frompyfunc(as_fraction, 1, 1)(array).astype(object)
    try:
        return array.astype(float)
    except (TypeError, ValueError):
        raise DataError(f"{what} are not numeric.") from None


def _fitting(array: Any, shape: tuple[Any, ...], name: str) -> Any:
    """The data, if their shape is the declared one."""
    if not _fits(array.shape, shape):
        example = f"for example {name}.ravel()" if array.size else "in a sequence"
        wanted = (
            f"its shape is {shape_text(shape)}, the samples along the first axis"
            if len(shape) > 1
            else f"give one number per sample, {example}"
        )
        raise DataError(f"the data {name!r} have shape {array.shape}; {wanted}.")
    return _filled(f"the data {name!r}", array, shape)


def _fits(given: tuple[int, ...], shape: tuple[Any, ...]) -> bool:
    """Whether an array of shape *given* has the sizes of *shape* that are numbers; 0 is an error of its own."""
    numbers = [1 if size is S.One else number_of(size) for size in shape]
    return len(given) == len(numbers) and all(
        want is None or have in (want, 0) for have, want in zip(given, numbers, strict=True)
    )


def _filled(what: str, array: Any, shape: tuple[Any, ...]) -> Any:
    """The array, if it has entries."""
    if shape[0] is SAMPLES and not len(array):
        raise DataError(f"{what} are empty: at least one sample is needed.")
    if not array.size:
        axis = str(shape[array.shape.index(0)])
        raise DataError(f"{what} has shape {array.shape}: along {axis} it is empty, give at least one entry.")
    return array


def check_finite(what: str, array: Any) -> None:
    """DataError that names the first entry that is no finite number."""
    if not _finite(array):
        first = tuple(int(k) for k in np.argwhere(~np.isfinite(array))[0])
        place = first[0] if len(first) == 1 else first
        raise DataError(f"{what} hold {array[first]} at position {place}: remove or fill it first.")


def _finite(array: Any) -> bool:
    """Whether all are finite. A finite sum of squares says so without an array of answers."""
    if array.dtype.kind != "f":
        return True
    with np.errstate(all="ignore"):
        flat = array.ravel(order="K") if array.flags.forc else array.sum(axis=0).ravel()
        return bool(np.isfinite(flat @ flat)) or all(map(_all_finite, _blocks(array)))


def _all_finite(array: Any) -> bool:
    return bool(np.isfinite(array).all())


def _blocks(array: Any) -> Iterator[Any]:
    """The array, some samples at a time; a number as it is."""
    return (
        (array[first : first + _BLOCK] for first in range(0, len(array), _BLOCK))
        if array.ndim
        else iter([array])
    )


def _check_distribution(name: str, array: Any) -> None:
    """The labels of each sample sum to one."""
    for number, block in enumerate(_blocks(array)):
        totals = block.astype(np.float64).sum(axis=1)
        wrong = np.flatnonzero(np.abs(totals - 1) > _TOLERANCE)
        if wrong.size:
            sample = number * _BLOCK + wrong[0]
            raise DataError(
                f"the data {name!r} are declared with sums_to_one=True; those of sample {sample} sum to "
                f"{totals[wrong[0]]:g}: correct them, or leave the declaration out."
            )
