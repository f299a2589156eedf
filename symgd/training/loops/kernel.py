"""A compiled training loop, and the arrays that it works on."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from symgd.codegen.binding import sizes_of
from symgd.codegen.loops.kernels import locked
from symgd.codegen.loops.layout import LOSS, SLOPE, VALUE, Slot, in_order, places, recorded
from symgd.codegen.loops.module import BLOCK
from symgd.notation.mapping import name_of
from symgd.training.loop import State
from symgd.training.loops.kernels import module_for, wanted_by
from symgd.training.loops.orders import Orders
from symgd.training.loops.over_data import Load
from symgd.training.loops.pieces import Pieces
from symgd.training.setup import Setup


class Kernel:
    """Advances from state to state; *record* and *orders* are what it writes and what it goes by."""

    def __init__(self, setup: Setup, keep: bool, load: Load) -> None:
        self._setup = setup
        derivation = setup.program.derivation
        self._module = module_for(wanted_by(derivation, setup.rule, setup.batches, setup.values))
        function = load(self._module)["iterate"]
        self._iterate = locked(function) if self._module.form.parallel else function
        self._sizes = sizes_of(
            derivation.problem, {**setup.values.start, **setup.values.data, **setup.values.constants}
        )
        self._placed = in_order(places(self._module.slots, self._sizes))
        self.record = Pieces(recorded(self._module.slots), self._sizes, keep, setup.limits.iterations + 1)
        self.orders = Orders(setup.batches, setup.limits.iterations)
        self._numbers = self._prepared()
        self._arguments = self._given()
        self._at = {argument.role: place for place, argument in enumerate(self._module.iterate)}

    @property
    def done(self) -> int:
        """The state that is reached; -1 before the start."""
        return int(self._span[0])

    @property
    def failed(self) -> bool:
        """Whether the next state is not finite."""
        return bool(self._span[6])

    @property
    def reads(self) -> int:
        """The numbers of data that one iteration reads."""
        width = sum(prod(np.shape(each)[1:]) for each in self._setup.values.data.values())
        return max(1, self._setup.batches.size * width)

    def advance(self, until: int) -> None:
        """Iterate to a state, or as far as history, orders and tolerances allow."""
        ahead, batches, limits = self.done + 1, self._setup.batches, self._setup.limits
        until = min(until, limits.iterations, self.record.reach(ahead), self.orders.reach(ahead))
        if limits.watched and not batches.whole:
            until = min(until, (ahead + batches.per_epoch - 1) // batches.per_epoch * batches.per_epoch)
        first = max(self.done, 0) % batches.per_epoch * batches.size
        self._span[1:5] = until, self.record.origin, first, self.orders.row(max(self.done, 0))
        self._set("history", self.record.piece)
        self._set("order", self.orders.rows)
        self._iterate(*self._arguments)

    def state(self, ahead: bool = False) -> State:
        """The state that is reached, or the one *ahead* that is not finite, as the loop of arrays has it."""
        iteration = max(self.done, 0) + (ahead and self.done >= 0)
        numbers = self._numbers["ahead" if ahead else "now"]
        by_kind: dict[str, list[Any]] = {}
        for slot, place in self._placed:
            by_kind.setdefault(slot.kind, []).append(self._value(numbers, slot, place))
        states = [by_kind[str(state)] for state in self._setup.rule.states]
        self.orders.reach(iteration)
        return State(
            iteration,
            tuple(by_kind[VALUE]),
            tuple(zip(*states, strict=True)) if states else ((),) * len(by_kind[VALUE]),
            self.orders.batch(iteration, self._setup.values.data.values()),
            by_kind[LOSS][0],
            tuple(by_kind[SLOPE]),
        )

    def _value(self, numbers: Any, slot: Slot, place: slice) -> Any:
        return (
            numbers[place].reshape(slot.shape(self._sizes)).copy() if slot.is_array else numbers[place.start]
        )

    def _set(self, role: str, array: Any) -> None:
        if role in self._at:
            self._arguments[self._at[role]] = array

    def _prepared(self) -> dict[str, Any]:
        """The arrays that the loop works on, as they are before state 0."""
        setup = self._setup
        start = setup.start
        now, ahead = np.zeros((2, max(place.stop for _, place in self._placed)))
        for slot, place in self._placed:
            if slot.kind == VALUE:
                now[place] = np.ravel(start[slot.position])
            elif slot.kind == LOSS:
                now[place] = np.inf
        self._span = np.array([-1, 0, 0, 0, 0, setup.batches.size, 0], dtype=np.int64)
        tolerances = (setup.limits.gradient_tolerance, setup.limits.loss_tolerance)
        limits = np.array([-1.0 if t is None or not setup.batches.whole else float(t) for t in tolerances])
        rows = -(-setup.batches.size // BLOCK) if self._module.form.blocks else 1
        work = np.empty((rows, self._module.row_length(self._sizes)))
        return {"now": now, "ahead": ahead, "span": self._span, "limits": limits, "work": work}

    def _given(self) -> list[Any]:
        """The arrays, data, constants, settings of the update rule and sizes that the loop takes."""
        values = {**self._setup.values.data, **self._setup.values.constants}
        # In double precision, whatever the data have.
        settings = {name_of(setting): float(value) for setting, value in self._setup.rule.settings.items()}
        by_role: dict[str, Any] = {"leaf": values, "setting": settings, "size": self._sizes}
        return [
            self._numbers.get(argument.role)
            if argument.of is None
            else by_role[argument.role][name_of(argument.of)]
            for argument in self._module.iterate
        ]
