"""The orders of the samples in shuffled epochs, several epochs at a time for loops that go through them."""

from __future__ import annotations

from typing import Any

import numpy as np

from symgd.training.batches import Batches, kind_of_order, shuffle_into

# Numbers of several short epochs that are drawn at a time; of a long one all.
_NUMBERS = 1_000_000


class Orders:
    """The same orders as :meth:`Batches.of` takes the samples in, as rows of an array; one empty row if not shuffled.

    Of the epoch before the first row, the last batch alone is known: the state that comes last may be of that epoch.
    """

    def __init__(self, batches: Batches, iterations: int) -> None:
        self._batches = batches
        self._generator: Any = np.random.default_rng(batches.seed) if batches.shuffled else None
        self._left = iterations // batches.per_epoch + 1
        self._first = self._count = 0
        self._before: Any = np.empty(0, dtype=np.int64)
        self.rows: Any = np.empty((1, 0), dtype=kind_of_order(batches.samples))

    def reach(self, state: int) -> int:
        """Have the order of the epoch of a state at hand; the last state for which there is one."""
        batches = self._batches
        if not batches.shuffled:
            return 2**62
        while state // batches.per_epoch >= self._first + self._count:
            self._draw()
        return (self._first + self._count) * batches.per_epoch - 1

    def row(self, state: int) -> int:
        """The row of a state's epoch; -1 for the epoch before the first row."""
        return state // self._batches.per_epoch - self._first if self._batches.shuffled else 0

    def batch(self, state: int, data: Any) -> Any:
        """The data of a state's batch; its order must be at hand."""
        batches, row = self._batches, self.row(state)
        which: Any = self._place(state)
        if batches.shuffled:
            which = self._before if row < 0 else self.rows[row][which].astype(np.int64)
        return [column[which] for column in data]

    def _place(self, state: int) -> slice:
        """Where in its epoch a state's batch is."""
        first = state % self._batches.per_epoch * self._batches.size
        return slice(first, first + self._batches.size)

    def _draw(self) -> None:
        samples = self._batches.samples
        if self._count:
            self._before = self.rows[self._count - 1, self._place(-1)].astype(np.int64)
        self._first += self._count
        self._count = max(1, min(self._left, _NUMBERS // samples))
        self._left -= self._count
        if len(self.rows) < self._count or not self.rows.size:
            self.rows = np.empty((self._count, samples), dtype=self.rows.dtype)
        for row in self.rows[: self._count]:
            shuffle_into(row, self._generator)
