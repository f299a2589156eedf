"""A progress bar that appears when a run turns out to be long."""

from __future__ import annotations

import math
import sys
from time import monotonic
from types import TracebackType
from typing import Any

WAIT = 1.0
LONG = 2.0
BETWEEN = 0.1


class Progress:
    """Shows how many of *total* iterations are done, from WAIT seconds on if they will take more than LONG.

    *wanted* True shows the bar at once, False never, None on a terminal alone.
    """

    def __init__(self, total: int, wanted: bool | None) -> None:
        self._total = total
        self._wait = 0.0 if wanted else WAIT
        self._start = monotonic()
        self._next = self._start + self._wait if _shown(wanted) else math.inf
        self._bar: Any = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def advance(self, done: int) -> None:
        """Tell how many iterations are done; cheap enough to be called after each."""
        now = monotonic()
        if now >= self._next:
            self._next = now + BETWEEN
            self._show(done, now - self._start)

    def _show(self, done: int, seconds: float) -> None:
        if self._bar is None and (self._wait == 0 or seconds * self._total > LONG * done):
            from tqdm import tqdm

            self._bar = tqdm(total=self._total, unit=" iterations", leave=False)
        if self._bar is not None:
            self._bar.update(done - self._bar.n)


def _shown(wanted: bool | None) -> bool:
    if wanted is None:
        return sys.stderr is not None and sys.stderr.isatty()
    return wanted
