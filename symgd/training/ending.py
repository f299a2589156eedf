"""Says how a run ended, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np

from symgd.codegen.binding import floats
from symgd.errors import DataError
from symgd.notation.mapping import name_of
from symgd.notation.names import text_name
from symgd.notation.telling import Told, told
from symgd.training.diagnosis import Cause, cause
from symgd.training.loop import End, State
from symgd.training.partitions.over_rows import OverRows, in_parts
from symgd.training.partitions.partitions import Partitions
from symgd.training.partitions.sums import OverPartitions
from symgd.training.setup import Setup
from symgd.training.status import Outcome, Status
from symgd.training.step_bound import step_bound
from symgd.training.stopping import as_float, norm


def check_start(setup: Setup, state: State) -> None:
    """DataError if the loss has no finite value at the start."""
    if not _finite([state.loss]):
        found = _cause_of_loss(setup, state)
        why = found.words if found else f"it is {as_float(state.loss)}, its numbers are too large"
        raise DataError(f"start: the loss has no value there: {why}. Start elsewhere.")


def status_of(setup: Setup, end: End) -> Status:
    """How a run ended, in a value that says it."""
    outcome, reasons = end.outcome, end.reasons
    if outcome is Outcome.INTERRUPTED:
        reasons = (told("stopped"),)
    elif outcome is Outcome.SPENT:
        if not isinstance(setup.values.data, Partitions):
            return Status(outcome, end.state.iteration, partial(_spent, setup, end.state))
        reasons = _spent(setup, end.state)
    elif end.beyond is not None:
        found = _cause(setup, end.state, end.beyond)
        outcome = Outcome.UNDEFINED if found and found.undefined else Outcome.DIVERGED
        reasons = _failed(setup, end.beyond, found)
    return Status(outcome, end.state.iteration, reasons)


def _spent(setup: Setup, state: State) -> tuple[Told, ...]:
    before, steepness_before = _measures(setup, setup.start)
    after, steepness = _measures(setup, state.parameters)
    if steepness == 0:
        return (told("flat", loss=f"{after:.6g}"),)
    change = told("change", before=f"{before:.6g}", after=f"{after:.6g}", norm=f"{steepness:.3g}")
    if after < before or steepness_before == 0:
        return change, told("more")
    return change, told("not fallen", advice=_slower(setup))


def _measures(setup: Setup, parameters: tuple[Any, ...]) -> tuple[float, float]:
    loss, gradient = setup.over_data(parameters)
    return as_float(loss), norm(gradient)


def _failed(setup: Setup, beyond: State, found: Cause | None) -> tuple[Told, ...]:
    numbers = [(told("loss is", value=as_float(beyond.loss)), beyond.loss)]
    for name, value in zip(setup.values.start, beyond.parameters, strict=True):
        numbers.append((told("parameter is", name=text_name(name), value=as_float(value)), value))
    grown = [words for words, value in numbers if not _finite([value])]
    first = told("beyond", iteration=beyond.iteration, what=found.words if found else grown[-1])
    if found and found.undefined:
        return first, told("elsewhere")
    return first, told("too long", advice=_slower(setup))


def _slower(setup: Setup) -> tuple[Told, ...]:
    rate = getattr(setup.optimizer, "learning_rate", None)
    return (told("slower") if rate is None else told("slower than", rate=rate), *step_bound(setup))


def _cause(setup: Setup, state: State, beyond: State) -> Cause | None:
    """What in the gradient before the iteration, or in the loss after it, has no finite value."""
    derivation = setup.program.derivation
    for parameter, slope in zip(derivation.parameters, state.gradient, strict=True):
        if not _finite([slope]):
            found = cause(derivation.gradient[parameter], derivation.problem, _numbers(setup, state))
            if found:
                name = text_name(name_of(parameter))
                return Cause(told("no slope", name=name, cause=found.words), found.undefined)
    return _cause_of_loss(setup, beyond) if _finite(beyond.parameters) else None


def _cause_of_loss(setup: Setup, state: State) -> Cause | None:
    problem = setup.program.derivation.problem
    return cause(problem.loss, problem, _numbers(setup, state))


def _finite(values: Iterable[Any]) -> bool:
    return bool(np.isfinite([as_float(value) for value in values]).all())


def _numbers(setup: Setup, state: State) -> Mapping[str, Any]:
    """The parameters of a state, its batch and the constants, by name."""
    values = setup.values
    parameters = dict(zip(values.start, state.parameters, strict=True))
    function = in_parts(setup.program, values)
    # In which partition or block the cause lies is not known: it is looked for.
    if isinstance(function, OverPartitions) and not state.batch:
        arrays = function.suspect(*state.parameters, *values.constants.values())
    elif isinstance(function, OverRows):
        arrays = function.suspect(state.parameters, state.batch)
    else:
        arrays = dict(zip(values.data, state.batch, strict=True))
    return floats({**parameters, **arrays, **values.constants})
