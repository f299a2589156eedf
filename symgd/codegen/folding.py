"""The author's names, put back where their definitions stand."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from sympy import Expr

from symgd.codegen.forms import Forms
from symgd.notation.intermediates import Let, substitute
from symgd.notation.problem import Problem
from symgd.notation.reindexing import element_of, is_leaf, unfold
from symgd.notation.symbols import Element


def fold(problem: Problem, expr: Expr) -> Expr:
    """*expr* with the author's names put back for their definitions."""
    if problem.has_arrays:
        return _folding(problem.lets).fold(expr)
    return substitute(expr, _definitions(problem.lets, problem.nested))


class _Folding:
    """Names by the forms of their definitions."""

    def __init__(self, lets: tuple[Let, ...]) -> None:
        self._forms = Forms()
        self._names = {
            self._forms.of(name.definition).number: name for name in lets if not is_leaf(name.definition)
        }

    def fold(self, expr: Any) -> Any:
        """*expr* with the names at the indices at which their definitions stand."""

        @cache
        def visit(node: Any) -> Any:
            form = self._forms.of(node)
            if form.number in self._names:
                return self._named(self._names[form.number], form.indices)
            if not node.args or isinstance(node, Element):
                return node
            args = tuple(map(visit, node.args))
            return node if args == node.args else node.func(*args)

        return visit(expr)

    def _named(self, name: Let, indices: tuple[Any, ...]) -> Expr:
        """The name at the indices at which its definition stands."""
        places = dict(zip(self._forms.of(name.definition).indices, indices, strict=True))
        return element_of(name, [places[index] for index in name.indices])


@lru_cache(maxsize=16)
def _folding(lets: tuple[Let, ...]) -> _Folding:
    return _Folding(lets)


@lru_cache(maxsize=16)
def _definitions(lets: tuple[Let, ...], nested: bool) -> dict[Any, Let]:
    """The name of each definition, and of what it is when all names inside it are opened."""
    names: dict[Any, Let] = {}
    for name in lets:
        if name.definition.args:
            names[name.definition] = name
            if not nested:
                names[unfold(name.definition)] = name
    return names
