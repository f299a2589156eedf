"""Named intermediates: ``let("y_hat", w*x + b)``.

A :class:`Let` is a leaf of the expression tree that knows its definition. A loss that is composed of sixty
named layers is sixty small expressions, not one that doubles with every use of a name.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from functools import cache, lru_cache
from typing import Any
from weakref import WeakValueDictionary

from sympy import AtomicExpr, Basic, Expr, Symbol

from symgd.notation.algebra import Ordered
from symgd.notation.indices import SAMPLE, indices_of
from symgd.notation.intake import as_expression, as_written
from symgd.notation.symbols import check_name

_KNOWN: WeakValueDictionary[Any, Any] = WeakValueDictionary()


class Let(Ordered, AtomicExpr):
    """A name for an expression; equal when name and definition are, and then the same object.

    So two equal chains of intermediates are compared in one look, not once for each way through them.
    """

    __slots__ = ("__weakref__", "_free", "below", "definition", "indices", "name")
    is_symbol = True
    is_commutative = True
    is_real = True
    _diff_wrt = True

    def __new__(cls, name: Any, definition: Expr, *more: Any) -> Any:
        known = _KNOWN.get((cls, name, definition, *more))
        if known is not None:
            return known
        node = AtomicExpr.__new__(cls)
        node.name, node.definition = name, definition
        node._free = definition.free_symbols
        node.indices = indices_of(definition)
        node.below = tuple(sorted(definition.atoms(Let), key=lambda leaf: leaf.name))
        hash(node)  # Now, while the definition's own hash is at hand: no deep recursion later.
        _KNOWN[cls, name, definition, *more] = node
        return node

    def __getnewargs__(self) -> tuple[Any, Expr]:
        return self.name, self.definition

    def _hashable_content(self) -> tuple[Any, ...]:
        return self.name, self.definition

    @property
    def free_symbols(self) -> set[Symbol]:
        """The symbols of the definition: SymPy then sees what the name depends on."""
        return set(self._free)

    @property
    def without_indices(self) -> set[Symbol]:
        """What the definition depends on, whatever its indices are."""
        return self._free - set(self.indices)

    @property
    def per_sample(self) -> bool:
        """Whether there is one value per sample, as of ``y_hat`` in ``y_hat - y``."""
        return SAMPLE in self._free

    def _eval_derivative(self, variable: Expr) -> Expr:
        return self.definition.diff(variable)

    def _eval_derivative_n_times(self, variable: Expr, count: int) -> Expr:
        # AtomicExpr answers 0 here, which is true of symbols alone.
        return Basic._eval_derivative_n_times(self, variable, count)

    def _eval_subs(self, old: Expr, new: Expr) -> Expr | None:
        changed = self.definition.subs(old, new)
        return None if changed == self.definition else changed

    def _sympystr(self, _printer: Any) -> str:
        return self.name


class Adjoint(Let):
    """The derivative ∂L/∂z of the loss with respect to a named quantity z: itself a named intermediate."""

    __slots__ = ("of",)

    def __new__(cls, of: Any, definition: Expr) -> Any:
        node = Let.__new__(cls, f"dL_d{of.name}", definition, of)
        node.of = of
        return node

    def __getnewargs__(self) -> tuple[Any, Expr]:
        return self.of, self.definition


def let(name: str, expression: Any) -> Let:
    """Give *expression* a name that derivation, code and page will keep.

    The chain rule runs through the name: ∂L/∂w = ∂L/∂ŷ · ∂ŷ/∂w.

    Raises NotationError for a name that cannot be used (see :func:`symgd.parameters`) or a value that is no
    expression.

    >>> from symgd import data, parameters
    >>> x, (w, b) = data("x"), parameters("w b")
    >>> y_hat = let("y_hat", w * x + b)
    >>> y_hat.definition
    w*x[i] + b
    """
    return Let(check_name(name), as_written(as_expression(expression, f"let({name!r}, …)")))


@lru_cache(maxsize=10_000)
def lets_in(expr: Expr) -> frozenset[Let]:
    """The named intermediates that occur in *expr* itself, not those inside their definitions."""
    return frozenset(expr.atoms(Let))


def in_order(expr: Expr, known: Container[Any] = ()) -> tuple[Let, ...]:
    """All named intermediates below *expr*, each after those that its definition uses.

    Those that are *known* are left out, and so is what they alone use.
    """
    found: dict[Let, None] = {}
    path: list[tuple[Let, Iterator[Let]]] = []
    waiting = iter(sorted(lets_in(expr), key=lambda leaf: leaf.name))
    while True:
        leaf = next(waiting, None)
        if leaf is not None:
            if leaf not in found and leaf not in known:
                path.append((leaf, waiting))
                waiting = iter(leaf.below)
        elif path:
            done, waiting = path.pop()
            found[done] = None
        else:
            return tuple(found)


def substitute(expr: Expr, replacements: dict[Any, Any]) -> Expr:
    """Replace sub-expressions as they stand, without opening the sums and products they land in."""
    if not replacements:
        return expr

    @cache
    def visit(node: Any) -> Any:
        if node in replacements:
            return replacements[node]
        if not node.args:
            return node
        args = tuple(map(visit, node.args))
        return node if args == node.args else node.func(*args)

    return visit(expr)
