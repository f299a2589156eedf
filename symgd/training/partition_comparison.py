"""The sums of a loss as it was written over data in partitions, at several points at once: one pass for each sum."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symgd.training.partitions import Partitions, arrays_of

Values = Mapping[str, Any]


@dataclass(frozen=True)
class SumsAt:
    """A task for a partition: its part of a *total*, with what is known at each of several points.

    *moved* are factors for the data.
    """

    total: Callable[[Values], Any]
    known: tuple[Values, ...]
    moved: Mapping[str, float]
    names: list[str]

    def __call__(self, piece: Any) -> Any:
        """A number for each point."""
        arrays = arrays_of(self.names, piece, np.float64)
        block = {name: array * self.moved[name] if self.moved else array for name, array in arrays.items()}
        with np.errstate(all="ignore"):
            return np.array([float(self.total({**at, **block})) for at in self.known])


def sums_at(
    total: Callable[[Values], Any], known: Sequence[Values], moved: Mapping[str, float], data: Partitions
) -> list[float]:
    """The sum over all partitions, for each point."""
    found: list[float] = data.joined(SumsAt(total, tuple(known), moved, data.names), np.add).tolist()
    return found
