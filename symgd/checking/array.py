"""The checks of one parameter: of a number one, of an array one for each entry or direction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from symgd.checking.judgement import Verdict, worst
from symgd.checking.lines import lines
from symgd.checking.parameter import ParameterCheck, check_line
from symgd.checking.point import Point


@dataclass(frozen=True, eq=False)
class ArrayCheck:
    """What was found for a parameter that is an array.

    *entries* holds a check for each of its entries, ``W[0, 2]``; where there are many, for a few random directions
    through all of them, ``W along direction 1``. Iteration goes through them.
    """

    name: str
    entries: tuple[ParameterCheck, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst among the entries."""
        return worst(entry.verdict for entry in self.entries)

    def __iter__(self) -> Iterator[ParameterCheck]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)


def check_parameter(point: Point, name: str, derived: Any) -> ParameterCheck | ArrayCheck:
    """Compare the gradient in one parameter with the slopes of the compiled loss."""
    value = point.values[name]
    found = tuple(check_line(point, line, derived) for line in lines(name, value))
    return ArrayCheck(name, found) if value.shape else found[0]
