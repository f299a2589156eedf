"""How a run ended, as a value whose text says what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    """The ways in which a run ends."""

    CONVERGED = "converged"
    SPENT = "iterations spent"
    DIVERGED = "diverged"
    UNDEFINED = "undefined"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class Status:
    """How a run ended after *iterations*; *reason* says why, and what to do about it.

    *outcome* is CONVERGED where a tolerance was met; SPENT where all iterations are done; DIVERGED where parameters or
    loss grew beyond all numbers; UNDEFINED where the loss or its gradient had no real value; INTERRUPTED by Ctrl-C.

    >>> print(Status(Outcome.CONVERGED, 1, "the gradient's norm is 0, within gradient_tolerance=0.1."))
    converged after 1 iteration: the gradient's norm is 0, within gradient_tolerance=0.1.
    """

    outcome: Outcome
    iterations: int
    reason: str

    @property
    def converged(self) -> bool:
        """Whether a tolerance was met."""
        return self.outcome is Outcome.CONVERGED

    def __str__(self) -> str:
        count = f"{self.iterations} iteration{'' if self.iterations == 1 else 's'}"
        if self.outcome is Outcome.SPENT:
            return f"all {count} done: {self.reason}"
        return f"{self.outcome.value} after {count}: {self.reason}"
