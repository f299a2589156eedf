"""How a run ended, as a value whose text says what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from symgd.notation.telling import Told, told


class Outcome(Enum):
    """The ways in which a run ends."""

    CONVERGED = "converged"
    SPENT = "iterations spent"
    DIVERGED = "diverged"
    UNDEFINED = "undefined"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class Status:
    """How a run ended after *iterations*; *reason* says why, and what to do about it, as does *told* for a page.

    *outcome* is CONVERGED where a tolerance was met; SPENT where all iterations are done; DIVERGED where parameters or
    loss grew beyond all numbers; UNDEFINED where the loss or its gradient had no real value; INTERRUPTED by Ctrl-C.

    >>> print(Status(Outcome.CONVERGED, 1, (told("gradient within", norm=0, tolerance=0.1),)))
    converged after 1 iteration: the gradient's norm is 0, within gradient_tolerance=0.1.
    """

    outcome: Outcome
    iterations: int
    given: tuple[Told, ...] | Callable[[], tuple[Told, ...]]

    @cached_property
    def reasons(self) -> tuple[Told, ...]:
        """The sentences of *reason*. What takes a pass over the data to tell is found when it is asked for."""
        return self.given() if callable(self.given) else self.given

    def __getstate__(self) -> dict[str, Any]:
        return {"outcome": self.outcome, "iterations": self.iterations, "given": self.reasons}

    @property
    def reason(self) -> str:
        """Why the run ended, and what to do about it."""
        return " ".join(map(str, self.reasons))

    @property
    def told(self) -> Told:
        """All of it, as a sentence that other languages have too."""
        count = told("iteration" if self.iterations == 1 else "iterations", n=self.iterations)
        return told(self.outcome.name.lower(), count=count, reason=self.reasons)

    @property
    def converged(self) -> bool:
        """Whether a tolerance was met."""
        return self.outcome is Outcome.CONVERGED

    def __str__(self) -> str:
        return str(self.told)
