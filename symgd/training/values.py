"""The numbers of a run, and what is known of them without reading data that are not in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from symgd.training.partitions.partitions import Partitions


@dataclass(frozen=True)
class Values:
    """The numbers of a run, by name; *settings* are those of the update rule, in its order."""

    start: Mapping[str, Any]
    data: Mapping[str, Any]
    constants: Mapping[str, Any]
    settings: tuple[Any, ...]

    @property
    def samples(self) -> int:
        """The number of samples; 0 for a loss without data."""
        if isinstance(self.data, Partitions):
            return self.data.samples
        return len(next(iter(self.data.values()))) if self.data else 0

    @property
    def numbers(self) -> int:
        """How many numbers the data are."""
        if isinstance(self.data, Partitions):
            return self.data.numbers
        return sum(np.size(each) for each in self.data.values())

    @property
    def arrays(self) -> tuple[Any, ...]:
        """The arrays of data that are in memory; data in partitions are not."""
        return () if isinstance(self.data, Partitions) else tuple(self.data.values())

    @property
    def exact(self) -> bool:
        """Whether all are fractions."""
        return isinstance(next(iter(self.start.values())), Fraction)

    @property
    def dtype(self) -> Any:
        """The precision of all numbers that are no fractions."""
        return next(iter(self.start.values())).dtype

    @property
    def size(self) -> int:
        """How many numbers the parameters are."""
        return sum(np.size(value) for value in self.start.values())
