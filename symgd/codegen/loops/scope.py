"""What the variables of one generated function hold, and the letters of the loops that are open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sympy import S, Symbol

from symgd.codegen.forms import Forms
from symgd.codegen.loops.names import Names
from symgd.codegen.loops.totals import is_total
from symgd.codegen.written import ATOM, Written
from symgd.notation.indices import SAMPLE, SAMPLES, Count, Index, number_of
from symgd.notation.symbols import Element, label_of

_LETTERS = "jklmpq"


class LoopScope:
    """Finds for each expression the variable that holds it, or the element of one at the indices of the open loops."""

    source = ""

    def __init__(self, forms: Forms, labels: Mapping[Any, str], names: Names) -> None:
        self.forms, self.names = forms, names
        self.counts: dict[Any, str] = {SAMPLES: "n"}
        self.converted: set[Any] = set()
        self._labels = dict(labels)
        self._held: dict[int, str] = {}
        self._totals: dict[int, tuple[str, tuple[int, ...]]] = {}
        self._letters: dict[Any, str] = {SAMPLE: "i"}

    def name(self, label: Any, variable: str) -> None:
        """Let a variable hold a named intermediate."""
        self._labels[label] = variable

    def hold(self, expr: Any, variable: str) -> None:
        """Let a variable hold the value of *expr*."""
        self._held.setdefault(self.forms.of(expr).number, variable)

    def forget(self, node: Any, definition: Any) -> None:
        """Let the variable of *node* hold it no longer, nor its *definition*: the loop that computed it is closed."""
        variable = self._held.pop(self.forms.of(definition).number, None)
        if self._labels.pop(node, None) is None and variable is not None:
            self.names.release(variable)

    def hold_total(self, number: int, variable: str, places: tuple[int, ...]) -> None:
        """Let a variable hold the sums over samples of a form; *places* tells which of its indices are the axes."""
        self._totals[number] = variable, places

    @contextmanager
    def looping(self, indices: Mapping[Index, Any]) -> Iterator[tuple[str, ...]]:
        """Open a loop over each index; the letters that they have in it."""
        before, depth = dict(self._letters), len(self._letters) - 1
        letters = tuple(self.names[_LETTERS[depth + k]] for k in range(len(indices)))
        self._letters |= dict(zip(indices, letters, strict=True))
        yield letters
        self._letters = before

    def size(self, count: Any) -> str:
        """The number of values of an index: a number, or the variable that holds it."""
        if number_of(count) is not None:
            return str(number_of(count))
        if count not in self.counts:
            self.counts[count] = self.names.new(str(count))
        return self.counts[count]

    def find(self, expr: Any) -> Written | None:
        """What holds *expr*; None if nothing does."""
        if isinstance(expr, Count):
            return Written(self.size(expr))
        label = label_of(expr)
        if label in self._labels:
            found = self._element(self._labels[label], expr.indices if isinstance(expr, Element) else ())
            return Written(f"float({found.text})", ATOM) if label in self.converted else found
        if isinstance(expr, Symbol):
            return None
        if is_total(expr):
            return self._total(expr)
        held = self._held.get(self.forms.of(expr).number)
        return None if held is None else Written(held)

    def _total(self, expr: Any) -> Written | None:
        form = self.forms.of(expr.function)
        if form.number not in self._totals:
            return None
        variable, places = self._totals[form.number]
        return self._element(variable, tuple(form.indices[place] for place in places))

    def _element(self, variable: str, at: tuple[Any, ...]) -> Written:
        if not at:
            return Written(variable)
        # Before its loop is open an index has no letter: then only whether there is a variable is asked.
        places = [
            self._letters.get(index, "?") if isinstance(index, Index) else str(index - S.One) for index in at
        ]
        return Written(f"{variable}[{', '.join(places)}]", ATOM)
