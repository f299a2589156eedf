"""The training loop, written once around four moments: init, step, terminate, postprocess."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import repeat
from math import isfinite
from typing import Any, NamedTuple, Protocol

import numpy as np

from symgd.notation.telling import Told
from symgd.training.batches import Batch
from symgd.training.progress import Progress
from symgd.training.status import Outcome

Update = Callable[..., Any]


class State(NamedTuple):
    """Where a run is after *iteration* updates.

    *memory* is what the update rule keeps of each parameter. *loss* and *gradient* are those of the parameters on
    *batch*, which the next iteration uses.
    """

    iteration: int
    parameters: tuple[Any, ...]
    memory: tuple[Any, ...]
    batch: Batch
    loss: Any
    gradient: tuple[Any, ...]


@dataclass(frozen=True)
class Task:
    """What all iterations use: the generated functions, and the values that do not change.

    *update* takes θ, g, the states, t and the settings, and returns θ and the states; θ alone where there are none.
    Each of the *settings* is repeated, as all parameters share it.
    """

    loss_and_gradient: Callable[..., Any]
    update: Update
    batches: Iterator[Batch]
    constants: Sequence[Any]
    settings: Sequence[Iterator[Any]]


class End(NamedTuple):
    """How the loop ended: its last finite state, what came after it if that was not finite, and why."""

    state: State
    outcome: Outcome
    reasons: tuple[Told, ...] = ()
    beyond: State | None = None


def evaluate(task: Task, parameters: tuple[Any, ...], batch: Batch) -> tuple[Any, tuple[Any, ...]]:
    """The loss and its gradient on a batch; nan where fractions divide by zero."""
    try:
        loss, gradient = task.loss_and_gradient(*parameters, *batch, *task.constants)
    except ZeroDivisionError:
        return np.nan, (np.nan,) * len(parameters)
    return loss, tuple(gradient.values())


def init(task: Task, parameters: tuple[Any, ...], states: int) -> State:
    """The state at the start; the update rule keeps so many *states* of each parameter, all 0 at first."""
    batch = next(task.batches)
    memory = tuple((theta * 0,) * states for theta in parameters)
    return State(0, parameters, memory, batch, *evaluate(task, parameters, batch))


def step(task: Task, state: State) -> State:
    """One iteration: each parameter updated, then loss and gradient on the next batch."""
    t = state.iteration + 1
    parameters, memory = _updated(task, state, t)
    batch = next(task.batches)
    loss, gradient = evaluate(task, parameters, batch)
    return State(t, parameters, memory, batch, loss, gradient)


def _updated(task: Task, state: State, t: int) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The parameters after an update, and what the rule keeps of each."""
    update, parameters, gradient = task.update, state.parameters, state.gradient
    if not state.memory[0]:
        return tuple(map(update, parameters, gradient, repeat(t), *task.settings)), state.memory
    memory = zip(*state.memory, strict=True)
    moved = tuple(map(update, parameters, gradient, *memory, repeat(t), *task.settings))
    return tuple([new[0] for new in moved]), tuple([new[1:] for new in moved])


def terminate(
    iterations: int, watch: Callable[[State], Told | None], state: State
) -> tuple[Outcome, tuple[Told, ...]] | None:
    """How the run ends in *state*, if it does."""
    reason = watch(state)
    if reason is not None:
        return Outcome.CONVERGED, (reason,)
    return (Outcome.SPENT, ()) if state.iteration >= iterations else None


def is_finite(state: State) -> bool:
    """Whether loss and parameters are finite numbers."""
    return isfinite(state.loss) and all(map(isfinite, state.parameters))


def is_defined(state: State) -> bool:
    """The same where they may be fractions, which always are, however large."""
    return all(type(value) is Fraction or isfinite(value) for value in (state.loss, *state.parameters))


def is_finite_throughout(state: State) -> bool:
    """The same for parameters that are arrays."""
    # A sum of squares tells in half the time, unless it is infinite itself.
    return isfinite(state.loss) and all(
        isfinite(np.vdot(value, value)) or np.isfinite(value).all() for value in state.parameters
    )


def _finiteness(state: State) -> Callable[[State], bool]:
    """The check for states of numbers like those of *state*."""
    if any(map(np.ndim, state.parameters)):
        return is_finite_throughout
    return is_defined if isinstance(state.parameters[0], Fraction) else is_finite


class Record(Protocol):
    """The loss and the parameters of each state, so far."""

    def add(self, state: State) -> None:
        """Append a state."""

    def arrays(self, states: int) -> list[Any]:
        """Loss and parameters of the first *states* states; None for what was not kept.

        An interrupt may have left one more.
        """


class Rows:
    """Those of a run whose numbers are floats, one after another."""

    def __init__(self, width: int) -> None:
        self._width, self._numbers = width, array("d")

    def add(self, state: State) -> None:
        """Append a state."""
        self._numbers.extend((state.loss, *state.parameters))

    def arrays(self, states: int) -> list[Any]:
        """A copy of each column."""
        rows = np.array(self._numbers[: states * self._width]).reshape(states, self._width)
        return [column.copy() for column in rows.T]


class Columns:
    """Those of a run whose numbers are fractions or arrays; unless *keep*, arrays are those of the last state alone."""

    def __init__(self, start: Sequence[Any], keep: bool = True) -> None:
        self._columns: list[Any] = [[] for _ in (0.0, *start)]
        self._dropped = [bool(np.ndim(value)) and not keep for value in (0.0, *start)]

    def add(self, state: State) -> None:
        """Append a state."""
        values = state.loss, *state.parameters
        for column, dropped, value in zip(self._columns, self._dropped, values, strict=True):
            column.append(value)
            if dropped:
                del column[:-1]

    def arrays(self, states: int) -> list[Any]:
        """An array of each column."""
        return [
            None if dropped else np.array(column[:states])
            for column, dropped in zip(self._columns, self._dropped, strict=True)
        ]


def record_of(start: Sequence[Any], exact: bool, keep: bool) -> Record:
    """The empty record of a run from *start*."""
    return Columns(start, keep) if exact or any(map(np.ndim, start)) else Rows(1 + len(start))


# Overflow is looked for after each iteration, and told by the status of the run.
@np.errstate(all="ignore")
def iterate(
    task: Task,
    state: State,
    ending: Callable[[State], tuple[Outcome, tuple[Told, ...]] | None],
    every: int,
    record: Record,
    progress: Progress,
) -> End:
    """Iterate from *state* until *ending* tells how the run ends, a state is not finite, or the user interrupts.

    Whether it ends is asked after *every* so many iterations.
    """
    finite, add, advance = _finiteness(state), record.add, progress.advance
    add(state)
    try:
        while True:
            end = None if state.iteration % every else ending(state)
            if end is not None:
                return End(state, *end)
            ahead = step(task, state)
            if not finite(ahead):
                return End(state, Outcome.DIVERGED, beyond=ahead)
            add(ahead)
            state = ahead
            advance(state.iteration)
    except KeyboardInterrupt:
        return End(state, Outcome.INTERRUPTED)
