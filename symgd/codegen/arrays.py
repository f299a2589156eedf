"""Index notation as NumPy expressions: x_i is the array ``x``, Σ_i is ``np.sum``, (1/n) Σ_i is ``np.mean``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp
from sympy import Expr, S, Sum

from symgd.codegen.functions import NUMPY
from symgd.codegen.stable import Mean
from symgd.errors import CompilationError
from symgd.notation.algebra import factors, has_minus, multiply, power, terms
from symgd.notation.indices import SAMPLE, SAMPLES

# Precedence of what an expression's text ends up as.
ADD, MULTIPLY, POWER, ATOM = 1, 2, 3, 4


class ArrayWriter:
    """Writes expressions as NumPy source; *names* gives the variable of each leaf or shared sub-expression."""

    def __init__(self, names: Mapping[Any, str]) -> None:
        self._names = names

    def write(self, expr: Expr) -> str:
        """The source text of *expr*."""
        return self._text(expr)[0]

    def _text(self, expr: Any) -> tuple[str, int]:
        if expr in self._names:
            return self._names[expr], ATOM
        for kind, write in _NODES:
            if isinstance(expr, kind):
                return write(self, expr)
        if expr.func in NUMPY:
            text = NUMPY[expr.func].format(*map(self.write, expr.args))
            return text, MULTIPLY if text.startswith("1 /") else ATOM
        raise CompilationError(f"{expr} has no NumPy form: write it with functions that have one.")

    def _within(self, expr: Any, least: int) -> str:
        """The text of *expr*, in parentheses if it binds less than *least*."""
        text, precedence = self._text(expr)
        return text if precedence >= least else f"({text})"

    def _number(self, expr: Any) -> tuple[str, int]:
        if expr.is_Integer:
            return str(expr), ATOM if expr >= 0 else ADD
        if expr.is_Rational:
            return f"{expr.p} / {expr.q}", MULTIPLY if expr.p > 0 else ADD
        if expr is S.Infinity or expr is S.NegativeInfinity:
            return ("np.inf", ATOM) if expr is S.Infinity else ("-np.inf", ADD)
        return repr(float(expr)), ATOM if expr >= 0 else ADD

    def _add(self, expr: Any) -> tuple[str, int]:
        text = ""
        for term in terms(expr):
            minus = has_minus(term)
            size = self._within(multiply(S.NegativeOne, term) if minus else term, MULTIPLY)
            sign = (" - " if minus else " + ") if text else ("-" if minus else "")
            text += sign + size
        return text, ADD

    def _multiply(self, expr: Any) -> tuple[str, int]:
        if has_minus(expr):
            return "-" + self._within(multiply(S.NegativeOne, expr), MULTIPLY), ADD
        above, below = _fraction(expr)
        text = " * ".join(self._within(f, MULTIPLY) for f in above) or "1"
        if below:
            # A quotient divides by one factor, or by a product in parentheses.
            over = [self._within(f, POWER if len(below) == 1 else MULTIPLY) for f in below]
            text += f" / {over[0]}" if len(over) == 1 else f" / ({' * '.join(over)})"
        return text, MULTIPLY

    def _power(self, expr: Any) -> tuple[str, int]:
        base, exponent = expr.base, expr.exp
        if exponent == S.Half:
            return f"np.sqrt({self.write(base)})", ATOM
        if exponent.is_Number and exponent.is_negative:
            return f"1 / {self._within(power(base, -exponent), POWER)}", MULTIPLY
        if exponent.is_integer:
            text = self._within(base, ATOM)
            sign = "**" if text.isidentifier() else " ** "
            return f"{text}{sign}{self._within(exponent, ATOM)}", POWER
        return f"np.power({self.write(base)}, {self.write(exponent)})", ATOM

    def _sum(self, expr: Any) -> tuple[str, int]:
        if SAMPLE not in expr.function.free_symbols:
            return self._text(multiply(SAMPLES, expr.function))
        return f"np.sum({self.write(expr.function)})", ATOM

    def _mean(self, expr: Any) -> tuple[str, int]:
        return f"np.mean({self.write(expr.args[0])})", ATOM

    def _floor(self, expr: Any) -> tuple[str, int]:
        above, below = _fraction(expr.args[0])
        if not below:
            return f"np.floor({self.write(expr.args[0])})", ATOM
        return (
            f"{self._within(multiply(*above), MULTIPLY)} // {self._within(multiply(*below), POWER)}",
            MULTIPLY,
        )

    def _choose(self, expr: Any) -> tuple[str, int]:
        text = self.write(expr.args[-1][0])
        if expr.args[-1][1] is not S.true:
            text = f"np.where({self.condition(expr.args[-1][1])}, {text}, np.nan)"
        for piece, where in reversed(expr.args[:-1]):
            text = f"np.where({self.condition(where)}, {self.write(piece)}, {text})"
        return text, ATOM

    def _extremum(self, expr: Any) -> tuple[str, int]:
        name = "np.maximum" if isinstance(expr, sp.Max) else "np.minimum"
        text = self.write(expr.args[0])
        for arg in expr.args[1:]:
            text = f"{name}({text}, {self.write(arg)})"
        return text, ATOM

    def condition(self, where: Any) -> str:
        """The source text of a condition on arrays."""
        if isinstance(where, sp.And | sp.Or):
            sign = " & " if isinstance(where, sp.And) else " | "
            return sign.join(f"({self.condition(part)})" for part in where.args)
        if isinstance(where, sp.Not):
            return f"~({self.condition(where.args[0])})"
        if where.func not in _RELATIONS:
            raise CompilationError(f"the condition {where} has no NumPy form.")
        left, right = (self._within(side, ADD) for side in where.args)
        return f"{left} {_RELATIONS[where.func]} {right}"


def _fraction(expr: Any) -> tuple[list[Any], list[Any]]:
    """The factors of the numerator and of the denominator."""
    above: list[Any] = []
    below: list[Any] = []
    for factor in factors(expr):
        if factor.is_Rational:
            above += [sp.Integer(factor.p)] * (factor.p != 1)
            below += [sp.Integer(factor.q)] * (factor.q != 1)
        elif factor.is_Pow and factor.exp.is_Number and factor.exp.is_negative:
            below.append(power(factor.base, -factor.exp))
        else:
            above.append(factor)
    return above, below


_NODES: tuple[tuple[Any, Callable[[ArrayWriter, Any], tuple[str, int]]], ...] = (
    (sp.Number, ArrayWriter._number),
    (sp.NumberSymbol, lambda _, expr: (f"np.{'e' if expr is S.Exp1 else str(expr)}", ATOM)),
    (sp.Add, ArrayWriter._add),
    (sp.Mul, ArrayWriter._multiply),
    (sp.Pow, ArrayWriter._power),
    (Sum, ArrayWriter._sum),
    (Mean, ArrayWriter._mean),
    (sp.floor, ArrayWriter._floor),
    (sp.Piecewise, ArrayWriter._choose),
    (sp.Max, ArrayWriter._extremum),
    (sp.Min, ArrayWriter._extremum),
)

_RELATIONS = {sp.Gt: ">", sp.Ge: ">=", sp.Lt: "<", sp.Le: "<=", sp.Eq: "==", sp.Ne: "!="}
