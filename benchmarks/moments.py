"""How long training from moments takes, beside NumPy by hand: medians of interleaved rounds, and their ratios.

    python benchmarks/moments.py [samples of the line] [samples of least squares]

NumPy by hand is timed for TIMED iterations and extrapolated to ITERATIONS: its iterations all cost the same.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter

import numpy as np

import symgd as sg

ROUNDS, ITERATIONS, TIMED, RATE = 5, 500, 10, 0.1


def line(samples: int) -> None:
    """A line through points: the whole train call beside the five sums, and beside NumPy by hand."""
    random = np.random.default_rng(0)
    x = random.normal(size=samples)
    y = 3 * x + 2 + random.normal(size=samples)
    (x_, y_), (w, b) = sg.data("x y"), sg.parameters("w b")
    derivation = sg.derive(sg.losses.mean_squared_error(w * x_ + b, y_))

    def train() -> sg.Run:
        descent = sg.optimizers.GradientDescent(RATE)
        data, start = {"x": x, "y": y}, {"w": 0, "b": 0}
        return sg.train(derivation, data=data, start=start, optimizer=descent, iterations=ITERATIONS)

    def by_hand() -> None:
        slope = intercept = 0.0
        for _ in range(TIMED):
            residual = slope * x + intercept - y
            np.mean(residual**2)
            slope, intercept = (
                slope - RATE * 2 * np.mean(residual * x),
                intercept - RATE * 2 * np.mean(residual),
            )

    print(f"line, {samples:,} samples, {ITERATIONS} iterations\n{train().engine}")
    seconds = timed(
        {"train": train, "sums": lambda: (x.sum(), y.sum(), x @ x, x @ y, y @ y), "hand": by_hand}
    )
    whole = seconds["hand"] / TIMED * ITERATIONS
    tell(seconds, "sums", "the five sums")
    print(f"NumPy by hand {whole:.2f} s, from {TIMED} iterations: {whole / seconds['train']:.0f} × as long\n")


def least_squares(samples: int, features: int = 20) -> None:
    """Least squares: the whole train call beside one XᵀX."""
    random = np.random.default_rng(0)
    x = random.normal(size=(samples, features))
    y = x @ random.normal(size=features) + random.normal(size=samples)
    x_, y_, w = sg.data("x", shape=("d",)), sg.data("y"), sg.parameters("w", shape=("d",))
    derivation = sg.derive(sg.losses.mean_squared_error(sg.dot(x_, w), y_))

    def train() -> sg.Run:
        descent = sg.optimizers.GradientDescent(RATE)
        data, start = {"x": x, "y": y}, {"w": np.zeros(features)}
        return sg.train(derivation, data=data, start=start, optimizer=descent, iterations=ITERATIONS)

    print(f"least squares, {samples:,} samples of {features}, {ITERATIONS} iterations\n{train().engine}")
    seconds = timed({"train": train, "square": lambda: x.T @ x})
    tell(seconds, "square", "XᵀX")


def tell(seconds: Mapping[str, float], peer: str, words: str) -> None:
    """Print how long training takes beside its peer."""
    ratio = seconds["train"] / seconds[peer]
    print(f"train {seconds['train']:.4f} s, {words} {seconds[peer]:.4f} s: {ratio:.2f} × as long")


def timed(tasks: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """The median time of each task, the tasks taking turns."""
    found: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(ROUNDS):
        for name, task in tasks.items():
            start = perf_counter()
            task()
            found[name].append(perf_counter() - start)
    return {name: median(times) for name, times in found.items()}


if __name__ == "__main__":
    sizes = [*map(int, sys.argv[1:]), 10_000_000, 1_000_000]
    line(sizes[0])
    least_squares(sizes[1] if len(sys.argv) > 2 else sizes[-1])
