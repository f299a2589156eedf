r"""What matrix forms are made of: vectors and matrices by their names, products of them, norms, traces.

Sums, multiples by a number and functions of entries are SymPy's own nodes; what means something else for matrices
than for numbers (a product, a power, exp) has a node here. Each prints itself in text and in LaTeX. Vectors are
columns; where a vector meets a matrix entry by entry it stands for a row, as NumPy broadcasts.
"""

from __future__ import annotations

from typing import Any

from sympy import Expr, Symbol

from symgd.notation.algebra import Ordered
from symgd.notation.binding import ATOM, MUL, POW, is_prefix
from symgd.notation.indices import Named, indices_of


class Array(Named):
    """A symbol or a named intermediate with all its entries; the samples are its rows."""

    __slots__ = ("leaf",)

    def __new__(cls, name: str, leaf: Any) -> Any:
        symbol = Named.__new__(cls, name)
        symbol.leaf = leaf
        return symbol

    def __getnewargs_ex__(self) -> Any:
        return (self.name, self.leaf), {}

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), self.leaf)

    @property
    def rank(self) -> int:
        """The number of its axes: 0 for a number, 1 for a vector, 2 for a matrix."""
        return len(indices_of(self.leaf))


class Slopes(Array):
    """∂L/∂Z with all its entries, by the name of Z."""

    __slots__ = ()
    precedence = POW

    def _typeset(self, printer: Any, **_: Any) -> str:
        return str(printer.derivative(printer.name("L"), [Symbol(self.name)]))

    _symgd_text = _latex = _typeset


class Node(Ordered, Expr):
    """An operation on vectors and matrices."""

    is_real = True
    is_commutative = True
    precedence = ATOM

    def __new__(cls, *args: Any) -> Any:
        return Expr.__new__(cls, *args)

    @property
    def rank(self) -> int:
        """The number of axes of the result."""
        return rank(self.args[0])

    def typeset(self, printer: Any) -> str:
        """The node in text or in LaTeX, as *printer* sets its parts."""
        raise NotImplementedError

    def _symgd_text(self, printer: Any, **_: Any) -> str:
        return self.typeset(printer)

    _latex = _symgd_text


class Ones(Node):
    """The vector of ones, of a given size."""

    rank = 1

    def typeset(self, printer: Any) -> str:
        return str(printer.choose("1", r"\mathbf{1}"))


class Identity(Node):
    """The identity matrix, of a given size."""

    rank = 2

    def typeset(self, printer: Any) -> str:
        return str(printer.name("I"))


class Transposed(Node):
    """Aᵀ; of a vector, the row."""

    precedence = POW

    def typeset(self, printer: Any) -> str:
        base = printer.parenthesize(self.args[0], POW)
        raised = not base.endswith(")") and ("^" in base or "'" in base)
        braced = f"{{{base}}}" if raised else base
        return str(printer.choose(f"{base}ᵀ", rf"{braced}^\top"))


class MatrixProduct(Node):
    """A B …: rows times columns."""

    precedence = MUL

    @property
    def rank(self) -> int:
        """The rows of its first factor, the columns of its last."""
        first, last = self.args[0], self.args[-1]
        return int(not is_row(first)) + int(is_row(last) or rank(last) == 2)

    def typeset(self, printer: Any) -> str:
        return " ".join(
            [*(_closed(arg, printer) for arg in self.args[:-1]), open_factor(self.args[-1], printer, True)]
        )


def _closed(factor: Any, printer: Any) -> str:
    """A factor that another one follows: (∂L/∂Z) W, since W would seem to stand under the bar."""
    typeset = printer.parenthesize(factor, MUL)
    return str(printer.choose(f"({typeset})" if isinstance(factor, Slopes) else typeset, typeset))


def open_factor(factor: Any, printer: Any, last: bool) -> str:
    """A factor; the last one needs no parentheses where it is log P."""
    return str(printer.parenthesize(factor, MUL, strict=last and is_prefix(factor)))


def rank(node: Any) -> int:
    """The number of axes of a matrix form: 0 for a number, 1 for a vector, 2 for a matrix."""
    if isinstance(node, Node | Array):
        return node.rank
    return max(map(rank, node.args), default=0)


def is_row(node: Any) -> bool:
    """Whether *node* is a vector laid on its side."""
    return isinstance(node, Transposed) and rank(node) == 1
