"""Index notation as NumPy expressions: x_i is the array ``x``, Σ_i is ``np.sum``, Σ_k W_jk x_ik is ``x @ W.T``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sympy as sp
from sympy import Expr, S, Sum
from sympy.logic.boolalg import Boolean

from symgd.codegen.conditions import condition
from symgd.codegen.contraction import contracted, reduction
from symgd.codegen.functions import NUMPY
from symgd.codegen.means import Mean
from symgd.codegen.scope import Scope, diagonal
from symgd.codegen.sums import Opened, opened
from symgd.codegen.written import ADD, ATOM, MATMUL, MULTIPLY, POWER, Axes, Written, aligned, joint
from symgd.errors import CompilationError
from symgd.notation.algebra import add, factors, has_minus, multiply, power, terms
from symgd.notation.deltas import Delta
from symgd.notation.extremes import LogSumExp, Softmax
from symgd.notation.indices import SAMPLE, Count, Index

Wanted = Sequence[Index]


class ArrayWriter:
    """Writes expressions as NumPy source; *scope* knows the variables of symbols and shared sub-expressions."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def write(self, expr: Expr, axes: Axes = ()) -> str:
        """The source text of *expr*, its array broadcast to these axes in this order."""
        return aligned(self.written(expr, axes), axes).text

    def written(self, expr: Any, wanted: Wanted = ()) -> Written:
        """The source of *expr*, with the axes that its array has: in the order wanted, where that costs nothing."""
        held = self._scope.find(expr)
        if held is not None:
            return held
        for kind, write in _NODES:
            if isinstance(expr, kind):
                return write(self, expr, wanted)
        if expr.func in NUMPY:
            return self._function(expr, wanted)
        raise CompilationError(f"{expr} has no NumPy form: write it with functions that have one.")

    def together(self, parts: Sequence[Any], wanted: Wanted) -> tuple[list[Written], Axes]:
        """The sources of what is combined entry by entry, aligned, and their axes."""
        found = [self.written(part, wanted) for part in parts]
        axes = joint(found, wanted)
        return [aligned(part, axes) for part in found], axes

    def _function(self, expr: Any, wanted: Wanted) -> Written:
        args, axes = self.together(expr.args, wanted)
        text = NUMPY[expr.func].format(*(arg.text for arg in args))
        if self._scope.source and not axes and _is_count(expr):
            return Written(f"float({text})")  # NumPy's own numbers would make single precision double.
        return Written(text, MULTIPLY if text.startswith("1 /") else ATOM, axes)

    def _number(self, expr: Any, _: Wanted) -> Written:
        if expr.is_Integer:
            return Written(str(expr), ATOM if expr >= 0 else ADD)
        if expr.is_Rational:
            return Written(f"{expr.p} / {expr.q}", MULTIPLY if expr.p > 0 else ADD)
        if expr is S.Infinity or expr is S.NegativeInfinity:
            return Written("np.inf") if expr is S.Infinity else Written("-np.inf", ADD)
        return Written(repr(float(expr)), ATOM if expr >= 0 else ADD)

    def _add(self, expr: Any, wanted: Wanted) -> Written:
        listed = terms(expr)
        minus = [has_minus(term) for term in listed]
        sizes = [multiply(S.NegativeOne, t) if m else t for t, m in zip(listed, minus, strict=True)]
        parts, axes = self.together(sizes, wanted)
        text = ""
        for part, negative in zip(parts, minus, strict=True):
            sign = (" - " if negative else " + ") if text else ("-" if negative else "")
            text += sign + part.within(MATMUL)
        return Written(text, ADD, axes)

    def _multiply(self, expr: Any, wanted: Wanted) -> Written:
        if has_minus(expr):
            positive = self.written(multiply(S.NegativeOne, expr), wanted)
            return Written("-" + positive.within(MULTIPLY), ADD, positive.axes)
        above, below = _fraction(expr)
        parts, axes = self.together([*above, *below], wanted)
        text = " * ".join(part.within(MULTIPLY) for part in parts[: len(above)]) or "1"
        if below:
            # A quotient divides by one factor, or by a product in parentheses.
            over = [part.within(POWER if len(below) == 1 else MULTIPLY) for part in parts[len(above) :]]
            text += f" / {over[0]}" if len(over) == 1 else f" / ({' * '.join(over)})"
        return Written(text, MULTIPLY, axes)

    def _power(self, expr: Any, wanted: Wanted) -> Written:
        base, exponent = expr.base, expr.exp
        (under, above), axes = self.together((base, exponent), wanted)
        if exponent == S.Half:
            plain = self._scope.source and _is_count(base)
            return (
                Written(f"{under.within(ATOM)}**0.5", POWER)
                if plain
                else Written(f"np.sqrt({under.text})", ATOM, axes)
            )
        if exponent.is_Number and exponent.is_negative:
            below = self.written(power(base, -exponent), wanted)
            return Written(f"1 / {below.within(POWER)}", MULTIPLY, below.axes)
        if exponent.is_integer:
            text = under.within(ATOM)
            sign = "**" if text.isidentifier() else " ** "
            return Written(f"{text}{sign}{above.within(ATOM)}", POWER, axes)
        return Written(f"np.power({under.text}, {above.text})", ATOM, axes)

    def _sum(self, expr: Any, wanted: Wanted) -> Written:
        total = opened(expr, lambda inner: self._scope.find(inner) is not None)
        if total.over_samples and list(total.sizes) == [SAMPLE] and SAMPLE in total.body.free_symbols:
            return reduction(self.written(total.body), [SAMPLE], "np.sum")
        absent = [size for index, size in total.sizes.items() if index not in total.body.free_symbols]
        apart = [*absent, *total.outside()]
        if apart:
            inside = Opened(multiply(*total.groups()), total.present())
            return self.written(multiply(*apart, inside.around(inside.body)), wanted)
        return self._contraction(total, wanted)

    def _contraction(self, total: Opened, wanted: Wanted) -> Written:
        """A sum of one product, each factor of which depends on what is summed over."""
        groups = total.groups()
        wanted = (*wanted, *(index for index in self._scope.natural(total.body) if index not in wanted))
        operands = total.row_by_row() if len(groups) == 1 else groups
        if len(operands) == 1:
            return reduction(self.written(operands[0], wanted), total.sizes, "np.sum")
        return contracted([self.written(operand) for operand in operands], total.sizes, wanted)

    def _mean(self, expr: Any, wanted: Wanted) -> Written:
        values, over = self.written(expr.function, wanted), expr.args[1][0]
        return reduction(values, [over], "mean" if values.axes == (over,) else "np.mean")

    def _floor(self, expr: Any, wanted: Wanted) -> Written:
        above, below = _fraction(expr.args[0])
        if not below:
            inside = self.written(expr.args[0], wanted)
            return Written(f"np.floor({inside.text})", ATOM, inside.axes)
        (left, right), axes = self.together((multiply(*above), multiply(*below)), wanted)
        return Written(f"{left.within(MULTIPLY)} // {right.within(POWER)}", MULTIPLY, axes)

    def _choose(self, expr: Any, wanted: Wanted) -> Written:
        parts, axes = self.together([part for piece in expr.args for part in piece.args], wanted)
        *pieces, (last, where) = [
            (value.text, where.text) for value, where in zip(parts[::2], parts[1::2], strict=True)
        ]
        text = last if expr.args[-1][1] is S.true else f"np.where({where}, {last}, np.nan)"
        for piece, where in reversed(pieces):
            text = f"np.where({where}, {piece}, {text})"
        if self._scope.source and all(_is_count(piece) for piece, _ in expr.args):
            text += f".astype({self._scope.source}.dtype)"  # Numbers alone would be double.
        return Written(text, ATOM, axes)

    def _extremum(self, expr: Any, wanted: Wanted) -> Written:
        name = "np.maximum" if isinstance(expr, sp.Max) else "np.minimum"
        parts, axes = self.together(expr.args, wanted)
        text = parts[0].text
        for part in parts[1:]:
            text = f"{name}({text}, {part.text})"
        return Written(text, ATOM, axes)

    def _over_axis(self, expr: Any, wanted: Wanted) -> Written:
        """Softmax and logsumexp of an array along one of its axes."""
        body = self.written(expr.function)
        if expr.index not in body.axes:
            count = expr.args[1][2]
            even = (
                power(count, S.NegativeOne)
                if isinstance(expr, Softmax)
                else add(expr.function, sp.log(count))
            )
            return self.written(even, wanted)
        place = body.axes.index(expr.index)
        name = "softmax" if isinstance(expr, Softmax) else "logsumexp"
        at = (expr.at,) if isinstance(expr, Softmax) else ()
        axes = (*body.axes[:place], *at, *body.axes[place + 1 :])
        return diagonal(Written(f"{name}({body.text}, axis={place})", ATOM, axes))

    def _delta(self, expr: Any, wanted: Wanted) -> Written:
        size = self.written(expr.size, wanted).text
        kind = f", dtype={self._scope.source}.dtype" if self._scope.source else ""
        return Written(f"np.eye({size}{kind})", ATOM, expr.args[:2])


def _is_count(expr: Any) -> bool:
    """Whether a value is made of numbers and sizes alone."""
    return all(isinstance(symbol, Count) for symbol in expr.free_symbols)


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


_NAMED = {S.Exp1: "np.e", S.Pi: "np.pi"}

_NODES: tuple[tuple[Any, Callable[[ArrayWriter, Any, Wanted], Written]], ...] = (
    (Boolean, condition),
    (sp.Number, ArrayWriter._number),
    (sp.NumberSymbol, lambda _, expr, __: Written(_NAMED.get(expr) or repr(float(expr)))),
    (sp.Add, ArrayWriter._add),
    (sp.Mul, ArrayWriter._multiply),
    (sp.Pow, ArrayWriter._power),
    (Mean, ArrayWriter._mean),
    (Sum, ArrayWriter._sum),
    (Softmax, ArrayWriter._over_axis),
    (LogSumExp, ArrayWriter._over_axis),
    (Delta, ArrayWriter._delta),
    (sp.floor, ArrayWriter._floor),
    (sp.Piecewise, ArrayWriter._choose),
    (sp.Max, ArrayWriter._extremum),
    (sp.Min, ArrayWriter._extremum),
)
