"""The first pass over data in partitions: all that is checked of data in memory is checked of each partition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from symgd.codegen.binding import bind_data
from symgd.errors import DataError
from symgd.notation.problem import Problem


@dataclass(frozen=True)
class Look:
    """What there is to see of a partition: the shape of one sample and the type of its numbers, by name.

    *wrong* is what is wrong with it, if anything is.
    """

    samples: int = 0
    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    kinds: Mapping[str, Any] = field(default_factory=dict)
    wrong: str = ""


@dataclass(frozen=True)
class Looking:
    """Looks at a partition of the data of a problem."""

    problem: Problem

    def __call__(self, piece: Any) -> Look:
        """What there is to see."""
        try:
            bound = bind_data(self.problem, piece)
        except DataError as error:
            return Look(wrong=str(error))
        shapes = {name: array.shape[1:] for name, array in bound.items()}
        return Look(len(next(iter(bound.values()))), shapes, {name: _kind(a) for name, a in bound.items()})


def checked(looks: Iterable[Look]) -> tuple[Look, ...]:
    """All *looks*; DataError that names the partition for the first with something wrong."""
    seen: list[Look] = []
    first = 0
    for number, look in enumerate(looks):
        wrong = look.wrong or _differs(look, seen)
        if wrong:
            raise DataError(f"partition {number}, whose first sample is {first}: {wrong}")
        seen.append(look)
        first += look.samples
    if not seen:
        raise DataError("the data have no partitions: at least one sample is needed.")
    return tuple(seen)


def _kind(array: Any) -> Any:
    """The type of its numbers; fractions are used as floats."""
    return np.dtype(np.float64) if array.dtype == object else array.dtype


def _differs(look: Look, seen: list[Look]) -> str:
    """What a partition has in another shape than the first one."""
    if not seen or look.shapes == seen[0].shapes:
        return ""
    name = next(name for name, shape in look.shapes.items() if shape != seen[0].shapes[name])
    return (
        f"a sample of the data {name!r} has shape {look.shapes[name]}; in partition 0 it is "
        f"{seen[0].shapes[name]}. All partitions have samples of one shape."
    )
