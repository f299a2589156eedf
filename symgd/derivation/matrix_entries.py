"""Products and powers of matrices entry by entry: A ⊙ B, A ⊘ B, √A."""

from __future__ import annotations

from typing import Any

from sympy import Rational, S, sympify

from symgd.derivation.matrix_nodes import Array, Node, open_factor, rank
from symgd.notation.binding import ATOM, MUL, POW


class Hadamard(Node):
    """A ⊙ B …: the product entry by entry; what has a negative power is divided by."""

    precedence = MUL

    @property
    def rank(self) -> int:
        """That of the largest factor."""
        return max(map(rank, self.args))

    def typeset(self, printer: Any) -> str:
        under = [arg for arg in self.args if is_inverse(arg)]
        over = [arg for arg in self.args if not is_inverse(arg)]
        typeset = [open_factor(arg, printer, not under and arg is over[-1]) for arg in over]
        times, by = printer.choose(" ⊙ ", r" \odot "), printer.choose(" ⊘ ", r" \oslash ")
        below = [open_factor(power_of(arg.args[0], -arg.args[1]), printer, False) for arg in under]
        return str(by.join([times.join(typeset) or "1", *below]))


class HadamardPower(Node):
    """Each entry to a power."""

    @property
    def precedence(self) -> int:
        """That of what it is written as."""
        exponent = self.args[1]
        if exponent == Rational(1, 2):
            return ATOM
        return MUL if is_inverse(self) or self._is_square() else POW

    def _is_square(self) -> bool:
        return bool(self.args[1] == 2 and isinstance(self.args[0], Array))

    def typeset(self, printer: Any) -> str:
        base, exponent = self.args
        if exponent == Rational(1, 2):
            return str(printer.root(base))
        if is_inverse(self) or self._is_square():
            return Hadamard(*([base, base] if self._is_square() else [self])).typeset(printer)
        below, above = printer.parenthesize(base, POW), printer._print(exponent)
        return str(printer.choose(f"{below}^∘{above}", rf"{below}^{{\circ {above}}}"))


def is_inverse(node: Any) -> bool:
    """Whether entries are divided by *node*."""
    return isinstance(node, HadamardPower) and bool(node.args[1].is_Number and node.args[1].is_negative)


def power_of(base: Any, exponent: Any) -> Any:
    """Each entry of *base* to a power, which may be 1."""
    return base if exponent is S.One else HadamardPower(base, sympify(exponent))
