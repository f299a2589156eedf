"""The value of any expression of a problem's symbols, computed by generated code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from sympy import Expr, Symbol
from sympy.core.sympify import SympifyError, _sympify
from sympy.tensor.indexed import Indexed

from symgd.codegen.loading import load
from symgd.codegen.module import expression_source
from symgd.codegen.precision import answers_in_fractions, exactly, floats, precision
from symgd.codegen.sizes import sources
from symgd.errors import NotationError
from symgd.notation.adoption import adopt
from symgd.notation.indices import Count, Named
from symgd.notation.intake import as_written
from symgd.notation.intermediates import in_order
from symgd.notation.mapping import name_of
from symgd.notation.problem import Problem
from symgd.notation.symbols import Constant, Data, Element, Parameter, whole


def posed(expr: Any, problem: Problem) -> Problem:
    """An expression as a problem of its own; symbols made elsewhere have the roles that *problem* gives their names.

    Raises NotationError for what is no expression, and for a symbol without a role.
    """
    try:
        expression = _sympify(expr)
        expression = as_written(adopt(expression, _roles(expression, problem)))
    except (SympifyError, AttributeError):
        raise NotationError(f"{expr!r} is not an expression of the symbols of the loss.") from None
    unknown = [s for s in expression.free_symbols if isinstance(s, Symbol) and not isinstance(s, Named)]
    if unknown:
        raise NotationError(f"{expression} holds the symbol {unknown[0]}, which the loss does not contain.")
    lets = in_order(expression)
    parts = (*(name.definition for name in lets), expression)
    parameters, data, constants = (_leaves(parts, kind) for kind in (Parameter, Data, Constant))
    missing = {count for part in parts for count in part.atoms(Count)} - {
        size for size, *_ in sources((*parameters, *data, *constants))
    }
    parameters, data, constants = (
        known + tuple(_sized(listed, missing))
        for known, listed in (
            (parameters, problem.parameters),
            (data, problem.data),
            (constants, problem.constants),
        )
    )
    return Problem(expression, parameters, data, constants, lets)


def value_of(problem: Problem, values: Mapping[str, Any]) -> Any:
    """The value of a problem's expression: a number, or an array with an axis for each index, the samples first.

    *values* holds numbers and arrays by name. Fractions stay exact where the expression has a value among them.
    """
    function = load(expression_source(problem))["evaluate"]
    bound = exactly(
        {name_of(symbol): values[name_of(symbol)] for symbol in problem.leaves}, single=problem.has_arrays
    )
    with np.errstate(all="ignore"):
        if not answers_in_fractions(function, bound.values()):
            bound = floats(bound, precision(bound.values()))
        value = function(*bound.values())
    return np.array(value) if isinstance(value, np.ndarray) else _plain(value)


def _plain(value: Any) -> Any:
    """A NumPy number as a Python number; fractions as they are."""
    return value.item() if isinstance(value, np.generic) else value


def _leaves(parts: Iterable[Expr], kind: Any) -> tuple[Any, ...]:
    """The symbols of a role, those with a shape at the placeholders of their axes."""
    found = {leaf.label for part in parts for leaf in part.atoms(Element)}
    found |= {leaf for part in parts for leaf in part.atoms(Parameter, Constant)}
    return tuple(sorted((whole(label) for label in found if isinstance(label, kind)), key=name_of))


def _sized(symbols: Iterable[Any], missing: set[Any]) -> Iterable[Any]:
    """Those symbols that are needed for the sizes of axes alone."""
    for symbol in symbols:
        own = {size for size, *_ in sources([symbol])} & missing
        missing -= own
        if own:
            yield symbol


def _roles(expression: Expr, problem: Problem) -> dict[Any, tuple[Any, ...]]:
    """The symbols of *expression* without a role, each under that of the symbol of *problem* with its name."""
    known = {Parameter: problem.parameters, Data: problem.data, Constant: problem.constants}
    indexed = {leaf for leaf in expression.atoms(Indexed) if not isinstance(leaf, Element)}
    labels = {leaf.base.label for leaf in indexed}
    plain = {symbol for symbol in expression.atoms(Symbol) - labels if not isinstance(symbol, Named)}
    names = {(leaf.base.label if isinstance(leaf, Indexed) else leaf).name: leaf for leaf in indexed | plain}
    return {
        role: tuple(names[n] for n in map(name_of, symbols) if n in names) for role, symbols in known.items()
    }
