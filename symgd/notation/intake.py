"""Expressions from elsewhere, brought into symgd's notation.

SymPy has sorted the terms of a plain ``Add`` already, so the author's order is gone; :func:`as_written` puts
them in the order of a textbook: numbers first, then what the parameters multiply, then the data.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sympy import Add, Expr, Mul, Piecewise, Pow, Sum
from sympy.core.sympify import SympifyError, _sympify
from sympy.functions.elementary.piecewise import ExprCondPair

from symgd.errors import NotationError
from symgd.notation.algebra import OrderedPiecewise, OrderedPow, OrderedSum, Piece, add, has_minus, multiply
from symgd.notation.symbols import Entry, Parameter


def as_expression(value: Any, needed_by: str) -> Any:
    """*value* as a SymPy expression. Text is not read as mathematics: SymPy's parser would run it as code."""
    try:
        found = _sympify(value)
    except SympifyError:
        found = None
    if not isinstance(found, Expr) or found.is_Matrix:
        raise NotationError(f"{needed_by} needs an expression, not {value!r}.")
    return found


def as_written(expr: Any) -> Any:
    """*expr* with every plain SymPy sum, product, power and piecewise expression turned into an ordered one."""

    @cache
    def visit(node: Any) -> Any:
        if not node.args:
            return node
        args = tuple(map(visit, node.args))
        if type(node) is Add:
            return add(*sorted(args, key=_textbook_order))
        if type(node) is Mul:
            return multiply(*args)
        if type(node) is Pow:
            return OrderedPow(*args)
        if type(node) is Sum:
            return OrderedSum(*args)
        if type(node) is Piecewise:
            return OrderedPiecewise(*args)
        if type(node) is ExprCondPair:
            return Piece(*args)
        return node if args == node.args else node.func(*args)

    return visit(expr)


def _textbook_order(term: Expr) -> tuple[bool, bool, bool]:
    number_first = not (term.is_Number and term.is_positive)
    without_parameter = not term.has(Parameter)
    return number_first, without_parameter and has_minus(term), not term.has(Entry)
