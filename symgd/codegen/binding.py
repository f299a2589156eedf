"""Values for the symbols of a loss: checked before anything runs, and brought into arrays."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Mapping
from typing import Any

from symgd.codegen.precision import answers_in_fractions, exactly, floats
from symgd.codegen.sizes import agreed, sizes_of
from symgd.codegen.values import as_scalar, check_finite, samples_of, value_of_symbol
from symgd.errors import DataError
from symgd.notation.mapping import name_of
from symgd.notation.problem import Problem

__all__ = [
    "answers_in_fractions",
    "as_scalar",
    "bind",
    "bind_data",
    "bind_scalars",
    "bind_values",
    "check_data",
    "check_lengths",
    "columns_of",
    "exactly",
    "floats",
    "sizes_of",
]


def bind_data(problem: Problem, data: Any, finite: bool = True) -> dict[str, Any]:
    """The data of a problem by name, as arrays of equal length, the samples along the first axis.

    *data* is a mapping from names or symbols to sequences, or a dataframe with columns of those names. Fractions
    stay exact. Raises DataError for what is missing, unknown, empty, not numeric, not finite, not of the shape that
    its symbol declares, or not as long as the rest. Unless *finite*, it is left to :func:`check_data` to look at each
    number.
    """
    names = [name_of(symbol) for symbol in problem.data]
    given = columns_of(names, data)
    arrays = {name_of(symbol): samples_of(symbol, given[name_of(symbol)]) for symbol in problem.data}
    if finite:
        check_data(arrays)
    check_lengths(arrays)
    agreed(problem.data, arrays)
    return arrays


def check_data(arrays: Mapping[str, Any]) -> None:
    """DataError unless all numbers of the data are finite."""
    for name, array in arrays.items():
        check_finite(f"the data {name!r}", array)


def check_lengths(arrays: Mapping[str, Any]) -> None:
    """DataError unless all arrays have as many samples."""
    lengths = {name: len(values) for name, values in arrays.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise DataError(f"the data differ in length: {listed} values. Give one value of each per sample.")


def bind_values(symbols: Iterable[Any], values: Any, role: str) -> dict[str, Any]:
    """The value of each symbol by name, a finite number or an array of the shape that the symbol declares.

    *role* says in errors what the values are.
    """
    symbols = tuple(symbols)
    given = _by_name(values or {}, role)
    _require([name_of(symbol) for symbol in symbols], given, role)
    bound = {name_of(symbol): value_of_symbol(symbol, given[name_of(symbol)], role) for symbol in symbols}
    agreed(symbols, bound)
    return bound


bind_scalars = bind_values


def bind(problem: Problem, values: Mapping[Any, Any]) -> dict[str, Any]:
    """Values for parameters, data and constants together, each checked for its role, all in one precision."""
    given = _by_name(values, "the values")
    _require([name_of(symbol) for symbol in problem.leaves], given, "the values")

    def of(symbols: Iterable[Any]) -> dict[str, Any]:
        return {name_of(symbol): given[name_of(symbol)] for symbol in symbols}

    bound = {
        **bind_values(problem.parameters, of(problem.parameters), "parameters"),
        **bind_data(problem, of(problem.data)),
        **bind_values(problem.constants, of(problem.constants), "constants"),
    }
    sizes_of(problem, bound)
    return exactly(bound, single=problem.has_arrays)


def columns_of(names: list[str], data: Any) -> dict[str, Any]:
    """The column of each name, from a mapping or a dataframe; DataError for what is missing or unknown."""
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
