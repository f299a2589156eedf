"""The value of any expression of a problem's symbols, computed by generated code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from sympy import Expr, Symbol
from sympy.core.sympify import SympifyError, _sympify
from sympy.tensor.indexed import Indexed

from symgd.codegen.binding import answers_in_fractions, exactly, floats
from symgd.codegen.module import expression_source
from symgd.codegen.program import load
from symgd.errors import NotationError
from symgd.notation.adoption import adopt
from symgd.notation.indices import SAMPLE, SAMPLES, Named
from symgd.notation.intake import as_written
from symgd.notation.intermediates import in_order
from symgd.notation.mapping import name_of
from symgd.notation.problem import Problem
from symgd.notation.symbols import Constant, Data, Entry, Parameter


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
    parameters, data, constants = (_leaves(parts, kind) for kind in (Parameter, Entry, Constant))
    if SAMPLES in expression.free_symbols:
        data = data or problem.data
    return Problem(expression, parameters, data, constants, lets)


def value_of(problem: Problem, values: Mapping[str, Any]) -> Any:
    """The value of a problem's expression: a number, or an array with one for each sample.

    *values* holds numbers and arrays by name. Fractions stay exact where the expression has a value among them.
    """
    function = load(expression_source(problem))["evaluate"]
    bound = exactly({name_of(symbol): values[name_of(symbol)] for symbol in problem.leaves})
    with np.errstate(all="ignore"):
        if not answers_in_fractions(function, bound.values()):
            bound = floats(bound)
        value = function(*bound.values())
    if SAMPLE not in problem.loss.free_symbols:
        return value.item() if isinstance(value, np.generic) else value
    return np.broadcast_to(value, bound[name_of(problem.data[0])].shape).copy()


def _leaves(parts: Iterable[Expr], kind: Any) -> tuple[Any, ...]:
    return tuple(sorted({leaf for part in parts for leaf in part.atoms(kind)}, key=name_of))


def _roles(expression: Expr, problem: Problem) -> dict[Any, tuple[Any, ...]]:
    """The symbols of *expression* without a role, each under that of the symbol of *problem* with its name."""
    known = {Parameter: problem.parameters, Data: problem.data, Constant: problem.constants}
    indexed = {leaf for leaf in expression.atoms(Indexed) if not isinstance(leaf, Entry)}
    labels = {leaf.base.label for leaf in indexed}
    plain = {symbol for symbol in expression.atoms(Symbol) - labels if not isinstance(symbol, Named)}
    names = {(leaf.base.label if isinstance(leaf, Indexed) else leaf).name: leaf for leaf in indexed | plain}
    return {
        role: tuple(names[n] for n in map(name_of, symbols) if n in names) for role, symbols in known.items()
    }
