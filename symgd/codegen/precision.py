"""The kind of number that a computation is carried out in: fractions, single or double precision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from numbers import Rational
from typing import Any, TypeVar

import numpy as np

Key = TypeVar("Key")


def exactly(values: Mapping[Key, Any], single: bool = False) -> dict[Key, Any]:
    """*values* as fractions, if some are fractions and all others whole numbers; else as floats of one precision.

    Where *single* allows it they are in single precision if all arrays of floats among them are; else in double.
    """
    kinds = [getattr(value, "dtype", None) for value in values.values()]
    fractions = any(isinstance(value, Fraction) for value in values.values()) or np.dtype(object) in kinds
    if fractions and all(map(_is_whole, values.values())):
        return {key: np.frompyfunc(as_fraction, 1, 1)(value) for key, value in values.items()}
    return floats(values, precision(values.values()) if single else np.float64)


def floats(values: Mapping[Key, Any], dtype: Any = np.float64) -> dict[Key, Any]:
    """*values* in one precision, double unless told."""
    return {key: np.asarray(value, dtype=dtype)[()] for key, value in values.items()}


def precision(values: Iterable[Any]) -> Any:
    """Single precision if *values* hold arrays of floats and all of them are in single precision, else double."""
    kinds = {value.dtype for value in values if np.ndim(value) and value.dtype.kind in "fO"}
    return np.float32 if kinds == {np.dtype(np.float32)} else np.float64


def answers_in_fractions(function: Callable[..., Any], arguments: Iterable[Any]) -> bool:
    """Whether a generated function that is given fractions returns nothing but fractions."""
    try:
        answers = function(*arguments)
    except (TypeError, ZeroDivisionError):
        # NumPy has no exp, log or sqrt of a fraction.
        return False
    return all(isinstance(answer, Rational) for answer in np.ravel(np.array(answers, dtype=object)))


def as_fraction(value: Any) -> Fraction:
    """A whole number or a fraction as a fraction."""
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    return Fraction(int(value))


def _is_whole(value: Any) -> bool:
    """Whether numbers are fractions, or floats without a fractional part."""
    return all(
        isinstance(number, Rational) or float(number).is_integer() for number in np.asarray(value).flat
    )
