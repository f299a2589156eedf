"""What all functions of one module of loops share: the form of code, the variables, the sums over samples."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from symgd.codegen.body import code_names, source_of_size
from symgd.codegen.loops.block import INDENT
from symgd.codegen.loops.names import TAKEN, Names, variable
from symgd.codegen.loops.scope import LoopScope
from symgd.codegen.loops.totals import Parts, Total
from symgd.codegen.sharing import describe, shared
from symgd.notation.algebra import OrderedSum
from symgd.notation.indices import SAMPLE, SAMPLES
from symgd.notation.shapes import lengths

_WORD = re.compile(r"\b[^\W\d]\w*")


@dataclass(frozen=True)
class Form:
    """Which code is written: for *one* sample at a time, or for samples in *blocks*; in an *order* of their own.

    Blocks are computed by several threads if *parallel*. Where the data are in another precision than the parameters,
    each number is *converted* as it is read.
    """

    one: bool = False
    blocks: bool = False
    ordered: bool = False
    parallel: bool = False
    converted: bool = False


@dataclass(frozen=True)
class Sum:
    """A sum over samples, its variable, and where it stands in a row of sums: from *place* on, *length* numbers."""

    total: Total
    variable: str
    place: str
    shape: tuple[str, ...]
    counts: tuple[str, ...]

    @property
    def length(self) -> str:
        """The number of its entries."""
        return " * ".join(self.shape) or "1"

    def of(self, row: str) -> str:
        """The sum in a row of sums."""
        if not self.shape:
            return f"{row}[{self.place}]"
        part = f"{row}[{self.place} : {plus(self.place, self.length)}]"
        return part if len(self.shape) == 1 else f"{part}.reshape(({', '.join(self.shape)}))"


class Writing:
    """What all functions of one module share: the parts, the form of code, the variables of sums.

    *passes* are the functions of each pass over the samples, and their arguments, once they are written.
    """

    def __init__(self, parts: Parts, form: Form) -> None:
        self.parts, self.form = parts, form
        names = code_names((*parts.problem.leaves, *parts.definitions), variable)
        self.leaves = {leaf: names[leaf] for leaf in parts.problem.leaves}
        everything = (*parts.definitions.values(), *parts.roots.values())
        self.shared = shared(everything, parts.forms)
        self.taken = {*names.values(), *parts.roots}
        self.sums = tuple(self._sums())
        self.arrays = any(each.shape for each in self.sums)
        self.passes: dict[int, tuple[list[str], list[str]]] = {}

    @property
    def work(self) -> bool:
        """Whether sums are kept in rows of an array, one row for each block."""
        return bool(self.sums) and (self.arrays or self.form.blocks)

    @property
    def rows(self) -> tuple[tuple[tuple[str, ...], ...], ...]:
        """The shapes of the sums in a row, for each pass."""
        if not self.work:
            return ()
        levels = range(1, self.parts.levels + 1)
        return tuple(tuple(each.counts for each in self.of_level(level)) for level in levels)

    def scope(self, level: int) -> LoopScope:
        """The variables of a function that has the sums below a level, and those of the symbols."""
        labels = {getattr(leaf, "label", leaf): name for leaf, name in self.leaves.items()}
        scope = LoopScope(self.parts.forms, labels, Names({*self.taken, *(s.variable for s in self.sums)}))
        scope.counts |= {
            size: self.size(size) for size in self.parts.problem.sizes if not str(size).isdecimal()
        }
        if self.form.converted:
            scope.converted = {getattr(leaf, "label", leaf) for leaf in self.parts.problem.data}
        for done in range(1, level):
            self.hold_sums(scope, done)
        return scope

    def hold_sums(self, scope: LoopScope, level: int) -> None:
        """Let their variables hold the sums of one pass."""
        for each in self.of_level(level):
            places = tuple(_form_places(self.parts, each.total))
            scope.hold_total(each.total.number, each.variable, places)

    def size(self, size: Any) -> str:
        """The variable of the size of an axis."""
        name = str(size)
        return f"size_{name}" if name in self.taken or name in TAKEN else name

    def sizes(self, lines: Iterable[str]) -> list[str]:
        """The lines that bind the sizes that *lines* use."""
        words = words_in(lines)
        named = [size for size in self.parts.problem.sizes if not str(size).isdecimal()]
        return [
            f"{self.size(size)} = {source_of_size(size, self.parts.problem, variable)}"
            for size in named
            if self.size(size) in words
        ]

    def arguments(self, lines: Iterable[str], known: Iterable[str] = ()) -> list[str]:
        """The symbols, and the sums of earlier passes, that *lines* use."""
        words = words_in(lines)
        return [name for name in (*known, *self.leaves.values()) if name in words]

    def of_level(self, level: int) -> list[Sum]:
        """The sums of one pass."""
        return [each for each in self.sums if each.total.level == level]

    def earlier(self, level: int) -> list[str]:
        """The number of samples, and the sums that are known before a pass."""
        return ["n", *(each.variable for each in self.sums if each.total.level < level)]

    def _sums(self) -> Iterator[Sum]:
        names = Names(self.taken)
        for level in range(1, self.parts.levels + 1):
            place = "0"
            for total in self.parts.totals:
                if total.level == level:
                    name = names.new(describe(OrderedSum(total.body, (SAMPLE, 1, SAMPLES)))[:40].rstrip("_"))
                    sizes = [lengths(total.body)[axis].size for axis in total.axes]
                    texts = tuple(str(s) if str(s).isdecimal() else self.size(s) for s in sizes)
                    yield (new := Sum(total, name, place, texts, tuple(map(str, sizes))))
                    place = plus(place, new.length)


def words_in(lines: Iterable[str]) -> set[str]:
    """The identifiers in lines of source."""
    return {word for line in lines for word in _WORD.findall(line.split("  #")[0])}


def define(head: str, docstring: str, lines: Iterable[str], decorator: str = "@njit(**FAST)") -> str:
    """The source of a function."""
    quoted = docstring if "\n" not in docstring else docstring + f"\n{INDENT}"
    body = "".join(f"{INDENT}{line}\n" for line in (f'"""{quoted}"""', *lines))
    return f"{decorator}\ndef {head}:\n{body}"


def plus(place: str, length: str) -> str:
    """The sum of two sizes, numbers added."""
    numbers = [part for part in (*place.split(" + "), length) if part.isdecimal()]
    others = [part for part in (*place.split(" + "), length) if not part.isdecimal()]
    known = sum(map(int, numbers))
    return " + ".join([*others, *([str(known)] if known or not others else [])])


def _form_places(parts: Parts, total: Total) -> Iterator[int]:
    indices = parts.forms.of(total.body).indices
    return (indices.index(axis) for axis in total.axes)
