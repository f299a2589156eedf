"""Formulas as one line of Unicode: ``(2/n) Σᵢ xᵢ (w xᵢ + b − yᵢ)``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from sympy import Expr, S
from sympy.printing.str import StrPrinter

from symgd.notation.indices import Count
from symgd.notation.letters import Lettering
from symgd.notation.names import lowered, raised, text_name
from symgd.notation.products import Fraction, is_letter
from symgd.notation.typesetting import Typesetter


def text(expr: Any, lettering: Lettering | None = None) -> str:
    """*expr* as a textbook sets it, in one line.

    *lettering* tells the letters of indices where several formulas are to agree on them.

    >>> from symgd import data, losses, parameters
    >>> x, y = data("x y")
    >>> w, b = parameters("w b")
    >>> text(losses.mean_squared_error(w * x + b, y))
    '(1/n) Σᵢ (w xᵢ + b − yᵢ)²'
    """
    return str(TextPrinter(lettering).doprint(expr))


class TextPrinter(Typesetter, StrPrinter):
    """Unicode in one line."""

    # Not SymPy's _sympystr: x[i] is an Indexed's own answer to that.
    printmethod = "_symgd_text"

    def choose(self, text: str, latex: str) -> str:
        return text

    def name(self, name: str, *indices: str) -> str:
        return text_name(name, *indices)

    def grouped(self, body: str, left: str = "(", right: str = ")") -> str:
        return f"{left}{body}{right}"

    def joined(self, factors: Sequence[str]) -> str:
        line = factors[0]
        for left, right in pairwise(factors):
            # ∂L/∂z x would read as if x stood under the bar, 2 3 as 23.
            line += (" · " if left.startswith("∂") or right[0] in "0123456789" else " ") + right
        return line

    def fraction(self, part: Fraction, alone: bool) -> str:
        over, under = (self.factors(listed, last=False) for listed in (part.over, part.under))
        above, below = self.joined(over or ["1"]), self.joined(under)
        if (above, below) == ("1", "2"):
            return "½"
        typeset = f"{above}/{below if len(under) == 1 else self.grouped(below)}"
        return typeset if alone else self.grouped(typeset)

    def power(self, base: str, exponent: Expr) -> str:
        above = self._print(exponent)
        if exponent.is_Integer or is_letter(exponent):
            return base + (raised(above) or f"^{above}")
        return f"{base}^{self.grouped(above)}"

    def root(self, radicand: Expr) -> str:
        typeset = self._print(radicand)
        bare = is_letter(radicand) or radicand.is_Integer or radicand.is_NumberSymbol
        return f"√{typeset}" if bare else f"√{self.grouped(typeset)}"

    def exponential(self, exponent: Expr) -> str:
        return "exp" + self.grouped(self._print(exponent))

    def sum_sign(self, index: Any, *bounds: Any) -> str:
        name = self._print(index)
        if not bounds or (bounds[0] is S.One and isinstance(bounds[1], Count)):
            return f"Σ{lowered(name) or '_' + name}"
        first, last = map(self._print, bounds)
        below, above = lowered(f"{name}={first}"), raised(last)
        return f"Σ{below}{above}" if below and above else f"Σ[{name} = {first} … {last}]"

    def derivative(self, of: str, variables: Sequence[Any]) -> str:
        order = "" if len(variables) == 1 else raised(str(len(variables)))
        below = "".join(
            f"∂{self.power(self._print(v), S(k)) if k > 1 else self._print(v)}"
            for v, k in Counter(variables).items()
        )
        return f"∂{order}{of}/{below}"

    def cases(self, pieces: Sequence[tuple[str, str]]) -> str:
        return f"{{ {'; '.join(f'{e} if {c}' if c else f'{e} otherwise' for e, c in pieces)} }}"

    def _print_Pi(self, _: Any) -> str:
        return "π"

    def _print_Exp1(self, _: Any) -> str:
        return "e"

    def _print_Infinity(self, _: Any) -> str:
        return "∞"

    def _print_NegativeInfinity(self, _: Any) -> str:
        return "−∞"
