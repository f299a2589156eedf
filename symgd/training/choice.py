"""Runs with the engine that suits, and with arrays where another one turns out not to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from symgd.derivation.moments import NoMoments
from symgd.notation.telling import Told, told
from symgd.training.engine import ARRAYS, AUTO, LOOPS, MOMENTS, Engine, against_moments, declined, moments_for
from symgd.training.loops.worth import asked_for, chosen
from symgd.training.moments.comparison import compare
from symgd.training.moments.reduction import Reduction, reduction_of
from symgd.training.partitions.partitions import Partitions
from symgd.training.run import Run
from symgd.training.setup import Setup, look_at
from symgd.training.status import Outcome

Train = Callable[[Setup, Engine], Run]


def run_by(engine: str, setup: Setup, train: Train) -> Run:
    """The run of a setup by the engine asked for; TrainingError for one that the loss does not have."""
    if engine == LOOPS:
        look_at(setup.values)
        return asked_for(setup, train)
    reason = against_moments(engine, setup)
    if reason is not None:
        return _without_moments(engine, setup, reason, train)
    moments = moments_for(setup)
    if isinstance(moments, NoMoments):
        return _without_moments(engine, setup, moments.told, train)
    try:
        reduction = reduction_of(setup, moments)
    except np.linalg.LinAlgError:
        return _without_moments(engine, setup, told("infinite sums"), train)
    if not reduction.sees_data:
        look_at(setup.values)
    return _without_data(reduction, train)


def _samples(setup: Setup) -> Told:
    """How many samples there are, and in how many partitions they come, if they do."""
    values = setup.values
    if not isinstance(values.data, Partitions):
        return told("samples", n=values.samples)
    partitions = len(values.data.looks)
    return told(
        "in a partition" if partitions == 1 else "in partitions", n=values.samples, partitions=partitions
    )


def _without_moments(engine: str, setup: Setup, reason: Told, train: Train) -> Run:
    """The run by a compiled loop where one is worth it, else with arrays; *reason* rules out moments."""
    look_at(setup.values)
    run = chosen(setup, reason, train) if engine == AUTO else None
    return run or train(setup, declined(engine, reason))


def _without_data(reduction: Reduction, train: Train) -> Run:
    """The run from moments, if it agrees with the data; else the one with arrays."""
    counted = {"samples": _samples(reduction.setup), "rows": reduction.count}
    run = train(reduction.without_data(), Engine(MOMENTS, told("rows", **counted)))
    compared = compare(reduction, tuple(run.parameters.values()))
    if compared.agrees or run.status.outcome is Outcome.INTERRUPTED:
        return replace(run, engine=Engine(MOMENTS, told("compared", **counted, compared=compared.told)))
    return train(reduction.setup, Engine(ARRAYS, told("lost digits", compared=compared.told)))
