"""The variables of a generated function: which expression each holds, at which axes."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Mapping
from typing import Any

from sympy import S, Symbol

from symgd.codegen.forms import Forms
from symgd.codegen.written import ATOM, Axes, Written, indexed
from symgd.notation.indices import SAMPLES, Count, Index, Sample, number_of
from symgd.notation.symbols import Element, label_of


class Scope:
    """Variables by what they hold; *taken* are names that no new variable may have."""

    def __init__(self, names: Mapping[Any, str] | None = None, taken: Iterable[str] = ()) -> None:
        self.forms = Forms()
        self.counts: dict[Any, str] = {SAMPLES: "n"}
        self.used: set[Any] = set()
        self.source = next((name for leaf, name in (names or {}).items() if _is_array(leaf)), "")
        self._labels = {label_of(leaf): name for leaf, name in (names or {}).items()}
        self._known: dict[int, tuple[str, tuple[int, ...]]] = {}
        self._taken = {*self._labels.values(), *taken}

    def new(self, wanted: str) -> str:
        """A variable that nothing has yet, named as wanted or nearly so."""
        variable, number = wanted, 2
        while variable in self._taken or keyword.iskeyword(variable):
            variable, number = f"{wanted}_{number}", number + 1
        self._taken.add(variable)
        return variable

    def name(self, label: Any, variable: str) -> None:
        """Let a variable hold the array of a symbol or of a named intermediate."""
        self._labels[label] = variable

    def hold(self, expr: Any, variable: str, axes: Axes) -> None:
        """Let a variable hold the value of *expr* at *axes*, unless another one does."""
        form = self.forms.of(expr)
        self._known.setdefault(form.number, (variable, tuple(map(form.indices.index, axes))))

    def find(self, expr: Any) -> Written | None:
        """The variable that holds *expr*, or an array that it is an element of; None if none does."""
        if isinstance(expr, Count):
            return self._count(expr)
        label = label_of(expr)
        if label in self._labels:
            at = expr.indices if isinstance(expr, Element) else getattr(expr, "indices", ())
            return _element(self._labels[label], at)
        form = None if isinstance(expr, Symbol) else self.forms.of(expr)
        if form is None or form.number not in self._known:
            return None
        variable, places = self._known[form.number]
        return Written(variable, ATOM, tuple(form.indices[place] for place in places))

    def natural(self, expr: Any) -> Axes:
        """The free indices of *expr*: samples first, then as they first occur, rows of a product before columns."""
        return tuple(sorted(self.forms.of(expr).indices, key=lambda index: not isinstance(index, Sample)))

    def _count(self, size: Any) -> Written:
        """The number of values of an index: a number, or the variable that holds it."""
        if number_of(size) is not None:
            return Written(str(number_of(size)))
        self.used.add(size)
        if size not in self.counts:
            self.counts[size] = self.new(f"size_{size}" if str(size) in self._taken else str(size))
        return Written(self.counts[size])


def _is_array(leaf: Any) -> bool:
    """Whether a symbol has a shape."""
    return bool(getattr(label_of(leaf), "shape", ()))


def _element(variable: str, at: tuple[Any, ...]) -> Written:
    """An array at indices: along an axis of size 1 there is one, and two equal ones are a diagonal."""
    written = Written(variable, ATOM, tuple(index for index in at if isinstance(index, Index)))
    if len(written.axes) < len(at):
        places = [":" if isinstance(index, Index) else str(index - S.One) for index in at]
        while places[-1] == ":":
            places.pop()
        taken = indexed(written, places, written.axes)
        whole = tuple(index if isinstance(index, Index) else None for index in at)
        written = taken._replace(whole=variable, places=whole)
    return diagonal(written)


def diagonal(written: Written) -> Written:
    """The array with each index once: of two axes that have the same one, the diagonal."""
    for index in dict.fromkeys(written.axes):
        while written.axes.count(index) > 1:
            first = written.axes.index(index)
            second = written.axes.index(index, first + 1)
            rest = tuple(a for k, a in enumerate(written.axes) if k not in (first, second))
            which = "" if (first, second) == (0, 1) else f", axis1={first}, axis2={second}"
            written = Written(f"np.diagonal({written.text}{which})", ATOM, (*rest, index))
    return written
