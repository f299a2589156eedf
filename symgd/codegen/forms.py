"""Forms of expressions: r_ij in a loss and r_ik in its gradient are one array, and are computed once.

Two expressions that differ in the names of their indices alone have the same form.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import sympy as sp

from symgd.notation.indices import Index
from symgd.notation.intermediates import Let
from symgd.notation.reindexing import BINDERS
from symgd.notation.symbols import Element


class Form(NamedTuple):
    """The number of a form, and the free indices of an expression that has it, as they first occur."""

    number: int
    indices: tuple[Index, ...]


class Forms:
    """Numbers forms, each the first time that it is met."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}
        self._known: dict[Any, Form] = {}

    def of(self, expr: Any) -> Form:
        """The form of *expr*."""
        known = self._known.get(expr)
        if known is None:
            known = self._known[expr] = self._found(expr)
        return known

    def _found(self, expr: Any) -> Form:
        if isinstance(expr, Let):
            return self._form((Element, expr), expr.indices)
        if isinstance(expr, Element):
            return self._form((Element, expr.label), expr.indices)
        if isinstance(expr, BINDERS):
            body, (index, *_), *more = expr.args
            return self._of_parts((type(expr), *expr.args[1][1:]), [body, *more], bound=index)
        if not expr.args:
            return self._form((Index,), (expr,)) if isinstance(expr, Index) else self._form((expr,), ())
        if expr.is_Mul:
            # x y and y x are one product, whichever way they were written.
            return self._of_parts((sp.Mul,), sorted(expr.args, key=lambda factor: self.of(factor).number))
        return self._of_parts((expr.func,), expr.args)

    def _of_parts(self, head: tuple[Any, ...], parts: Any, bound: Any = None) -> Form:
        """The form of a node; the first of its parts is where an index is bound."""
        inside = self.of(parts[0])
        numbers, found = [inside.number], [None if index == bound else index for index in inside.indices]
        for part in parts[1:]:
            form = self.of(part)
            numbers.append(form.number)
            found += form.indices
        return self._form((*head, *numbers), found)

    def _form(self, head: tuple[Any, ...], indices: Any) -> Form:
        """The form with this head, and this pattern of indices; what is no index is part of the pattern."""
        free = tuple(dict.fromkeys(index for index in indices if isinstance(index, Index)))
        pattern = tuple(free.index(index) if isinstance(index, Index) else ("at", index) for index in indices)
        return Form(self._numbers.setdefault((head, pattern), len(self._numbers)), free)
