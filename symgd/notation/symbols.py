"""The symbols of a loss: parameters, data and constants.

A role is a class. ``parameters("w")`` is a :class:`Parameter`; ``data("x")`` is ``x_i``, a SymPy ``Indexed``
whose base is labelled by a :class:`Data`; ``constants("c")`` is a :class:`Constant`. All are real. Two symbols
are equal when role and name are. A symbol carries no value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Expr, IndexedBase, Symbol
from sympy.tensor.indexed import Indexed

from symgd.errors import NotationError
from symgd.notation.algebra import Ordered


class Named(Ordered, Symbol):
    """A real symbol with a role."""

    __slots__ = ()

    def __new__(cls, name: str, **assumptions: Any) -> Any:
        return Symbol.__new__(cls, name, **{"real": True, **assumptions})


class Parameter(Named):
    """A symbol that training may change."""

    __slots__ = ()


class Constant(Named):
    """A symbol that the user fixes: the λ of a penalty, the δ of a Huber loss."""

    __slots__ = ()


class Data(Named):
    """The label of a data symbol; ``x_i`` is an :class:`Entry` of it."""

    __slots__ = ()


class Index(Named):
    """An index that a sum runs over."""

    __slots__ = ()


class Count(Named):
    """The number of values that an index takes."""

    __slots__ = ()


class Entry(Ordered, Indexed):
    """One entry of a data symbol: ``x_i``."""

    @property
    def label(self) -> Any:
        """The symbol whose entry this is."""
        return self.base.label

    @property
    def name(self) -> str:
        return str(self.label.name)


SAMPLE = Index("i", integer=True)
"""The index of the samples."""

SAMPLES = Count("n", integer=True, positive=True)
"""The number of samples."""

RESERVED = {"i": "the index of the samples", "n": "the number of samples", "L": "the loss"}


def entry(label: Data) -> Entry:
    """The value of *label* for sample i."""
    return Entry(IndexedBase(label), SAMPLE)


def parameters(names: str) -> Any:
    """Parameters: the symbols that training changes.

    One name gives a symbol, several give a tuple. Names are Python identifiers; Greek names (``theta``),
    accents (``y_hat``) and indices (``w_1`` or ``w1``) are typeset as such.

    Raises NotationError for a name that is not an identifier, is given twice, or is reserved (``i``, ``n``, ``L``).

    >>> parameters("w b")
    (w, b)
    >>> parameters("w").is_real
    True
    """
    return _declare(names, Parameter)


def data(names: str) -> Any:
    """Data: symbols with one value per sample, written with the sample index as ``x_i``.

    Names are as for :func:`parameters`.

    >>> x, y = data("x y")
    >>> x
    x[i]
    """
    return _declare(names, lambda name: entry(Data(name)))


def constants(names: str) -> Any:
    """Constants: symbols that the user fixes, such as the λ of a penalty.

    Names are as for :func:`parameters`; their values are given when a program runs.

    >>> constants("c")
    c
    """
    return _declare(names, Constant)


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
