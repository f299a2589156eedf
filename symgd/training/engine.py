"""Which engine computes a run, and why: from an estimate that costs nothing, before anything is derived."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symgd.derivation.moments import Moments, NoMoments
from symgd.errors import TrainingError
from symgd.notation.telling import Told, told
from symgd.training.partitions.over_rows import OverRows
from symgd.training.partitions.partitions import Partitions
from symgd.training.setup import Setup

AUTO, ARRAYS, LOOPS, MOMENTS = ENGINES = ("auto", "arrays", "loops", "moments")

PLAIN = "plain"

AS_ASKED = told("as asked")

WORTH = 200_000_000
"""Numbers of data that all iterations together read. Arrays take about a second for so many; finding and compiling the
moments takes a tenth of one."""

READ = 20
"""Data in partitions, which each iteration reads anew, take about so many times as long."""


@dataclass(frozen=True)
class Engine:
    """What computed a run, *name*, and why: *told*, for other languages too.

    "arrays" are NumPy expressions over all data in each iteration; "loops" are compiled by Numba, the loop of training
    with them, or *plain* Python for a few samples at a time; "moments" are sums over the data, taken once.

    >>> print(Engine("arrays", AS_ASKED))
    arrays: as asked for.
    """

    name: str
    told: Told
    plain: bool = False

    @property
    def kind(self) -> str:
        """What computed the run: the name of the engine, or "plain"."""
        return PLAIN if self.plain else self.name

    @property
    def reason(self) -> str:
        """Why it was taken."""
        return str(self.told)

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"


def check_engine(engine: Any) -> None:
    """TrainingError for what is no engine."""
    if engine not in ENGINES:
        raise TrainingError(f"engine is {engine!r}; give one of {', '.join(map(repr, ENGINES))}.")


def against_moments(engine: str, setup: Setup) -> Told | None:
    """Why the moments of a loss are not to be used, told without deriving them; None if they may be."""
    if engine == ARRAYS:
        return AS_ASKED
    values, batches = setup.values, setup.batches
    if not values.data:
        return told("without data")
    if values.exact:
        return told("fractions")
    if not batches.whole or batches.shuffled:
        return told("batches")
    if engine == MOMENTS:
        return None
    numbers = values.numbers
    if numbers * setup.limits.iterations < worth(setup):
        return told("few data", iterations=setup.limits.iterations, numbers=numbers)
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
        return NoMoments(told("few samples", samples=setup.values.samples))
    return moments


def declined(engine: str, reason: Told) -> Engine:
    """The arrays instead of moments; TrainingError where moments were asked for."""
    if engine == MOMENTS:
        raise TrainingError(f'engine="moments" cannot be used: {reason} Leave engine out.')
    return Engine(ARRAYS, reason)
