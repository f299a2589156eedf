r"""Formulas in LaTeX, of the kind that KaTeX and MathJax read: ``\frac{2}{n} \sum_{i=1}^n x_i (w x_i + b - y_i)``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sympy import Expr, S
from sympy.printing.latex import LatexPrinter as SympyLatexPrinter

from symgd.notation.letters import Lettering
from symgd.notation.names import latex_name
from symgd.notation.products import Fraction
from symgd.notation.typesetting import Typesetter

# What is taller than a line: delimiters around it grow, and it is no exponent.
_TALL = (r"\frac", r"\sum", r"\begin")


def latex(expr: Any, lettering: Lettering | None = None) -> str:
    r"""*expr* as a textbook sets it, in LaTeX.

    *lettering* tells the letters of indices where several formulas are to agree on them.

    >>> from symgd import data, losses, parameters
    >>> x, y = data("x y")
    >>> w, b = parameters("w b")
    >>> latex(losses.mean_squared_error(w * x + b, y))
    '\\frac{1}{n} \\sum_{i=1}^n (w x_i + b - y_i)^2'
    """
    return str(LatexPrinter(lettering).doprint(expr))


class LatexPrinter(Typesetter, SympyLatexPrinter):
    """LaTeX without delimiters."""

    def choose(self, text: str, latex: str) -> str:
        return latex

    def name(self, name: str, *indices: str) -> str:
        return latex_name(name, *indices)

    def grouped(self, body: str, left: str = "(", right: str = ")") -> str:
        # Not \left everywhere: it puts a space before the parenthesis of a function.
        tall = any(command in body for command in _TALL)
        return rf"\left{left}{body}\right{right}" if tall else f"{left}{body}{right}"

    def joined(self, factors: Sequence[str]) -> str:
        return "".join(
            (_space_before(factor) if position else "") + factor for position, factor in enumerate(factors)
        )

    def fraction(self, part: Fraction, alone: bool) -> str:
        over, under = map(self._line, (part.over, part.under))
        return rf"\frac{{{over}}}{{{under}}}"

    def _line(self, factors: Sequence[Expr]) -> str:
        if len(factors) == 1:
            return self._print(factors[0])
        return self.joined(self.factors(factors, last=True) or ["1"])

    def power(self, base: str, exponent: Expr) -> str:
        # LaTeX refuses a second superscript: y'^2 is {y'}^2.
        raised_already = re.match(r"[^(|]*['^]", base)
        left = f"{{{base}}}" if raised_already else base
        above = (
            f"{exponent.p}/{exponent.q}"
            if exponent.is_Rational and not exponent.is_Integer
            else self._print(exponent)
        )
        return f"{left}^{above}" if len(above) == 1 else f"{left}^{{{above}}}"

    def root(self, radicand: Expr) -> str:
        return rf"\sqrt{{{self._print(radicand)}}}"

    def exponential(self, exponent: Expr) -> str:
        above = self._print(exponent)
        return (
            r"\exp" + self.grouped(above) if any(command in above for command in _TALL) else f"e^{{{above}}}"
        )

    def sum_sign(self, index: Any, *bounds: Any) -> str:
        below = "=".join(map(self._print, (index, *bounds[:1])))
        above = "".join(map(self._print, bounds[1:]))
        if not above:
            return rf"\sum_{{{below}}}"
        return rf"\sum_{{{below}}}^{above}" if len(above) == 1 else rf"\sum_{{{below}}}^{{{above}}}"

    def derivative(self, of: str, variables: Sequence[Any]) -> str:
        order = "" if len(variables) == 1 else f"^{len(variables)}"
        below = " ".join(
            rf"\partial {self.power(self._print(v), S(k)) if k > 1 else self._print(v)}"
            for v, k in Counter(variables).items()
        )
        return rf"\frac{{\partial{order}{' ' if of else ''}{of}}}{{{below}}}"

    def cases(self, pieces: Sequence[tuple[str, str]]) -> str:
        lines = [rf"{e} & \text{{if }} {c}" if c else rf"{e} & \text{{otherwise}}" for e, c in pieces]
        return r"\begin{cases} " + r" \\ ".join(lines) + r" \end{cases}"


def _space_before(factor: str) -> str:
    if factor[0] in "0123456789":
        return r" \cdot "
    return r" \, " if factor.startswith(r"\frac") else " "
