"""The unevaluated derivative: what a derivation starts from and what its rules remove."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from sympy import Derivative, Expr, S, Tuple

from symgd.notation.algebra import Ordered
from symgd.notation.indices import SAMPLE, Named, indices_of
from symgd.notation.intermediates import Let, in_order
from symgd.notation.reindexing import BINDERS
from symgd.notation.symbols import Element, label_of


class Partial(Ordered, Derivative):
    """∂f/∂v, to be derived; named intermediates in f follow v.

    SymPy's own ``Derivative`` becomes 0 by itself where v does not occur; here that is a step (the constant
    rule), so this node stays until a rule rewrites it.
    """

    def __new__(cls, expr: Expr, variable: Any, *_: Any) -> Any:
        if not isinstance(variable, Tuple):
            variable = Tuple(variable, S.One)
        return Expr.__new__(cls, expr, variable)

    @property
    def variable(self) -> Expr:
        """The symbol v that f is derived with respect to."""
        return self.args[1][0]

    @property
    def free_symbols(self) -> set[Any]:
        """The symbols of f, and the indices of v."""
        return self.expr.free_symbols | set(indices_of(self.variable))

    def of(self, expr: Expr) -> Partial:
        """The derivative of another expression with respect to the same variable."""
        return self.func(expr, self.variable)

    def depends(self, expr: Expr) -> bool:
        """Whether *expr* changes with the variable."""
        if isinstance(self.variable, Let):
            return self.variable in in_order(expr)
        return label_of(self.variable) in expr.free_symbols


class Direct(Partial):
    """∂f/∂v with the named intermediates of f held fixed: one factor of the chain rule."""

    def depends(self, expr: Expr) -> bool:
        """Whether the variable occurs in *expr* itself."""
        return occurs(self.variable, expr)


def per_sample(expr: Expr) -> bool:
    """Whether *expr* has one value per sample: the sample index is free in it."""
    return SAMPLE in expr.free_symbols


def occurs(variable: Expr, expr: Expr) -> bool:
    """Whether *variable* stands in *expr* itself, at any indices, not only in the definition of a name there."""
    return label_of(variable) in _atoms(expr)


@lru_cache(maxsize=10_000)
def _atoms(expr: Expr) -> frozenset[Any]:
    return frozenset(expr.atoms(Named, Let))


def places(variable: Expr, expr: Expr, bound: frozenset[Any] = frozenset()) -> Iterator[tuple[Any, ...]]:
    """The indices at which *variable* stands in *expr* itself; None for one that a sum binds."""
    if isinstance(expr, Let | Element):
        if label_of(expr) == label_of(variable):
            yield tuple(None if index in bound else index for index in getattr(expr, "indices", ()))
    elif isinstance(expr, BINDERS):
        yield from places(variable, expr.args[0], bound | {limit[0] for limit in expr.args[1:] if limit.args})
    else:
        for arg in expr.args:
            yield from places(variable, arg, bound)


def partials(expr: Expr) -> list[Partial]:
    """The unevaluated derivatives in *expr*, from left to right."""
    if isinstance(expr, Partial):
        return [expr]
    return [found for arg in expr.args for found in partials(arg)]
