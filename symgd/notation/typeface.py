"""The pieces that formulas are made of, as :mod:`symgd.notation.text` and :mod:`symgd.notation.latex` set them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from sympy import Expr
from sympy.printing.printer import Printer

from symgd.notation.products import Fraction


class Typeface(Printer, ABC):
    """How each piece of a formula looks; what it is made of comes as typeset text."""

    @abstractmethod
    def choose(self, text: str, latex: str) -> str:
        """The one of two ways to write something that belongs to this kind of output."""

    @abstractmethod
    def name(self, name: str, *indices: str) -> str:
        """A symbol."""

    @abstractmethod
    def grouped(self, body: str, left: str = "(", right: str = ")") -> str:
        """*body* between parentheses."""

    @abstractmethod
    def joined(self, factors: Sequence[str]) -> str:
        """Factors beside one another."""

    @abstractmethod
    def fraction(self, part: Fraction, alone: bool) -> str:
        """A fraction; *alone* says that no factor stands beside it."""

    @abstractmethod
    def power(self, base: str, exponent: Expr) -> str:
        """A power, whose base is in parentheses already where it needs them."""

    @abstractmethod
    def root(self, radicand: Expr) -> str:
        """A square root."""

    @abstractmethod
    def exponential(self, exponent: Expr) -> str:
        """The exponential function, as a power of e or otherwise."""

    @abstractmethod
    def sum_sign(self, index: Any, *bounds: Any) -> str:
        """Σ with its index."""

    @abstractmethod
    def derivative(self, of: str, variables: Sequence[Any]) -> str:
        """∂f/∂w, or ∂/∂w where *of* is empty."""

    @abstractmethod
    def cases(self, pieces: Sequence[tuple[str, str]]) -> str:
        """Pieces and their conditions; an empty condition is the rest."""
