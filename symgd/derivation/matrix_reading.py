"""Reads an expression with indices as vectors and matrices: the first index of a matrix counts its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sympy import Add, Expr, Mul, Number, NumberSymbol, Pow, S, Sum, exp
from sympy.core.function import Application, AppliedUndef

from symgd.derivation.matrix_algebra import entrywise_power, transposed
from symgd.derivation.matrix_contraction import Form, Sizes, UnfitError, aligned, common_axes, contracted
from symgd.derivation.matrix_functions import DiagonalOf, Exp, LogSumExps, Softmaxes
from symgd.derivation.matrix_nodes import Array, Identity, Slopes
from symgd.notation.algebra import add, factors, terms
from symgd.notation.deltas import Delta
from symgd.notation.extremes import LogSumExp, Softmax
from symgd.notation.indices import SAMPLES, Count, Index, Sample, indices_of
from symgd.notation.intermediates import Adjoint, Let
from symgd.notation.products import shown
from symgd.notation.reindexing import reindexed
from symgd.notation.shapes import lengths
from symgd.notation.symbols import Element, whole


def sizes_of(expr: Any) -> dict[Index, Expr]:
    """How many values each free index of *expr* takes."""
    found = {index: SAMPLES for index in expr.free_symbols if isinstance(index, Sample)}
    found |= {index: delta.size for delta in expr.atoms(Delta) for index in indices_of(delta)}
    return found | {index: length.size for index, length in lengths(expr).items()}


class Reader:
    """Reads expressions; *name* says what an array is called."""

    def __init__(self, name: Callable[[Any], str]) -> None:
        self._name = name

    def __call__(self, expr: Any) -> Form:
        """The matrix form of *expr*; UnfitError if it has none."""
        if isinstance(expr, Number | NumberSymbol | Count):
            return Form(expr, ())
        if isinstance(expr, Let | Element) or expr.is_Symbol:
            return self._leaf(expr)
        for kind, read in _READ:
            if isinstance(expr, kind):
                return read(self, expr)
        raise UnfitError

    def _leaf(self, expr: Any) -> Form:
        label = expr.label if isinstance(expr, Element) else expr
        indices = tuple(getattr(expr, "indices", ()))
        if isinstance(label, Adjoint) and label.indices != label.of.indices:
            # A slope that does not vary with all indices of its intermediate: told by its value.
            return self(reindexed(label.definition, dict(zip(label.indices, indices, strict=True))))
        if len(indices) > 2 or not all(isinstance(index, Index) for index in indices):
            raise UnfitError
        array = self.array(label if isinstance(label, Let) else whole(label))
        repeated = len(set(indices)) < len(indices)
        return Form(DiagonalOf(array), indices[:1]) if repeated else Form(array, indices)

    def array(self, leaf: Any) -> Array:
        """The node for all entries of a symbol or an intermediate."""
        if isinstance(leaf, Adjoint):
            return Slopes(self._name(leaf.of), leaf)
        return Array(self._name(leaf), leaf)

    def _identity(self, expr: Any) -> Form:
        if not all(isinstance(index, Index) for index in expr.args[:2]):
            raise UnfitError
        return Form(Identity(expr.size), tuple(expr.args[:2]))

    def _sum(self, expr: Any) -> Form:
        """A sum over indices, those of sums right inside it included."""
        body: Any = expr
        limits: list[Any] = []
        while isinstance(body, Sum) and not {limit[0] for limit in body.limits} & {
            limit[0] for limit in limits
        }:
            body, limits = body.function, [*limits, *body.limits]
        try:
            return self._summed(body, limits)
        except UnfitError:
            if not isinstance(body, Add):
                raise
        return _combined(add, [self._summed(term, limits) for term in terms(body)], sizes_of(expr))

    def _summed(self, body: Any, limits: Sequence[Any]) -> Form:
        sizes = {**sizes_of(body), **{index: last for index, _, last in limits}}
        return contracted(
            list(map(self, _squares_opened(body))), [index for index, *_ in reversed(limits)], sizes
        )

    def _product(self, expr: Any) -> Form:
        return contracted(list(map(self, factors(expr))), (), sizes_of(expr))

    def _addition(self, expr: Any) -> Form:
        return _combined(add, list(map(self, terms(expr))), sizes_of(expr))

    def _power(self, expr: Any) -> Form:
        base, exponent = map(self, expr.args)
        if exponent.axes:
            raise UnfitError
        return Form(entrywise_power(base.node, exponent.node), base.axes)

    def _function(self, expr: Any) -> Form:
        if isinstance(expr, AppliedUndef):
            raise UnfitError
        if _written(expr) is not expr:
            return self(_written(expr))
        return _combined(partial(expr.func, evaluate=False), list(map(self, expr.args)), sizes_of(expr))

    def _exponential(self, expr: Any) -> Form:
        form = self(expr.args[0])
        return Form(Exp(form.node) if form.axes else exp(form.node, evaluate=False), form.axes)

    def _softmax(self, expr: Any) -> Form:
        if expr.at in expr.function.free_symbols or not isinstance(expr.at, Index):
            raise UnfitError
        node, rows = self._by_rows(expr.function, expr.index)
        return Form(Softmaxes(node), (*rows, expr.at))

    def _log_sum_exp(self, expr: Any) -> Form:
        node, rows = self._by_rows(expr.function, expr.index)
        return Form(LogSumExps(node), rows)

    def _by_rows(self, body: Any, index: Index) -> Form:
        """A body with the index that a node binds along its rows, and the other axes."""
        node, axes = self(body)
        if index not in axes:
            raise UnfitError
        rows = tuple(other for other in axes if other != index)
        return Form(node if axes[-1] == index else transposed(node), rows)


def _combined(build: Callable[..., Any], forms: Sequence[Form], sizes: Sizes) -> Form:
    """An operation on the entries of forms that are broadcast to one another."""
    axes = common_axes(forms)
    return Form(build(*(aligned(form, axes, sizes) for form in forms)), axes)


def _written(expr: Any) -> Any:
    """*expr*, or what stands for it in a formula; softmax and log Σ exp have names of their own here."""
    return expr if isinstance(expr, Softmax | LogSumExp) else shown(expr)


def _squares_opened(body: Any) -> list[Any]:
    """The factors of the body of a sum, r² as r r: Σ r² is a product of vectors."""
    opened: list[Any] = []
    for factor in (inner for outer in factors(body) for inner in factors(_written(outer))):
        squared = isinstance(factor, Pow) and factor.exp == S(2)
        opened += [factor.base] * 2 if squared else [factor]
    return opened


_READ: tuple[tuple[Any, Callable[[Reader, Any], Form]], ...] = (
    (Delta, Reader._identity),
    (Softmax, Reader._softmax),
    (LogSumExp, Reader._log_sum_exp),
    (Sum, Reader._sum),
    (Mul, Reader._product),
    (Add, Reader._addition),
    (exp, Reader._exponential),
    (Pow, Reader._power),
    (Application, Reader._function),
)
