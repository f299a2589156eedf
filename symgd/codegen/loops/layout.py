"""Where the numbers of a run stand in the arrays that a compiled training loop works on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

from symgd.codegen.sizes import full_shape
from symgd.notation.indices import number_of
from symgd.notation.problem import Problem
from symgd.notation.updates import UpdateRule


@dataclass(frozen=True)
class Slot:
    """Numbers of one kind: the loss, or of one *parameter* its value, its slope or a state of the update rule.

    *position* is that of the parameter among all.
    """

    kind: str
    parameter: Any = None
    position: int = 0

    @cached_property
    def is_array(self) -> bool:
        """Whether the parameter has a shape."""
        return self.parameter is not None and bool(full_shape(self.parameter))

    def shape(self, sizes: Mapping[str, int]) -> tuple[int, ...]:
        """The shape, from the numbers of named sizes."""
        if not self.is_array:
            return ()
        return tuple(number_of(size) or sizes.get(str(size), 1) for size in full_shape(self.parameter))


LOSS, VALUE, SLOPE = "loss", "value", "slope"


def slots(problem: Problem, rule: UpdateRule) -> tuple[Slot, ...]:
    """All numbers of a state, single ones before arrays."""
    kinds = (VALUE, SLOPE, *(str(state) for state in rule.states))
    found = [Slot(LOSS), *(Slot(kind, *of) for kind in kinds for of in numbered(problem))]
    return (*(s for s in found if not s.is_array), *(s for s in found if s.is_array))


def numbered(problem: Problem) -> list[tuple[Any, int]]:
    """The parameters, each with its position."""
    return [(parameter, position) for position, parameter in enumerate(problem.parameters)]


def recorded(listed: tuple[Slot, ...]) -> tuple[Slot, ...]:
    """Those that a history keeps."""
    return tuple(slot for slot in listed if slot.kind in (LOSS, VALUE))


def places(listed: Iterable[Slot], sizes: Mapping[str, int]) -> list[tuple[Slot, slice]]:
    """The slots, each with its place in a row of numbers."""
    found = []
    place = 0
    for slot in listed:
        length = prod(slot.shape(sizes))
        found.append((slot, slice(place, place + length)))
        place += length
    return found


def in_order(placed: Iterable[tuple[Slot, slice]]) -> list[tuple[Slot, slice]]:
    """The same in the order of the parameters."""
    return sorted(placed, key=lambda each: each[0].position)
