"""The history that a compiled loop writes: rows of numbers, in pieces that are made as they are needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from symgd.codegen.loops.layout import LOSS, Slot, in_order, places

# Numbers in one piece: 16 MB.
_NUMBERS = 2_000_000


class Pieces:
    """The loss and the parameters of each state; arrays only if they are kept. *slots* stand in each row."""

    def __init__(self, slots: tuple[Slot, ...], sizes: Mapping[str, int], keep: bool, states: int) -> None:
        self._sizes, self._states = sizes, states
        # Arrays stand last in a row: those that are not kept leave no gap.
        self._placed, self._keep = places(slots, sizes), keep
        self._width = max(place.stop for slot, place in self._placed if keep or not slot.is_array)
        self._pieces: list[Any] = []
        self.origin = self._end = 0

    def reach(self, state: int) -> int:
        """Have a piece for a state at hand; the last state that it has a row for."""
        if state >= self._end:
            self.origin = self._end
            rows = max(1, min(self._states - self._end, _NUMBERS // self._width))
            self._pieces.append(np.empty((rows, self._width)))
            self._end += rows
        return self._end - 1

    @property
    def piece(self) -> Any:
        """The piece at hand."""
        return self._pieces[-1]

    def loss(self, state: int) -> Any:
        """The loss of a state."""
        for piece in self._pieces:
            if state < len(piece):
                return piece[state, 0]
            state -= len(piece)
        raise IndexError(state)

    def arrays(self, states: int) -> list[Any]:
        """The first *states* values of the loss and of each parameter, None for arrays that were not kept."""
        rows = np.concatenate(self._pieces)[:states] if len(self._pieces) > 1 else self._pieces[0][:states]
        if 2 * states < self._end:
            # A run that ended early keeps no more memory than it needs.
            rows = rows.copy()
        loss = [each for each in self._placed if each[0].kind == LOSS]
        others = in_order(each for each in self._placed if each[0].kind != LOSS)
        return [self._column(rows, *each) for each in (*loss, *others)]

    def _column(self, rows: Any, slot: Slot, place: slice) -> Any:
        if not slot.is_array:
            return rows[:, place.start]
        if not self._keep:
            return None
        return rows[:, place].reshape((len(rows), *slot.shape(self._sizes)))
