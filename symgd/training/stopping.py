"""When a run ends: how often to iterate, and when it has converged."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from symgd.errors import TrainingError
from symgd.notation.telling import Told, told
from symgd.training.batches import Batches
from symgd.training.settings import COUNT, NOT_NEGATIVE

LossAndGradient = tuple[Any, tuple[Any, ...]]


@dataclass(frozen=True)
class Limits:
    """The most *iterations* of a run, and the tolerances that end it before; None where there is none."""

    iterations: int
    gradient_tolerance: float | None = None
    loss_tolerance: float | None = None

    @property
    def watched(self) -> bool:
        """Whether a tolerance is to be looked at."""
        return self.gradient_tolerance is not None or self.loss_tolerance is not None


def limit(
    batches: Batches,
    iterations: int | None,
    epochs: int | None,
    gradient_tolerance: float | None,
    loss_tolerance: float | None,
) -> Limits:
    """The limits for what the user asked, checked.

    Raises TrainingError unless exactly one of *iterations* and *epochs* is given, as a whole number above 0, and
    for a tolerance that is no number or negative.
    """
    if iterations is not None and epochs is not None:
        raise TrainingError("both iterations and epochs are given: give one of them.")
    passes = 1 if epochs is None else batches.per_epoch
    most = (_count("iterations", iterations) if epochs is None else _count("epochs", epochs)) * passes
    tolerances = {"gradient_tolerance": gradient_tolerance, "loss_tolerance": loss_tolerance}
    for name, tolerance in tolerances.items():
        if tolerance is not None and tolerance not in NOT_NEGATIVE:
            raise TrainingError(f"{name} is {tolerance!r}; give {NOT_NEGATIVE.text}.")
    return Limits(most, gradient_tolerance, loss_tolerance)


def _count(name: str, count: int | None) -> int:
    if count is None:
        raise TrainingError(
            "neither iterations nor epochs is given: say how long to train, as in iterations=1000."
        )
    if count not in COUNT:
        raise TrainingError(f"{name} is {count!r}; give {COUNT.text}.")
    return int(count)


def norm(gradient: Iterable[Any]) -> float:
    """The Euclidean norm of a gradient."""
    return math.hypot(
        *(float(np.linalg.norm(slope)) if np.ndim(slope) else as_float(slope) for slope in gradient)
    )


def as_float(value: Any) -> float:
    """A number as a float; infinity for a fraction that is beyond all floats. Of an array the worst entry."""
    if np.ndim(value):
        entries = np.ravel(value)
        return float(entries[np.argmax(np.where(np.isfinite(entries), abs(entries), np.inf))])
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


class Watch:
    """Looks whether tolerances are met: after each iteration, or after each epoch over all data if batches are smaller.

    *over_data* gives the loss of parameters over all data and its gradient.
    """

    def __init__(self, limits: Limits, batches: Batches, over_data: Callable[[Any], LossAndGradient]) -> None:
        self._limits, self._batches, self._over_data = limits, batches, over_data
        self._last: Any = None

    @property
    def every(self) -> int:
        """After how many iterations a run may end, by a tolerance or as there are no more."""
        if not self._limits.watched:
            return self._limits.iterations
        return math.gcd(self._batches.per_epoch, self._limits.iterations)

    def __call__(self, state: Any) -> Told | None:
        """What tolerance is met in *state*, in words; None if none is."""
        if not self._limits.watched or state.iteration % self._batches.per_epoch:
            return None
        loss, gradient = (
            (state.loss, state.gradient) if self._batches.whole else self._over_data(state.parameters)
        )
        last, self._last = self._last, loss
        return self.judged(loss, gradient, last)

    def judged(self, loss: Any, gradient: tuple[Any, ...], last: Any) -> Told | None:
        """What tolerance a loss and its gradient meet after a *last* loss, in words; None if they meet none."""
        steepness, limits = norm(gradient), self._limits
        if limits.gradient_tolerance is not None and steepness <= limits.gradient_tolerance:
            return told("gradient within", norm=f"{steepness:.3g}", tolerance=limits.gradient_tolerance)
        if (
            limits.loss_tolerance is not None
            and last is not None
            and abs(loss - last) <= limits.loss_tolerance
        ):
            since = "iteration within" if self._batches.whole else "epoch within"
            return told(since, change=f"{as_float(abs(loss - last)):.3g}", tolerance=limits.loss_tolerance)
        return None
