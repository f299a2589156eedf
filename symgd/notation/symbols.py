"""The symbols of a loss: parameters, data and constants.

A role is a class. ``parameters("w")`` is a :class:`Parameter`; ``data("x")`` is ``x_i``, an :class:`Entry` whose
base is labelled by a :class:`Data`; ``constants("c")`` is a :class:`Constant`. With a shape, a symbol is the
:class:`Element` of an array at the placeholders of its axes (:mod:`symgd.notation.indices`). All are real. Two
symbols are equal when role, name and shape are. A symbol carries no value.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any

from sympy import Expr, IndexedBase, S
from sympy.tensor.indexed import Indexed

from symgd.errors import NotationError
from symgd.notation.algebra import Ordered
from symgd.notation.indices import RESERVED, SAMPLE, Named, axis, size


class Parameter(Named):
    """A symbol that training may change."""

    __slots__ = ()


class Constant(Named):
    """A symbol that the user fixes: the λ of a penalty, the δ of a Huber loss."""

    __slots__ = ()


class Data(Named):
    """The label of a data symbol; ``x_i`` is an :class:`Entry` of it."""

    __slots__ = ()


class Distribution(Data):
    """The label of data whose entries sum to one for each sample: the labels of a classification."""

    __slots__ = ()


class Element(Ordered, Indexed):
    """One number of an array: of the symbol or the named intermediate that is its :attr:`label`."""

    is_real = True
    is_commutative = True

    def __new__(cls, base: Any, *indices: Any, **_: Any) -> Any:
        # Not through Indexed's constructor, which takes assumptions from the base: a label need not have any.
        return Expr.__new__(cls, base, *indices)

    @cached_property
    def label(self) -> Any:
        """The symbol or the named intermediate whose element this is."""
        return self.base.args[0]

    @cached_property
    def name(self) -> str:
        return str(self.label.name)

    @property
    def free_symbols(self) -> set[Any]:
        """The symbols that the array depends on, and the indices."""
        return self.label.without_indices | {
            symbol for index in self.indices for symbol in index.free_symbols
        }

    def _sympystr(self, printer: Any) -> str:
        at_placeholders = isinstance(self.label, Named) and self.label.shape and self == whole(self.label)
        return (
            self.name if at_placeholders else f"{self.name}[{', '.join(map(printer.doprint, self.indices))}]"
        )


class Entry(Element):
    """One entry of a data symbol: ``x_i``."""


def placeholders(shape: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """The indices of an array of this shape, one for each axis; an axis of size 1 has a fixed one, so it broadcasts."""
    count = len(shape)
    return tuple(S.One if length is S.One else axis(count - k) for k, length in enumerate(shape))


@lru_cache(maxsize=10_000)
def whole(label: Any) -> Any:
    """What stands for a symbol in formulas: itself, or the element of its array at the placeholders."""
    if isinstance(label, Data):
        return Entry(IndexedBase(label), SAMPLE, *placeholders(label.shape))
    return Element(IndexedBase(label), *placeholders(label.shape)) if label.shape else label


def label_of(leaf: Any) -> Any:
    """The symbol that tells the role of a parameter, of data or of a constant."""
    return leaf.label if isinstance(leaf, Element) else leaf


def parameters(names: str, shape: Any = ()) -> Any:
    """Parameters: the symbols that training changes.

    One name gives a symbol, several give a tuple. Names are Python identifiers; Greek names (``theta``),
    accents (``y_hat``) and indices (``w_1`` or ``w1``) are typeset as such. *shape* makes each an array; its sizes
    are names, bound by the data, or numbers.

    Raises NotationError for a name that is not an identifier, is given twice, or is reserved (``i``, ``n``, ``L``),
    and for a size that is neither a name nor a positive whole number.

    >>> parameters("w b")
    (w, b)
    >>> parameters("w").is_real
    True
    >>> parameters("W", shape=("h", "d"))
    W
    """
    return _declare(names, lambda name: whole(Parameter(name, _sizes(shape))))


def data(names: str, shape: Any = (), sums_to_one: bool = False) -> Any:
    """Data: symbols with one value per sample, written with the sample index as ``x_i``.

    Names are as for :func:`parameters`. With a *shape*, each sample has an array; the axis of the samples is not
    part of the shape. *sums_to_one* declares that the entries of each sample sum to one, as labels do.

    >>> x, y = data("x y")
    >>> x
    x[i]
    >>> data("t", shape=("k",), sums_to_one=True)
    t
    """
    sizes = _sizes(shape)
    if sums_to_one and len(sizes) != 1:
        raise NotationError(
            f"sums_to_one declares vectors whose entries sum to one; {names!r} has shape {shape!r}."
        )
    return _declare(names, lambda name: whole((Distribution if sums_to_one else Data)(name, sizes)))


def constants(names: str, shape: Any = ()) -> Any:
    """Constants: symbols that the user fixes, such as the λ of a penalty.

    Names and shapes are as for :func:`parameters`; their values are given when a program runs.

    >>> constants("c")
    c
    """
    return _declare(names, lambda name: whole(Constant(name, _sizes(shape))))


def _sizes(shape: Any) -> tuple[Expr, ...]:
    if isinstance(shape, str | int):
        raise NotationError(f"a shape is a tuple of sizes, such as ('d',) or (3, 'd'), not {shape!r}.")
    return tuple(map(size, shape))


def check_name(name: str) -> str:
    """*name*, if it can name a symbol in formulas and in code; else NotationError."""
    if not isinstance(name, str) or not name.isidentifier() or name.startswith("_"):
        raise NotationError(
            f"{name!r} cannot name a symbol: use letters, digits and underscores, a letter first."
        )
    if name in RESERVED:
        raise NotationError(f"{name!r} stands for {RESERVED[name]}; choose another name for your symbol.")
    return name


def _declare(names: str, make: Callable[[str], Expr]) -> Any:
    if not isinstance(names, str):
        raise NotationError(f"names are one string such as 'w b', not {names!r}.")
    listed = names.replace(",", " ").split()
    if not listed:
        raise NotationError("no name was given: write for example parameters('w b').")
    twice = [name for name in listed if listed.count(name) > 1]
    if twice:
        raise NotationError(f"{twice[0]!r} is named twice in {names!r}.")
    symbols = tuple(make(check_name(name)) for name in listed)
    return symbols if len(symbols) > 1 else symbols[0]
