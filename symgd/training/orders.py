"""The orders of the samples in shuffled epochs, several epochs at a time for loops that go through them."""

from __future__ import annotations

from typing import Any

import numpy as np

from symgd.training.batches import Batches

# Numbers of several short epochs that are drawn at a time; of a long one all.
_NUMBERS = 1_000_000


class Orders:
    """The same orders as :meth:`Batches.of` takes the samples in, as rows of an array, the first that of the epoch
    before; one empty row if not shuffled.
    """

    def __init__(self, batches: Batches, iterations: int) -> None:
        self._batches = batches
        self._generator: Any = np.random.default_rng(batches.seed) if batches.shuffled else None
        self._left = iterations // batches.per_epoch + 1
        self._first = self._count = 0
        self.rows: Any = np.empty((1, 0), dtype=np.uint64)

    def reach(self, state: int) -> int:
        """Have the order of the epoch of a state at hand; the last state for which there is one."""
        batches = self._batches
        if not batches.shuffled:
            return 2**62
        while state // batches.per_epoch >= self._first + self._count:
            self._draw()
        return (self._first + self._count) * batches.per_epoch - 1

    def row(self, state: int) -> int:
        """The row of a state's epoch."""
        return state // self._batches.per_epoch - self._first + 1 if self._batches.shuffled else 0

    def batch(self, state: int, data: Any) -> Any:
        """The data of a state's batch; its order must be at hand."""
        batches = self._batches
        first = state % batches.per_epoch * batches.size
        which: Any = slice(first, first + batches.size)
        if batches.shuffled:
            which = self.rows[self.row(state)][which].astype(np.int64)
        return [column[which] for column in data]

    def _draw(self) -> None:
        self._first += self._count
        self._count = max(1, min(self._left, _NUMBERS // self._batches.samples))
        self._left -= self._count
        # Without a sign, as compiled code need not ask then whether an index counts from the end.
        orders = [
            self._generator.permutation(self._batches.samples).view(np.uint64) for _ in range(self._count)
        ]
        # The last order of before stays: the state that comes last is of that epoch.
        self.rows = np.stack([self.rows[-1] if self.rows.size else orders[0], *orders])
