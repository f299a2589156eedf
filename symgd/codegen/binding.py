"""Values for the symbols of a loss: checked before anything runs, and brought into arrays."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from numbers import Integral, Rational, Real
from typing import Any, TypeVar

import numpy as np

from symgd.errors import DataError
from symgd.notation.mapping import name_of
from symgd.notation.problem import Problem

Key = TypeVar("Key")


def bind_data(problem: Problem, data: Any) -> dict[str, Any]:
    """The data of a problem by name, as arrays of equal length.

    *data* is a mapping from names or symbols to sequences, or a dataframe with columns of those names. Integers
    become floats; fractions stay exact. Raises DataError for what is missing, unknown, empty, not numeric, not
    finite, not one value per sample, or not as long as the rest.
    """
    names = [name_of(symbol) for symbol in problem.data]
    arrays = {name: as_samples(name, values) for name, values in _columns(names, data).items()}
    lengths = {name: len(values) for name, values in arrays.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise DataError(f"the data differ in length: {listed} values. Give one value of each per sample.")
    return arrays


def bind_scalars(symbols: Iterable[Any], values: Any, role: str) -> dict[str, Any]:
    """One finite number for each symbol by name; *role* says in errors what the numbers are."""
    names = [name_of(symbol) for symbol in symbols]
    given = _by_name(values or {}, role)
    _require(names, given, role)
    return {name: as_scalar(name, given[name], role) for name in names}


def bind(problem: Problem, values: Mapping[Any, Any]) -> dict[str, Any]:
    """Values for parameters, data and constants together, each checked for its role."""
    given = _by_name(values, "the values")
    _require([name_of(symbol) for symbol in problem.leaves], given, "the values")
    data = {name_of(s): given[name_of(s)] for s in problem.data}
    return exactly(
        {
            **bind_scalars(
                problem.parameters, {name_of(s): given[name_of(s)] for s in problem.parameters}, "parameters"
            ),
            **bind_data(problem, data),
            **bind_scalars(
                problem.constants, {name_of(s): given[name_of(s)] for s in problem.constants}, "constants"
            ),
        }
    )


def exactly(values: Mapping[Key, Any]) -> dict[Key, Any]:
    """*values* as fractions, if some are fractions and all others whole numbers; else as floats."""
    kinds = [getattr(value, "dtype", None) for value in values.values()]
    fractions = any(isinstance(value, Fraction) for value in values.values()) or np.dtype(object) in kinds
    if fractions and all(map(_is_whole, values.values())):
        return {key: np.frompyfunc(_fraction, 1, 1)(value) for key, value in values.items()}
    return floats(values)


def floats(values: Mapping[Key, Any]) -> dict[Key, Any]:
    """*values* in double precision."""
    return {key: np.asarray(value, dtype=np.float64)[()] for key, value in values.items()}


def answers_in_fractions(function: Callable[..., Any], arguments: Iterable[Any]) -> bool:
    """Whether a generated function that is given fractions returns nothing but fractions."""
    try:
        answers = function(*arguments)
    except (TypeError, ZeroDivisionError):
        # NumPy has no exp, log or sqrt of a fraction.
        return False
    return all(isinstance(answer, Rational) for answer in np.ravel(np.array(answers, dtype=object)))


def as_samples(name: str, values: Any) -> Any:
    """A sequence of numbers as an array: of floats in double precision, or of fractions."""
    try:
        array = np.asarray(values.to_numpy() if hasattr(values, "to_numpy") else values)
    except ValueError:
        raise DataError(
            f"the data {name!r} are not one number per sample, but sequences that differ."
        ) from None
    if array.dtype == object:
        array = _fractions_or_floats(name, array)
    if array.dtype.kind in "biuf":
        array = array.astype(np.float64)
    if array.dtype.kind not in "fO":
        raise DataError(f"the data {name!r} are not numeric (their type is {array.dtype}).")
    if array.ndim != 1:
        raise DataError(
            f"the data {name!r} have shape {array.shape}; give one number per sample, "
            + (f"for example {name}.ravel()." if array.size else "in a sequence.")
        )
    if not array.size:
        raise DataError(f"the data {name!r} are empty: at least one sample is needed.")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        first = int(np.flatnonzero(~np.isfinite(array))[0])
        raise DataError(
            f"the data {name!r} hold {array[first]} at position {first}: remove or fill it first."
        )
    return array


def as_scalar(name: str, value: Any, role: str) -> Any:
    """One finite number: a float, or a fraction."""
    if isinstance(value, Rational) and not isinstance(value, Integral):
        return _fraction(value)
    # SymPy's numbers are Real too; an int may be too large for a float.
    plain = isinstance(value, int) or not isinstance(value, Real)
    array = np.asarray(value if plain else float(value))
    if array.shape or array.dtype.kind not in "biuf":
        raise DataError(f"{role}: {name!r} needs one number, not {value!r}.")
    if not np.isfinite(array):
        raise DataError(f"{role}: {name!r} is {value}; give a finite number.")
    return np.float64(value)


def _columns(names: list[str], data: Any) -> dict[str, Any]:
    """The column of each name, from a mapping or a dataframe."""
    if isinstance(data, Mapping) or data is None:
        given = _by_name(data or {}, "data")
        _require(names, given, "data")
        return {name: given[name] for name in names}
    present = [str(column) for column in getattr(data, "columns", ())]
    if not present and names:
        raise DataError(f"data must be a mapping or a dataframe, not {type(data).__name__}.")
    _require(names, dict.fromkeys([*present]), "data", others_allowed=True)
    return {name: data[name] for name in names}


def _by_name(values: Any, role: str) -> dict[str, Any]:
    if not isinstance(values, Mapping):
        raise DataError(f"{role}: give a mapping from names to numbers, not {values!r}.")
    return {_without_underscore(name_of(key)): value for key, value in values.items()}


def _without_underscore(name: str) -> str:
    """``lambda_`` is how Python code has to write the name ``lambda``."""
    return name[:-1] if name.endswith("_") and keyword.iskeyword(name[:-1]) else name


def _require(names: list[str], given: Mapping[str, Any], role: str, others_allowed: bool = False) -> None:
    missing = [name for name in names if name not in given]
    if missing:
        raise DataError(
            f"{role}: no value for {', '.join(map(repr, missing))}; needed are {', '.join(names) or 'none'}."
        )
    unknown = [name for name in given if name not in names]
    if unknown and not others_allowed:
        raise DataError(
            f"{role}: {unknown[0]!r} is not one of {', '.join(names) or 'the symbols (there are none)'}."
        )


def _fractions_or_floats(name: str, array: Any) -> Any:
    if all(isinstance(value, Rational) for value in array.flat):
        return np.frompyfunc(_fraction, 1, 1)(array).astype(object)
    try:
        return array.astype(float)
    except (TypeError, ValueError):
        raise DataError(f"the data {name!r} are not numeric.") from None


def _is_whole(value: Any) -> bool:
    """Whether numbers are fractions, or floats without a fractional part."""
    return all(
        isinstance(number, Rational) or float(number).is_integer() for number in np.asarray(value).flat
    )


def _fraction(value: Any) -> Fraction:
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    return Fraction(int(value))
