"""Which engine computes a run, and why: from an estimate that costs nothing, before anything is derived."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symgd.derivation.moments import Moments, NoMoments
from symgd.errors import TrainingError
from symgd.training.over_rows import OverRows
from symgd.training.partitions import Partitions
from symgd.training.setup import Setup

AUTO, ARRAYS, LOOPS, MOMENTS = ENGINES = ("auto", "arrays", "loops", "moments")

WORTH = 200_000_000
"""Numbers of data that all iterations together read. Arrays take about a second for so many; finding and compiling the
moments takes a tenth of one."""

READ = 20
"""Data in partitions, which each iteration reads anew, take about so many times as long."""


@dataclass(frozen=True)
class Engine:
    """What computed a run, *name*, and why.

    "arrays" are NumPy expressions over all data in each iteration; "loops" are compiled by Numba, the loop of training
    with them; "moments" are sums over the data, taken once.

    >>> print(Engine("arrays", "as asked for."))
    arrays: as asked for.
    """

    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"


def check_engine(engine: Any) -> None:
    """TrainingError for what is no engine."""
    if engine not in ENGINES:
        raise TrainingError(f"engine is {engine!r}; give one of {', '.join(map(repr, ENGINES))}.")


def against_moments(engine: str, setup: Setup) -> str | None:
    """Why the moments of a loss are not to be used, told without deriving them; None if they may be."""
    if engine == ARRAYS:
        return "as asked for."
    values, batches = setup.values, setup.batches
    if not values.data:
        return "the loss has no data."
    if values.exact:
        return "fractions stay exact with arrays."
    if not batches.whole or batches.shuffled:
        return "each batch would have moments of its own."
    if engine == MOMENTS:
        return None
    numbers = values.numbers
    if numbers * setup.limits.iterations < worth(setup):
        return (
            f"{setup.limits.iterations} iterations over {numbers} numbers are done before moments are found."
        )
    return None


def worth(setup: Setup) -> float:
    """Numbers that all iterations read before moments pay; a loss that its partitions do not add up to needs them."""
    data = setup.values.data
    if not isinstance(data, Partitions):
        return 0 if isinstance(setup.reduced, OverRows) and setup.reduced.refused else WORTH
    return WORTH / READ if data.adds_up else 0


def moments_for(setup: Setup) -> Moments | NoMoments:
    """The moments of the loss, unless they would be as many as the data."""
    moments = setup.program.derivation.moments
    if isinstance(moments, Moments) and len(moments.rows.columns.entries) >= setup.values.samples:
        return NoMoments(f"{setup.values.samples} samples are no more than the rows that would replace them.")
    return moments


def declined(engine: str, reason: str) -> Engine:
    """The arrays instead of moments; TrainingError where moments were asked for."""
    if engine == MOMENTS:
        raise TrainingError(f'engine="moments" cannot be used: {reason} Leave engine out.')
    return Engine(ARRAYS, reason)
