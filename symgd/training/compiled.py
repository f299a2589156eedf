"""Runs by a compiled training loop: in portions, so that Ctrl-C and the progress bar work and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import prod
from time import perf_counter
from typing import Any

import numpy as np

from symgd.codegen.binding import sizes_of
from symgd.codegen.loops.iteration import Argument
from symgd.codegen.loops.kernels import locked
from symgd.codegen.loops.layout import LOSS, SLOPE, VALUE, Slot, places, recorded, slots
from symgd.codegen.loops.module import BLOCK, LoopModule
from symgd.notation.mapping import name_of
from symgd.training.ending import check_start
from symgd.training.kernels import LARGE, Functions, form_for, loaded, module_for, whole_form
from symgd.training.loop import End, State
from symgd.training.orders import Orders
from symgd.training.pieces import Pieces
from symgd.training.progress import Progress
from symgd.training.setup import Setup
from symgd.training.status import Outcome
from symgd.training.stopping import LossAndGradient, Watch

# Seconds that the compiled loop runs before Python has a look, and numbers of data that it reads in less than that.
PORTION, QUICK = 0.2, 5_000_000


@dataclass(frozen=True)
class LoopSetup(Setup):
    """A setup whose loss over large data takes no arrays as long as they are; *known* holds values found so far."""

    load: Callable[[LoopModule], Functions] = loaded
    known: list[tuple[tuple[Any, ...], LossAndGradient]] = field(default_factory=list)

    def over_data(self, parameters: tuple[Any, ...]) -> LossAndGradient:
        """The loss of parameters over all data, and its gradient."""
        for point, found in self.known:
            if all(np.array_equal(a, b) for a, b in zip(point, parameters, strict=True)):
                return found
        if self.values.samples < LARGE:
            return super().over_data(parameters)
        module = module_for(self.program.derivation, None, whole_form(self.values.samples))
        function = locked(self.load(module)["loss_and_gradient"])
        loss, *slopes = function(*parameters, *self.values.data.values(), *self.values.constants.values())
        return loss, tuple(slopes)


class Loops:
    """One run. CompilationError where loops are not the form for its loss, or without Numba.

    *keep* says whether arrays of every state are kept; *load* gives the functions of a module.
    """

    def __init__(self, given: Setup, keep: bool, load: Callable[[LoopModule], Functions] = loaded) -> None:
        fields = (given.program, given.optimizer, given.values, given.batches, given.limits)
        self.setup = LoopSetup(*fields, load=load)
        rule = given.rule
        self._rule = rule
        self._module = module_for(given.program.derivation, rule, form_for(given.batches))
        function = load(self._module)["iterate"]
        self._iterate = locked(function) if self._module.form.parallel else function
        problem = given.program.derivation.problem
        self._sizes = sizes_of(problem, {**given.values.start, **given.values.data, **given.values.constants})
        listed = slots(problem, rule)
        self._places = places(listed, self._sizes)
        self.record = Pieces(recorded(listed), self._sizes, keep, given.limits.iterations + 1)
        self._orders = Orders(given.batches, given.limits.iterations)
        self._watch = Watch(given.limits, given.batches, self.setup.over_data)
        self._prepare()

    def run(self, progress: Progress) -> End:
        """Iterate until the run ends."""
        self._advance(0)
        state = self._state(self._now)
        if self._failed:
            state = self._state(self._ahead)
        check_start(self.setup, state)
        self._know(state)
        portion = max(1, QUICK // self._reads())
        try:
            while True:
                end = self._ended()
                if end is not None:
                    return end
                start, before = perf_counter(), self._done
                self._advance(before + portion)
                portion = _portion(self._done - before, perf_counter() - start, portion)
                progress.advance(self._done)
        except KeyboardInterrupt:
            return End(self._state(self._now), Outcome.INTERRUPTED)

    @property
    def _done(self) -> int:
        return int(self._span[0])

    @property
    def _failed(self) -> bool:
        return bool(self._span[6])

    def _prepare(self) -> None:
        """The arrays that the loop works on: before state 0."""
        length = max(place.stop for place in self._places.values())
        self._now, self._ahead = np.zeros((2, length))
        for slot, place in self._places.items():
            if slot.kind == VALUE:
                self._now[place] = np.ravel(self.setup.start[slot.position])
        self._now[self._places[Slot(LOSS)]] = np.inf
        self._span = np.array([-1, 0, 0, 0, 0, self.setup.batches.size, 0], dtype=np.int64)
        limits = self.setup.limits
        tolerances = (limits.gradient_tolerance, limits.loss_tolerance)
        within = self.setup.batches.whole and limits.watched
        self._limits = np.array([-1.0 if t is None or not within else float(t) for t in tolerances])
        self._work = self._rows()
        self._settings = {name: float(value) for name, value in self._rule.settings.items()}

    def _rows(self) -> Any:
        """The rows of sums, one for each block."""
        rows = -(-self.setup.batches.size // BLOCK) if self._module.form.blocks else 1
        return np.empty((rows, self._module.row_length(self._sizes)))

    def _advance(self, until: int) -> None:
        """Iterate to a state, or as far as history, orders and tolerances allow."""
        ahead, batches, limits = self._done + 1, self.setup.batches, self.setup.limits
        until = min(until, limits.iterations, self.record.reach(ahead), self._orders.reach(ahead))
        if limits.watched and not batches.whole:
            until = min(until, (ahead + batches.per_epoch - 1) // batches.per_epoch * batches.per_epoch)
        first = max(self._done, 0) % batches.per_epoch * batches.size
        row = self._orders.row(max(self._done, 0))
        self._span[1:5] = until, self.record.origin, first, row
        self._iterate(*map(self._argument, self._module.iterate))

    def _argument(self, argument: Argument) -> Any:
        values = self.setup.values
        if argument.role == "leaf":
            name = name_of(argument.of)
            return values.data[name] if name in values.data else values.constants[name]
        if argument.role in ("size", "setting"):
            return (self._sizes if argument.role == "size" else self._settings)[argument.of]
        if argument.role in ("history", "order"):
            return self.record.piece if argument.role == "history" else self._orders.rows
        return getattr(self, f"_{argument.role}")

    def _ended(self) -> End | None:
        """How the run ends in the state that is reached, if it does."""
        if self._failed:
            beyond = self._state(self._ahead, 1)
            return End(self._state(self._now), Outcome.DIVERGED, beyond=beyond)
        spent = self._done >= self.setup.limits.iterations
        state = self._state(self._now) if spent or self.setup.limits.watched else None
        if state is not None:
            self._know(state)
            reason = self._judged(state)
            if reason is not None:
                return End(state, Outcome.CONVERGED, (reason,))
        return End(state, Outcome.SPENT) if spent and state is not None else None

    def _judged(self, state: State) -> Any:
        """What tolerance is met in a state, in words."""
        if self.setup.batches.whole and state.iteration:
            last = self.record.loss(state.iteration - 1)
            return self._watch.judged(state.loss, state.gradient, last) if self.setup.limits.watched else None
        return self._watch(state)

    def _know(self, state: State) -> None:
        if self.setup.batches.whole:
            self.setup.known[1:] = [(state.parameters, (state.loss, state.gradient))]

    def _state(self, numbers: Any, further: int = 0) -> State:
        """The state in an array of numbers, as the loop of arrays has it."""
        iteration = max(self._done, 0) + (further if self._done >= 0 else 0)
        by_kind: dict[str, list[Any]] = {}
        for slot, place in sorted(self._places.items(), key=lambda item: item[0].position):
            shape = slot.shape(self._sizes)
            value = numbers[place].reshape(shape).copy() if shape else numbers[place][0]
            by_kind.setdefault(slot.kind, []).append(value)
        states = [by_kind[str(state)] for state in self._rule.states]
        self._orders.reach(iteration)
        return State(
            iteration,
            tuple(by_kind[VALUE]),
            tuple(zip(*states, strict=True)) if states else ((),) * len(by_kind[VALUE]),
            self._orders.batch(iteration, self.setup.values.data.values()),
            by_kind[LOSS][0],
            tuple(by_kind[SLOPE]),
        )

    def _reads(self) -> int:
        """The numbers of data that one iteration reads."""
        values, batches = self.setup.values, self.setup.batches
        width = sum(prod(np.shape(each)[1:]) for each in values.data.values())
        return max(1, batches.size * width)


def _portion(done: int, seconds: float, portion: int) -> int:
    """How many iterations take about as long as a portion shall."""
    wanted = int(done * PORTION / max(seconds, 1e-9))
    return max(1, min(wanted, 8 * portion))
