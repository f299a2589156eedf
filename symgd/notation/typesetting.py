"""The grammar of a formula, which text and LaTeX share: what follows what, and what needs parentheses.

:class:`Typesetter` walks an expression in the author's order and leaves the look of each piece to a
:class:`~symgd.notation.typeface.Typeface`. What it has no method for, SymPy's own printers set.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

import sympy as sp
from sympy import Derivative, Expr, Rational, S
from sympy.core.function import AppliedUndef
from sympy.printing.precedence import PRECEDENCE

from symgd.notation.binding import MUL, POW, PREFIX, binding_of, is_prefix
from symgd.notation.functions import Elementary
from symgd.notation.intermediates import Adjoint, Let
from symgd.notation.letters import Lettering, Letters
from symgd.notation.products import Fraction, inverse, is_letter, product, shown, shown_terms
from symgd.notation.reindexing import reindexed
from symgd.notation.typeface import Typeface

_CALLED = MappingProxyType(
    {sp.Max: ("max", r"\max"), sp.Min: ("min", r"\min"), sp.sign: ("sgn", r"\operatorname{sgn}")}
)
_RELATIONS = MappingProxyType(
    {
        "==": ("=", "="),
        "!=": ("≠", r"\ne"),
        "<=": ("≤", r"\le"),
        ">=": ("≥", r"\ge"),
        "<": ("<", "<"),
        ">": (">", ">"),
    }
)


class Typesetter(Typeface):
    """The structure of a formula."""

    def __init__(self, lettering: Lettering | None = None) -> None:
        super().__init__()
        self.letters = Letters(lettering)

    def doprint(self, expr: Any) -> str:
        """The formula. Its indices get their letters here."""
        self.letters.meet(expr)
        return str(super().doprint(expr))

    def parenthesize(self, item: Any, level: int, is_neg: bool = False, strict: bool = False) -> str:
        """*item*, in parentheses where it binds less tightly than *level*: SymPy's printers call this too."""
        binding = binding_of(item)
        loose = binding < level or (binding == level and not strict)
        return self.grouped(self._print(item)) if loose else self._print(item)

    def factors(self, listed: Sequence[Expr], last: bool) -> list[str]:
        """The factors of a product; where another one follows, each is closed to the right."""
        if not listed:
            return []
        end = [self.parenthesize(listed[-1], MUL, strict=True)] if last else [self._closed(listed[-1])]
        return [*map(self._closed, listed[:-1]), *end]

    def _closed(self, factor: Expr) -> str:
        factor = shown(factor)
        base, exponent = factor.as_base_exp() if is_prefix(factor) else (factor, S.One)
        if type(base) in PREFIX:
            return self._prefix(base, exponent, bare=False)
        if isinstance(factor, Derivative) and binding_of(factor) == MUL:
            return self.grouped(self._print(factor), "[", "]")
        return self.parenthesize(factor, MUL)

    def _print(self, expr: Any, **settings: Any) -> str:
        if isinstance(expr, Let):
            return self._print_let(expr)
        expr = shown(expr)
        if is_prefix(expr):
            base, exponent = expr.as_base_exp()
            return self._prefix(base, exponent, bare=is_letter(base.args[0]))
        return super()._print(expr, **settings)

    def _prefix(self, expr: Expr, exponent: Expr, bare: bool) -> str:
        name = self.choose(*PREFIX[type(expr)][:2])
        name = name if exponent is S.One else self.power(name, exponent)
        argument = self._print(expr.args[0])
        return f"{name} {argument}" if bare else name + self.grouped(argument)

    def _print_let(self, leaf: Let) -> str:
        if isinstance(leaf, Adjoint):
            return self.derivative(self.name("L"), [leaf.of])
        return self.name(leaf.name, *map(self._print, leaf.indices))

    def _print_Symbol(self, expr: Any) -> str:
        return self.name(expr.name)

    def _print_Index(self, expr: Any) -> str:
        return self.name(self.letters.of(expr))

    def _print_Indexed(self, expr: Any) -> str:
        label = expr.base.args[0]
        if isinstance(label, Adjoint):
            at = dict(zip(label.indices, expr.indices, strict=True))
            return self.derivative(self.name("L"), [reindexed(label.of, at)])
        return self.name(label.name, *map(self._print, expr.indices))

    def _print_Delta(self, expr: Any) -> str:
        return self.name("delta", *map(self._print, expr.args[:2]))

    def _print_Integer(self, expr: Expr) -> str:
        return str(int(expr)).replace("-", self.choose("−", "-"))

    def _print_Float(self, expr: Expr) -> str:
        mantissa, _, exponent = repr(float(expr)).replace("-", self.choose("−", "-")).partition("e")
        if not exponent:
            return mantissa
        ten = self.power("10", S(int(exponent.replace("−", "-"))))
        return ten if mantissa == "1" else self.joined([mantissa, ten])

    def _print_Add(self, expr: Expr, order: Any = None) -> str:
        pieces: list[str] = []
        for term in shown_terms(expr):
            parts = product(term)
            sign = self.choose("−", "-") if parts.negative else "+"
            typeset = self._fractions(parts.fractions) if term.is_Mul or parts.negative else self._print(term)
            pieces += [f" {sign} " if pieces else sign.removeprefix("+"), typeset]
        return "".join(pieces)

    def _print_Mul(self, expr: Expr) -> str:
        parts = product(expr)
        return (self.choose("−", "-") if parts.negative else "") + self._fractions(parts.fractions)

    def _print_Rational(self, expr: Expr) -> str:
        return self._print_Mul(expr)

    _print_Half = _print_Rational
    _print_Zero = _print_One = _print_NegativeOne = _print_Integer

    def _fractions(self, parts: Sequence[Fraction]) -> str:
        pieces: list[str] = []
        for part in parts:
            if part.under:
                pieces.append(self.fraction(part, alone=len(parts) == 1))
            else:
                pieces += self.factors(part.over, last=part is parts[-1])
        return self.joined(pieces)

    def _print_Pow(self, expr: Expr, rational: bool = False) -> str:
        base, exponent = expr.args
        if inverse(expr):
            return self._print_Mul(expr)
        if exponent == Rational(1, 2):
            return self.root(base)
        return self.power(self.parenthesize(base, POW), exponent)

    def _print_exp(self, expr: Expr) -> str:
        return self.exponential(expr.args[0])

    def _print_Sum(self, expr: Expr) -> str:
        with self.letters.within(expr.variables):
            signs = [self.sum_sign(*limit) for limit in expr.limits]
            return " ".join([*signs, self._operand(expr.function, True)])

    def _print_Derivative(self, expr: Expr) -> str:
        if is_letter(expr.expr):
            return self.derivative(self._print(expr.expr), expr.variables)
        return f"{self.derivative('', expr.variables)} {self._operand(expr.expr, False)}"

    def _operand(self, body: Expr, products: bool) -> str:
        """What stands behind Σ or ∂/∂w, in brackets where it would seem to end too early."""
        body, typeset, binding = shown(body), self._print(body), binding_of(body)
        if binding > MUL or (binding == MUL and (products or not (body.is_Mul or inverse(body)))):
            return typeset
        square = "(" in typeset and "[" not in typeset
        return self.grouped(typeset, "[", "]") if square else self.grouped(typeset)

    def _print_Abs(self, expr: Expr) -> str:
        return self.grouped(self._print(expr.args[0]), "|", "|")

    def _print_Piecewise(self, expr: Expr) -> str:
        return self.cases([(self._print(e), "" if c is S.true else self._print(c)) for e, c in expr.args])

    def _print_Relational(self, expr: Any) -> str:
        return f"{self._print(expr.lhs)} {self.choose(*_RELATIONS[expr.rel_op])} {self._print(expr.rhs)}"

    def _print_And(self, expr: Any) -> str:
        return self._both("and", expr)

    def _print_Or(self, expr: Any) -> str:
        return self._both("or", expr)

    def _both(self, word: str, expr: Any) -> str:
        level = PRECEDENCE[type(expr).__name__]
        return self.choose(f" {word} ", rf" \text{{ {word} }} ").join(
            self.parenthesize(arg, level) for arg in expr.args
        )

    def _print_relu(self, expr: Expr) -> str:
        return self._called(self.choose(*_CALLED[sp.Max]), (S.Zero, *expr.args))

    def _print_Max(self, expr: Expr) -> str:
        return self._called(self.choose(*_CALLED[expr.func]), expr.args)

    _print_Min = _print_sign = _print_Max

    def _print_Function(self, expr: Any) -> str:
        if isinstance(expr, sp.Piecewise):
            return self._print_Piecewise(expr)
        return self._called(self._function_name(expr), expr.args)

    def _function_name(self, expr: Any) -> str:
        if isinstance(expr, Elementary):
            return self.choose(expr.text_name, expr.latex_name)
        name = expr.func.__name__
        if isinstance(expr, AppliedUndef):
            return self.name(name)
        return self.choose(name, r"\operatorname{" + name.replace("_", r"\_") + "}")

    def _called(self, name: str, args: Sequence[Expr]) -> str:
        return name + self.grouped(", ".join(map(self._print, args)))
