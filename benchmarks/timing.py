"""Times that can be compared on a noisy machine: of tasks that take turns, their medians."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from statistics import median
from time import perf_counter, sleep
from typing import Any

Task = Callable[[], Any]
Iterations = Callable[[int], Any]


LONG = 0.02
"""Seconds that a task takes its turn: a short one is repeated, so that what ran before it no longer counts."""


SETTLE = 0.25
"""Seconds before a turn: threads of the library that had its turn before wait busily for more work about so long."""


def medians(tasks: Mapping[str, Task], rounds: int) -> dict[str, float]:
    """The median seconds of each task. What the first round may have to compile or load does not count."""
    found: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds + 1):
        for name, task in tasks.items():
            found[name].append(turn(task))
    return {name: median(times[1:]) for name, times in found.items()}


def turn(task: Task) -> float:
    """The time of one call, the median of as many as make a turn long enough."""
    sleep(SETTLE)
    times = [seconds(task)]
    while sum(times) < LONG:
        times.append(seconds(task))
    return median(times)


def per_iteration(
    tasks: Mapping[str, Iterations], rounds: int, few: int = 2, many: int = 12
) -> dict[str, float]:
    """The median seconds of one iteration: what many take more than few, so that beginning and end do not count.

    *many* is the least number; of short iterations there are more, so that they can be timed.
    """
    found: dict[str, list[float]] = {name: [] for name in tasks}
    counts = {name: _enough(task, many) for name, task in tasks.items()}
    for _ in range(rounds):
        for name, task in tasks.items():
            sleep(SETTLE)
            long, short = (seconds(partial(task, count)) for count in (counts[name], few))
            found[name].append((long - short) / (counts[name] - few))
    return {name: median(times) for name, times in found.items()}


def _enough(task: Iterations, count: int) -> int:
    """So many iterations that they make a turn long enough; the first call, which may compile, is not timed."""
    task(count)
    while seconds(partial(task, count)) < 5 * LONG:
        count *= 4
    return count


def seconds(task: Task) -> float:
    """The time of one call."""
    start = perf_counter()
    task()
    return perf_counter() - start
