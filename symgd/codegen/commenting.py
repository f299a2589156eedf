"""Formulas beside the lines of code that compute them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import Expr, Symbol

from symgd.notation.intermediates import Adjoint, Let
from symgd.notation.problem import Problem
from symgd.notation.text import text

_WIDEST = 110
LOSS = Symbol("L")


# A module tells its formulas at its head and in its functions.
@lru_cache(maxsize=256)
def equation(problem: Problem, name: Any, value: Expr) -> str:
    """``name = value``, the indices lettered as everywhere in this problem.

    >>> import symgd as sg
    >>> loss = sg.derive(sg.sum(sg.parameters("w", shape=("d",)) ** 2))
    >>> equation(loss.problem, Symbol("L"), loss.loss)
    'L = Σⱼ wⱼ²'
    """
    letters = problem.lettering(name)
    return f"{text(name, letters)} = {text(value, letters)}"


def commented(problem: Problem, line: str, node: Any) -> str:
    """A line with the formula of the intermediate that it computes, if there is room for it.

    A problem of numbers alone reads as its code does: there only adjoints are told by name.
    """
    if not isinstance(node, Let) or not (problem.has_arrays or isinstance(node, Adjoint)):
        return line
    whole = f"{line}  # {equation(problem, node, node.definition)}"
    if problem.has_arrays and len(whole) <= _WIDEST:
        return whole
    return f"{line}  # {text(node, problem.lettering(node))}" if isinstance(node, Adjoint) else line
