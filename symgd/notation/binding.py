"""How tightly each part of a formula binds, from which follows where parentheses stand."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import sympy as sp
from sympy import Derivative, Rational, Sum
from sympy.printing.precedence import PRECEDENCE, precedence

from symgd.notation.functions import log_cosh
from symgd.notation.intermediates import Adjoint
from symgd.notation.products import inverse, is_letter, product, shown

ADD, MUL, POW, ATOM = (PRECEDENCE[name] for name in ("Add", "Mul", "Pow", "Atom"))

# Functions written before their argument, log z: their names in text and LaTeX, and whether sin²z is usual.
PREFIX = MappingProxyType(
    {
        sp.log: ("log", r"\log", True),
        log_cosh: ("log cosh", r"\log\cosh", False),
        sp.sin: ("sin", r"\sin", True),
        sp.cos: ("cos", r"\cos", True),
        sp.tan: ("tan", r"\tan", True),
        sp.sinh: ("sinh", r"\sinh", True),
        sp.cosh: ("cosh", r"\cosh", True),
        sp.tanh: ("tanh", r"\tanh", True),
        sp.cot: ("cot", r"\cot", True),
        sp.sec: ("sec", r"\sec", True),
        sp.csc: ("csc", r"\csc", True),
        sp.coth: ("coth", r"\coth", True),
        sp.sech: ("sech", r"\operatorname{sech}", True),
        sp.asin: ("arcsin", r"\arcsin", False),
        sp.acos: ("arccos", r"\arccos", False),
        sp.atan: ("arctan", r"\arctan", False),
        sp.asinh: ("arsinh", r"\operatorname{arsinh}", False),
        sp.acosh: ("arcosh", r"\operatorname{arcosh}", False),
        sp.atanh: ("artanh", r"\operatorname{artanh}", False),
    }
)


def is_prefix(expr: Any) -> bool:
    """Whether *expr* is written as a name before its argument: log z, or sin² z."""
    if type(expr) in PREFIX:
        return True
    squared = isinstance(expr, sp.Pow) and expr.exp.is_Integer and expr.exp.is_positive
    return squared and type(expr.base) in PREFIX and PREFIX[type(expr.base)][2]


def binding_of(expr: Any) -> int:
    """How tightly *expr* binds, in SymPy's numbers.

    >>> from symgd.notation.symbols import parameters
    >>> w, b = parameters("w b")
    >>> binding_of(w + b) < binding_of(w * b) < binding_of(w**2) < binding_of(w)
    True
    """
    expr = shown(expr)
    if isinstance(expr, sp.Add):
        return ADD
    if isinstance(expr, sp.Mul | sp.Number):
        return _of_product(expr)
    if isinstance(expr, Sum | sp.Piecewise) or is_prefix(expr) or inverse(expr):
        return MUL
    if isinstance(expr, Derivative):
        return POW if is_letter(expr.expr) else MUL
    if isinstance(expr, Adjoint | sp.exp):
        return POW
    root = isinstance(expr, sp.Pow) and expr.exp == Rational(1, 2)
    return ATOM if root else precedence(expr)


def _of_product(expr: Any) -> int:
    if product(expr).negative:
        return ADD
    if isinstance(expr, sp.Float):
        return POW if "e" in repr(float(expr)) else ATOM
    return ATOM if expr.is_Integer else MUL
