"""log Σ exp and softmax over an axis: single nodes, so that their derivatives and their code are the textbook's."""

from __future__ import annotations

from typing import Any

from sympy import Expr, Tuple
from sympy.core.sympify import _sympify

from symgd.notation.algebra import Ordered


class _Over(Ordered, Expr):
    """A node that binds the index of its limit in its body."""

    is_real = True
    is_commutative = True

    def __new__(cls, body: Any, limit: Any, *more: Any) -> Any:
        return Expr.__new__(cls, _sympify(body), Tuple(*limit), *more)

    @property
    def function(self) -> Expr:
        """The body, of which there is one value for each value of the index."""
        return self.args[0]

    @property
    def index(self) -> Any:
        """The index that is bound."""
        return self.args[1][0]

    @property
    def free_symbols(self) -> set[Any]:
        """All symbols but the index."""
        _, first, last = self.args[1]
        free = (self.function.free_symbols - {self.index}) | first.free_symbols | last.free_symbols
        return free.union(*(arg.free_symbols for arg in self.args[2:]))


class LogSumExp(_Over):
    """log Σ_k exp(u_k); its derivative is Σ_k softmax(u)_k u_k'."""


class Softmax(_Over):
    """exp(u_j) / Σ_k exp(u_k), for the index j that is the third argument. Bridle (1990)."""

    @property
    def at(self) -> Any:
        """The index of the value."""
        return self.args[2]
