"""The value of a matrix form, by real products of matrices: nothing is shared with the values of index notation.

Arrays hold mpmath's numbers and have an axis of points, then rows and columns: a vector is a column, a number has one
row and one column.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, reduce
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from sympy import Expr

from symgd.derivation import matrix_entries as entries
from symgd.derivation import matrix_functions as functions
from symgd.derivation import matrix_nodes as nodes
from symgd.derivation.matrix_contraction import UnfitError
from symgd.derivation.matrix_nodes import rank

DIGITS = 40


class Valuation:
    """Values of matrix forms: *leaf* gives those of symbols and intermediates, *size* the numbers of entries."""

    def __init__(self, leaf: Callable[[Any], Any], size: Callable[[Expr], int]) -> None:
        self._leaf, self.size = leaf, size

    def __call__(self, node: Any) -> Any:
        """The value at every point; UnfitError where a function has no numeric value."""
        if isinstance(node, nodes.Array):
            array = _precise(self._leaf(node.leaf))
            return array.reshape((*array.shape, *[1] * (3 - array.ndim)))
        if node.is_Symbol:
            return np.full((1, 1, 1), mpmath.mpf(self.size(node)))
        if node.is_number:
            return np.full((1, 1, 1), mpmath.mpmathify(node.evalf(DIGITS)))
        compute = _VALUES.get(type(node))
        return compute(self, node) if compute else _entrywise(self, node)

    def entries(self, node: Any, target: int) -> Any:
        """The value of a part of something with *target* axes: a vector in a matrix is a row."""
        value = self(node)
        return np.swapaxes(value, -1, -2) if rank(node) == 1 and target == 2 else value


def _precise(values: Any) -> Any:
    return np.frompyfunc(_real, 1, 1)(values)


def _real(value: Any) -> Any:
    if isinstance(value, mpmath.mpc):
        return value.real
    # A long double is the sum of two doubles.
    first = float(value.real)
    return mpmath.mpf(first) + float(value.real - first)


def _entrywise(values: Valuation, node: Any) -> Any:
    target = rank(node)
    args = [values.entries(arg, target) for arg in node.args]
    for kind, build in _ARITHMETIC:
        if isinstance(node, kind):
            return reduce(build, args)
    return _called(node.func, len(args))(*args)


@cache
def _called(function: Any, count: int) -> Any:
    """A SymPy function on arrays, by its definition."""
    names = [sp.Dummy(real=True) for _ in range(count)]
    compiled = sp.lambdify(names, sp.expand_func(function(*names, evaluate=False)), "mpmath")

    def at(*point: Any) -> Any:
        try:
            return mpmath.mpmathify(compiled(*point))
        except (ArithmeticError, ValueError):
            return mpmath.nan
        except (NameError, TypeError) as reason:
            raise UnfitError from reason

    return np.frompyfunc(at, count, 1)


def _diagonal(values: Valuation, node: Any) -> Any:
    vector = values(node.args[0])
    return vector * np.eye(vector.shape[-2], dtype=int)


def _softmax(values: Valuation, node: Any) -> Any:
    along, exponentials = _exponentials(values, node)
    return exponentials / exponentials.sum(axis=along, keepdims=True)


def _log_sum_exp(values: Valuation, node: Any) -> Any:
    along, exponentials = _exponentials(values, node)
    return _called(sp.log, 1)(exponentials.sum(axis=along, keepdims=True))


def _exponentials(values: Valuation, node: Any) -> tuple[int, Any]:
    """The axis that a softmax runs over, the rows of a matrix or the one of a vector, and exp of all entries."""
    return -1 if rank(node.args[0]) == 2 else -2, _exponential(values, node)


def _exponential(values: Valuation, node: Any) -> Any:
    return _called(sp.exp, 1)(values(node.args[0]))


def _squared(values: Valuation, node: Any) -> Any:
    return (values(node.args[0]) ** 2).sum(axis=(-1, -2), keepdims=True)


def _powered(base: Any, exponent: Any) -> Any:
    try:
        return mpmath.power(base, exponent)
    except ZeroDivisionError:
        return mpmath.nan


_ARITHMETIC: tuple[tuple[Any, Callable[[Any, Any], Any]], ...] = (
    (sp.Add, np.add),
    (sp.Mul | entries.Hadamard, np.multiply),
    (sp.Pow | entries.HadamardPower, np.frompyfunc(_powered, 2, 1)),
)

_VALUES: dict[Any, Callable[[Valuation, Any], Any]] = {
    nodes.Ones: lambda values, node: np.full((1, values.size(node.args[0]), 1), mpmath.mpf(1)),
    nodes.Identity: lambda values, node: np.eye(values.size(node.args[0]), dtype=int)[None] * mpmath.mpf(1),
    nodes.Transposed: lambda values, node: np.swapaxes(values(node.args[0]), -1, -2),
    nodes.MatrixProduct: lambda values, node: reduce(np.matmul, map(values, node.args)),
    functions.Diagonal: _diagonal,
    functions.DiagonalOf: lambda values, node: np.diagonal(values(node.args[0]), axis1=-2, axis2=-1)[
        ..., None
    ],
    functions.Trace: lambda values, node: np.trace(values(node.args[0]), axis1=-2, axis2=-1)[:, None, None],
    functions.SquaredNorm: _squared,
    functions.Norm: lambda values, node: _called(sp.sqrt, 1)(_squared(values, node)),
    functions.Softmaxes: _softmax,
    functions.LogSumExps: _log_sum_exp,
    functions.Exp: _exponential,
}
