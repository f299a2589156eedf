"""How the time of an iteration grows: with samples, features, parameters and depth."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import sympy

import symgd as sg
from benchmarks import losses
from benchmarks.timing import per_iteration, seconds

WRITTEN = 1_000_000
"""Rows of a file that are written at a time."""


@dataclass(frozen=True)
class Curve:
    """Seconds over a size: what grows (*over*), the curve's *name*, and its points."""

    over: str
    name: str
    sizes: tuple[int, ...]
    seconds: tuple[float, ...]

    @property
    def exponent(self) -> float:
        """The slope of the last half in a plot of logarithms: 1 for what grows in proportion, 0 for what does not."""
        half = len(self.sizes) // 2
        return float(np.polyfit(np.log(self.sizes[half:]), np.log(self.seconds[half:]), 1)[0])


def curves(rounds: int) -> Iterator[Curve]:
    """All of them."""
    yield from over_samples(rounds)
    yield from over_features(rounds)
    yield from over_parameters(rounds)
    yield from over_depth(rounds)


def over_samples(rounds: int) -> Iterator[Curve]:
    """A logistic loss, and a line whose iterations need no data; the largest data lie in a file."""
    sizes = tuple(10**k for k in range(3, 9))
    with tempfile.TemporaryDirectory() as folder:
        files = {size: mapped(Path(folder), size) for size in sizes}
        # The pass that finds moments takes as long as many iterations.
        for name, engine, many in (("logistic loss", "loops", 12), ("line, from moments", "moments", 50_000)):
            took = [
                per_iteration({"": run(name, files[size], engine)}, rounds, many=many)[""] for size in sizes
            ]
            yield Curve("samples", name, sizes, tuple(took))


def mapped(folder: Path, samples: int) -> dict[str, Any]:
    """Samples of a line: in memory, or where there are many, in files."""
    if samples < 10**8:
        return losses.line(samples).data
    random, found = np.random.default_rng(0), {}
    for name in ("x", "y"):
        found[name] = np.lib.format.open_memmap(folder / f"{name}.npy", "w+", np.float64, (samples,))
        for first in range(0, samples, WRITTEN):
            found[name][first : first + WRITTEN] = random.normal(size=WRITTEN)
    return {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in found}


def run(name: str, data: dict[str, Any], engine: str) -> Any:
    """Training for a number of iterations."""
    if name.startswith("line"):
        derivation = losses.line_derivation()
    else:
        score = losses.w * losses.x + losses.b
        derivation = sg.derive(sg.losses.binary_cross_entropy_with_logits(score, losses.y))
    job = losses.Job(derivation, data, {"w": 0.1, "b": 0.1}, 0.01, {"engine": engine})
    return job.iterations()


def over_features(rounds: int) -> Iterator[Curve]:
    """Logistic regression with more and more features."""
    sizes = (2, 4, 8, 16, 32, 64, 128)
    jobs = [losses.logistic(100_000, size) for size in sizes]
    for engine in ("loops", "arrays"):
        tasks = {str(size): partial(_iterated, job, engine) for size, job in zip(sizes, jobs, strict=True)}
        yield Curve("features", engine, sizes, tuple(per_iteration(tasks, rounds).values()))


def _iterated(job: losses.Job, engine: str, count: int) -> Any:
    return job(iterations=count, engine=engine)


def over_parameters(rounds: int) -> Iterator[Curve]:
    """A net of two layers on digits with a wider and wider hidden layer: an epoch."""
    sizes = (10, 30, 100, 300, 1000)
    jobs = [losses.digits(size) for size in sizes]
    tasks = {str(size): partial(_epochs, job) for size, job in zip(sizes, jobs, strict=True)}
    counts = tuple(size * 64 + size + 10 * size + 10 for size in sizes)
    yield Curve(
        "parameters", "a net of two layers, an epoch", counts, tuple(per_iteration(tasks, rounds).values())
    )


def _epochs(job: losses.Job, count: int) -> Any:
    return job(epochs=count, batch_size=100, shuffle=True, seed=0)


def over_depth(rounds: int) -> Iterator[Curve]:
    """Deeper and deeper nets: the time to derive and to compile."""
    sizes = (2, 4, 8, 16, 32, 64)
    took = [sorted(seconds(partial(_derived, depth)) for _ in range(rounds))[rounds // 2] for depth in sizes]
    yield Curve("layers", "deriving and compiling", sizes, tuple(took))


def _derived(depth: int) -> sg.Program:
    layer: Any = sg.data("x", shape=("d",))
    for k in range(1, depth + 1):
        weights, bias = sg.parameters(f"W_{k}", shape=("d", "d")), sg.parameters(f"b_{k}", shape=("d",))
        layer = sg.let(f"a_{k}", sympy.tanh(sg.let(f"z_{k}", sg.dot(weights, layer) + bias)))
    return sg.compile_numpy(sg.derive(sg.mean(sg.sum((layer - sg.data("y", shape=("d",))) ** 2))))
