"""Index notation as expressions of numbers: what the array writer does to arrays, at one place of the open loops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp
from sympy import Basic, S
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from symgd.codegen.arrays import ArrayWriter, Wanted
from symgd.codegen.loops.functions import NUMBERS
from symgd.codegen.loops.scope import LoopScope
from symgd.codegen.written import ADD, ATOM, MULTIPLY, POWER, Axes, Written
from symgd.errors import CompilationError
from symgd.notation.algebra import power

_RELATIONS = {sp.Gt: ">", sp.Ge: ">=", sp.Lt: "<", sp.Le: "<=", sp.Eq: "==", sp.Ne: "!="}
# An expression of this kind stands in parentheses inside any other.
_CHOICE = ADD - 1
_CONNECTED = {sp.And: " and ", sp.Or: " or "}


class LoopWriter(ArrayWriter):
    """Writes expressions of numbers; *scope* knows the variables, and the letters of the loops that are open."""

    def __init__(self, scope: LoopScope) -> None:
        super().__init__(scope)  # type: ignore[arg-type]

    def written(self, expr: Any, wanted: Wanted = ()) -> Written:
        """The source of *expr*: no value has axes here."""
        held = self._scope.find(expr)
        if held is not None:
            return held
        for kind, write in _NODES:
            if isinstance(expr, kind):
                return write(self, expr)
        if expr.func in NUMBERS:
            return self._named(expr)
        return super().written(expr, wanted)

    def together(self, parts: Sequence[Any], wanted: Wanted) -> tuple[list[Written], Axes]:
        """The sources of what is combined: numbers need no aligning."""
        return [self.written(part, wanted) for part in parts], ()

    def _named(self, expr: Any) -> Written:
        pattern = NUMBERS[expr.func]
        if pattern is None:
            raise CompilationError(f"{expr} has no form that Numba compiles: it is computed by whole arrays.")
        text = pattern.format(*(self.written(arg).text for arg in expr.args))
        return Written(text, MULTIPLY if text.startswith("1 /") else ATOM)

    def _raised(self, expr: Any) -> Written:
        base, exponent = expr.base, expr.exp
        if exponent == S.Half:
            return Written(f"np.sqrt({self.written(base).text})")
        if exponent.is_Number and exponent.is_negative:
            return Written(f"1 / {self.written(power(base, -exponent)).within(POWER)}", MULTIPLY)
        text = self.written(base).within(ATOM)
        sign = "**" if text.isidentifier() else " ** "
        return Written(f"{text}{sign}{self.written(exponent).within(ATOM)}", POWER)

    def _chosen(self, expr: Any) -> Written:
        *pieces, (last, where) = expr.args
        found = self.written(last)
        if where is not S.true:
            found = Written(f"{found.within(ADD)} if {self.condition(where)} else np.nan", _CHOICE)
        for piece, where in reversed(pieces):
            either = self.written(piece).within(ADD)
            found = Written(f"{either} if {self.condition(where)} else {found.within(ADD)}", _CHOICE)
        return found

    def condition(self, where: Basic) -> str:
        """The source of a condition."""
        if isinstance(where, Relational) and where.func in _RELATIONS:
            left, right = (self.written(part).within(ADD) for part in where.args)
            return f"{left} {_RELATIONS[where.func]} {right}"
        if where.func is sp.Not:
            return f"not ({self.condition(where.args[0])})"
        if where.func in _CONNECTED:
            return _CONNECTED[where.func].join(f"({self.condition(part)})" for part in where.args)
        if where in (S.true, S.false):
            return str(bool(where))
        raise CompilationError(f"the condition {where} has no form that Numba compiles.")

    def _extreme(self, expr: Any) -> Written:
        name = "larger" if isinstance(expr, sp.Max) else "smaller"
        first, *rest = (self.written(part).text for part in expr.args)
        for part in rest:
            first = f"{name}({first}, {part})"
        return Written(first)

    def _unheld(self, expr: Any) -> Written:
        raise CompilationError(f"{expr} is a sum that no loop holds.")


_NODES: tuple[tuple[Any, Any], ...] = (
    (sp.Pow, LoopWriter._raised),
    (sp.Sum, LoopWriter._unheld),
    (sp.Piecewise, LoopWriter._chosen),
    ((sp.Max, sp.Min), LoopWriter._extreme),
    (Boolean, lambda writer, expr: Written(writer.condition(expr), _CHOICE)),
)
