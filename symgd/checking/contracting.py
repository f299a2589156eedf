"""Sums of products in long complex numbers, without an array that holds all of the products."""

from __future__ import annotations

from typing import Any

import numpy as np
from sympy import Expr, Sum

from symgd.derivation.evaluation import Evaluator


class ContractingEvaluator(Evaluator):
    """An evaluator that computes Σ_k f_k g_k as a contraction: of matrices, no array has the axes of all indices."""

    def _compute(self, expr: Expr) -> Any:
        if isinstance(expr, Sum) and expr.function.is_Mul and len(expr.limits) == 1:
            index, _, count = expr.limits[0]
            factors = [self.value(factor) for factor in expr.function.args]
            return _contracted(factors, self.grid.place(index), self.grid.size(count))
        return super()._compute(expr)


def _contracted(factors: list[Any], place: int, count: int) -> Any:
    """The sum of a product along the axis *place*, counted from the right; it then has the size 1.

    >>> _contracted([np.ones((2, 1, 3)), np.ones((4, 3))], -1, 3).shape
    (2, 4, 1)
    """
    axes = max(factor.ndim for factor in factors)
    operands = [_labelled(factor, axes) for factor in factors]
    sizes = {axis: n for array, held in operands for axis, n in zip(held, array.shape, strict=True)}
    summed = axes + place
    # Where no factor has the index, each of the equal terms counts.
    repeated = 1 if summed in sizes else count
    kept = sorted(sizes.keys() - {summed})
    listed = [part for operand in operands for part in operand]
    total = np.einsum(*listed, kept, optimize=True)
    return repeated * np.reshape(total, [sizes[axis] if axis in kept else 1 for axis in range(axes)])


def _labelled(factor: Any, axes: int) -> tuple[Any, list[int]]:
    """An array without its axes of size 1, and the numbers of the others."""
    held = [k for k, n in enumerate(factor.shape) if n > 1]
    return factor.reshape([factor.shape[k] for k in held]), [axes - factor.ndim + k for k in held]
