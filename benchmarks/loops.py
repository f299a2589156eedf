"""How long compiled loops take, beside loops by hand: medians of interleaved rounds, and their ratios.

    python benchmarks/loops.py [samples of the large data]

The loops by hand stand in loops_by_hand.py. Compiling is not timed. "kernel" is the compiled loop with its history,
"train" the whole call.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter
from typing import Any

import loops_by_hand as hand
import numpy as np
import sympy as sp

import symgd as sg
from symgd.codegen.program import Program
from symgd.training.kernel import Kernel
from symgd.training.kernels import loaded
from symgd.training.setup import Setup, values_of

ROUNDS = 9
Descent = sg.optimizers.GradientDescent

(x, y), (w, b, a, c) = sg.data("x y"), sg.parameters("w b a c")
X, W = sg.data("X", shape=("d",)), sg.parameters("W", shape=("d",))
LINE = sg.derive(sg.losses.mean_squared_error(w * x + b, y))
LOGISTIC = sg.derive(sg.losses.binary_cross_entropy_with_logits(sg.let("z", sg.dot(W, X) + b), y))
HUBER = sg.derive(sg.losses.huber(a * sp.exp(-b * x) + c, y))


def line() -> None:
    """Five samples, 100 iterations: the whole call counts."""
    data = {"x": np.arange(1.0, 6), "y": np.arange(13.0, 63, 10)}
    at = (*data.values(), 4.0, 1.0, 0.01, 100)
    tasks = both(LINE, data, {"w": 4, "b": 1}, 0.01, iterations=100)
    seconds = timed({**tasks, "NumPy": lambda: hand.line_numpy(*at), "Numba": lambda: hand.line(*at)}, 50)
    report("a line, 5 samples, 100 iterations", seconds, ("NumPy", "train"), ("kernel", "Numba"))


def one_at_a_time() -> None:
    """100,000 updates, each by one sample, with their history."""
    random = np.random.default_rng(1)
    data = {"x": random.normal(size=100), "y": random.normal(size=100)}
    at = (*data.values(), -2.0, -1.0, 0.001, 1000)
    tasks = both(LINE, data, {"w": -2, "b": -1}, 0.001, epochs=1000, batch_size=1)
    tasks |= {"Python": lambda: hand.one_at_a_time_python(*at), "Numba": lambda: hand.one_at_a_time(*at)}
    seconds = timed(tasks)
    report(
        "100,000 updates by one sample", seconds, ("train", "Numba"), ("kernel", "Numba"), ("Python", "train")
    )


def logistic(samples: int, features: int = 20) -> None:
    """Ten iterations over all samples, and an epoch of batches of 100."""
    random = np.random.default_rng(2)
    rows = random.normal(size=(samples, features))
    data = {"X": rows, "y": (random.random(samples) < 0.5).astype(float)}
    start = {"W": np.zeros(features), "b": 0}
    at = (*data.values(), np.zeros(features), 0.0, 0.1)
    tasks = {**both(LOGISTIC, data, start, 0.1, iterations=10), "Numba": lambda: hand.logistic(*at, 10)}
    title = f"logistic regression, {samples:,} samples of {features}"
    report(f"{title}, 10 iterations", timed(tasks), ("train", "Numba"), ("kernel", "Numba"))
    tasks = {
        **both(LOGISTIC, data, start, 0.1, epochs=1, batch_size=100),
        "Numba": lambda: hand.batches(*at, 100),
    }
    report(f"{title}, batches of 100", timed(tasks), ("train", "Numba"), ("kernel", "Numba"))


def huber(samples: int) -> None:
    """Ten iterations over all samples."""
    random = np.random.default_rng(3)
    inputs = random.uniform(0, 3, samples)
    data = {"x": inputs, "y": 2 * np.exp(-1.3 * inputs) + 0.5 + 0.1 * random.standard_cauchy(samples)}
    tasks = both(HUBER, data, {"a": 1, "b": 1, "c": 0}, 0.1, iterations=10)
    tasks["Numba"] = lambda: hand.huber(*data.values(), 1.0, 1.0, 0.0, 0.1, 10)
    title = f"Huber's loss of a decay, {samples:,} samples, 10 iterations"
    report(title, timed(tasks), ("train", "Numba"), ("kernel", "Numba"))


def both(
    loss: sg.Derivation, data: Any, start: Any, rate: float, **settings: Any
) -> dict[str, Callable[[], Any]]:
    """The whole call, and the loop alone."""

    def train() -> sg.Run:
        return sg.train(loss, data, start, Descent(rate), engine="loops", **settings)

    run = train()
    program = Program(loss, Descent(rate).rule)
    values = values_of(program, data, start, None)
    kernel = Kernel(Setup(program, Descent(rate), values, run.batches, run.limits), True, loaded)
    kernel.advance(0)
    first = {name: array.copy() for name, array in kernel._numbers.items() if name in ("now", "span")}

    def advance() -> None:
        for name, array in first.items():
            kernel._numbers[name][:] = array
        while kernel.done < run.iterations:
            kernel.advance(run.iterations)

    return {"train": train, "kernel": advance}


def timed(tasks: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """The median time of each task, the tasks taking turns; the first round, which may compile, does not count."""
    found: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds + 1):
        for name, task in tasks.items():
            start = perf_counter()
            task()
            found[name].append(perf_counter() - start)
    return {name: median(times[1:]) for name, times in found.items()}


def report(title: str, seconds: Mapping[str, float], *pairs: tuple[str, str]) -> None:
    """Print times, and how many times as long as the second the first of each pair takes."""
    print(f"{title}: {', '.join(f'{name} {1000 * time:.3f} ms' for name, time in seconds.items())}")
    for first, second in pairs:
        print(f"    {first} / {second}: {seconds[first] / seconds[second]:.2f}")


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    line()
    one_at_a_time()
    logistic(size)
    huber(size)
