"""Runs with the engine that suits, and with arrays where another one turns out not to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from symgd.derivation.moments import NoMoments
from symgd.training.comparison import compare
from symgd.training.engine import ARRAYS, MOMENTS, Engine, against_moments, declined, moments_for
from symgd.training.reduction import Reduction, reduction_of
from symgd.training.run import Run
from symgd.training.setup import Setup
from symgd.training.status import Outcome

INFINITE = "a weight of these data is negative, or what is summed over them grows beyond all numbers."

Train = Callable[[Setup, Engine], Run]


def run_by(engine: str, setup: Setup, train: Train) -> Run:
    """The run of a setup by the engine asked for; TrainingError for one that the loss does not have."""
    reason = against_moments(engine, setup)
    if reason is not None:
        return train(setup, declined(engine, reason))
    moments = moments_for(setup)
    if isinstance(moments, NoMoments):
        return train(setup, declined(engine, moments.reason))
    try:
        reduction = reduction_of(setup, moments)
    except np.linalg.LinAlgError:
        return train(setup, declined(engine, INFINITE))
    return _without_data(reduction, train)


def _without_data(reduction: Reduction, train: Train) -> Run:
    """The run from moments, if it agrees with the data; else the one with arrays."""
    samples = reduction.setup.values.samples
    words = f"{samples} samples enter the loss through {reduction.count} rows of numbers, found in one pass"
    run = train(reduction.without_data(), Engine(MOMENTS, f"{words}."))
    compared = compare(reduction, tuple(run.parameters.values()))
    if compared.agrees or run.status.outcome is Outcome.INTERRUPTED:
        return replace(run, engine=Engine(MOMENTS, f"{words}; {compared.words}."))
    return train(reduction.setup, Engine(ARRAYS, f"moments were tried and lost digits: {compared.words}."))
