"""Batches of data in partitions: consecutive samples of one partition after the other."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from symgd.errors import TrainingError
from symgd.training.batches import Batch, Batches
from symgd.training.partitions.partitions import Partitions, arrays_of
from symgd.training.values import Values


@dataclass(frozen=True)
class PartitionBatches(Batches):
    """Batches of *data*; the last one of each partition holds what is left of it."""

    data: Partitions | None = None
    dtype: Any = None

    @property
    def per_epoch(self) -> int:
        """The number of iterations that see each sample once."""
        looks = self.data.looks if self.data is not None and not self.whole else ()
        return sum(math.ceil(look.samples / self.size) for look in looks) or 1

    def _split(self, data: Batch) -> Iterator[Batch]:
        while self.data is not None:
            for piece in self.data.read():
                data = list(arrays_of(self.data.names, piece, self.dtype).values())
                for first in range(0, len(data[0]), self.size):
                    yield [column[first : first + self.size] for column in data]


def split_partitions(values: Values, batches: Batches) -> Batches:
    """The batches that were asked for, of data in partitions if they are; TrainingError for an order of their own."""
    if not isinstance(values.data, Partitions):
        return batches
    if batches.shuffled:
        raise TrainingError(
            "shuffle=True needs all samples in memory, and these data come in partitions: shuffle them once before "
            "they are stored, and leave shuffle out."
        )
    return PartitionBatches(batches.samples, batches.size, data=values.data, dtype=values.dtype)
