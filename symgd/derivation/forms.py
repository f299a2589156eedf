"""Rewrites what is summed over the samples as products of two linear forms in columns of the data.

(w x_i + b − y_i)² is the square of w x_i + b·1_i − y_i; s_i (w x_i − y_i)² that of w (√s x)_i − (√s y)_i.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import Expr, Rational, S, Sum

from symgd.derivation.columns import Columns
from symgd.derivation.monomials import around, depends_on_sample, has_parameters, multiplied_out
from symgd.notation.algebra import OrderedSum, add, factors, multiply, power, terms
from symgd.notation.indices import Bound, Index


@dataclass(frozen=True)
class Forms:
    """Writes forms with the entries of *columns* in one *row*.

    Its methods raise NotPolynomialError for what is no polynomial in the parameters.
    """

    columns: Columns
    row: Index

    def quadratic(self, node: Any) -> Any:
        """*node* with each of its terms a product of two linear forms."""
        if not depends_on_sample(node):
            return multiply(node, power(self._one, S(2)))
        if node.is_Add:
            return add(*map(self.quadratic, terms(node)))
        if _over_axis(node):
            return OrderedSum(self.quadratic(node.function), *node.limits)
        if not has_parameters(node):
            return multiply(self.linear(node), self._one)
        return self._product(*_parted(node))

    def linear(self, node: Any) -> Any:
        """*node* as a linear form: a sum of columns, each times what does not depend on the sample."""
        if not depends_on_sample(node):
            return multiply(node, self._one)
        if node.is_Add:
            return add(*map(self.linear, terms(node)))
        if _over_axis(node):
            return OrderedSum(self.linear(node.function), *node.limits)
        outside, weights, varying = _parted(node)
        if not varying:
            return multiply(*outside, self.columns.entry(multiply(*weights), self.row))
        if not weights and len(varying) == 1 and (varying[0].is_Add or _over_axis(varying[0])):
            return multiply(*outside, self.linear(varying[0]))
        return self._multiplied_out(node)

    @property
    def _one(self) -> Any:
        return self.columns.entry(S.One, self.row)

    def _product(self, outside: list[Any], weights: list[Any], varying: list[Any]) -> Any:
        """The product of a factor of each kind as products of two forms."""
        if len(varying) == 1 and not weights and not varying[0].is_Pow and outside:
            return multiply(*outside, self.quadratic(varying[0]))
        if not varying:
            return multiply(self.linear(multiply(*outside, *weights)), self._one)
        opened = [base for factor in varying for base in _opened(factor)]
        half = len(opened) // 2
        if len(opened) % 2 == 0 and opened[:half] == opened[half:]:
            root = [power(weight, Rational(1, 2)) for weight in weights]
            return multiply(*outside, power(self.linear(multiply(*root, *opened[:half])), S(2)))
        first, second = opened[:half], opened[half:]
        return multiply(*outside, self.linear(multiply(*weights, *first)), self.linear(multiply(*second)))

    def _multiplied_out(self, node: Any) -> Any:
        found = []
        for monomial in multiplied_out(node):
            entry = self.columns.entry(multiply(*monomial.inside), self.row)
            found.append(around(multiply(*monomial.outside, entry), monomial.summed))
        return add(*found)


def _over_axis(node: Any) -> bool:
    return isinstance(node, Sum) and all(isinstance(limit[0], Bound) for limit in node.limits)


def _parted(node: Any) -> tuple[list[Any], list[Any], list[Any]]:
    """The factors that do not depend on the sample, those that the data alone determine, and the others."""
    outside: list[Any] = []
    weights: list[Any] = []
    varying: list[Any] = []
    for factor in factors(node):
        if not depends_on_sample(factor):
            outside.append(factor)
        else:
            (varying if has_parameters(factor) else weights).append(factor)
    return outside, weights, varying


def _opened(factor: Any) -> list[Expr]:
    """A power as equal factors, those of its halves side by side."""
    if factor.is_Pow and factor.exp.is_Integer and factor.exp > 0:
        return [factor.base] * int(factor.exp)
    return [factor]
