"""Kronecker's delta: the derivative of one entry of an array with respect to another."""

from __future__ import annotations

from typing import Any

from sympy import Expr, KroneckerDelta, S, Tuple

from symgd.notation.algebra import Ordered
from symgd.notation.indices import Index


class Delta(Ordered, KroneckerDelta):
    """δ_jk: 1 where both indices agree, else 0. It keeps the order of its indices."""

    is_real = True
    is_commutative = True

    def __new__(cls, first: Any, second: Any, limits: Any) -> Any:
        # Not through KroneckerDelta's constructor, which asks SymPy's assumptions about the difference.
        return S.One if first == second else Expr.__new__(cls, first, second, Tuple(*limits))

    @property
    def size(self) -> Expr:
        """The number of values of both indices."""
        return self.args[2][1]

    @property
    def free_symbols(self) -> set[Any]:
        """The two indices."""
        return {index for index in self.args[:2] if isinstance(index, Index)}


def delta(first: Any, second: Any, size: Expr) -> Expr:
    """δ_jk for two indices that take *size* values; 1 for one and the same.

    >>> from symgd.notation.indices import axis, bound
    >>> delta(axis(1), axis(1), S(3)), delta(bound(1), axis(1), S(3))
    (1, Delta(s1, a1, (1, 3)))
    """
    return Delta(first, second, (S.One, size))
