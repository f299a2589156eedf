"""Small jobs, where what surrounds the arithmetic counts: a line through five points, and updates by one sample."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from statistics import median
from typing import Any

import numpy as np

from benchmarks import by_hand, by_jax, by_numba, by_torch, losses
from benchmarks.figures import Figure, at_most, faster
from benchmarks.timing import medians
from symgd.codegen.program import Program
from symgd.training.loops.kernel import Kernel
from symgd.training.loops.kernels import loaded
from symgd.training.setup import Setup, values_of

ITERATIONS = 501


def warm(rounds: int) -> Iterator[Figure]:
    """The whole call to train a line through five points, its history kept; and its compiled loop alone."""
    job = losses.five_points()
    engine = _used(job, iterations=ITERATIONS)
    at = (*job.data.values(), 4.0, 1.0, 0.01, ITERATIONS)
    torch_loop = by_torch.descent(by_torch.line, job.data, job.start, job.rate)
    jax_loop = by_jax.descent(by_jax.line, job.data, job.start, job.rate)
    jax_scan = by_jax.scanned(by_jax.line, job.data, job.start, job.rate)
    tasks = {
        "symgd": lambda: job(iterations=ITERATIONS),
        "its loop": kernel(job, iterations=ITERATIONS),
        "NumPy by hand": lambda: by_hand.line(*at),
        "Numba by hand": lambda: by_numba.line(*at),
        "PyTorch": lambda: torch_loop(ITERATIONS),
        "JAX": lambda: jax_loop(ITERATIONS),
        "JAX, scan": lambda: jax_scan(ITERATIONS),
    }
    aims = (
        faster(10, "NumPy by hand"),
        faster(100, "PyTorch"),
        at_most(1.3, "Numba by hand", ours="its loop"),
    )
    yield Figure("A line through 5 points, 501 iterations", medians(tasks, 4 * rounds), aims, engine)


def one_at_a_time(rounds: int) -> Iterator[Figure]:
    """100,000 updates by one sample each, their history kept."""
    job = losses.one_by_one()
    engine = _used(job)
    data, rest = list(job.data.values()), (-2.0, -1.0, 0.001, 1000)
    tasks = {
        "symgd": job,
        "its loop": kernel(job),
        "Numba by hand": lambda: by_numba.one_at_a_time(*data, *rest),
        "Python by hand": lambda: by_hand.one_at_a_time(*data, *rest),
    }
    aims = (at_most(1.3, "Numba by hand", ours="its loop"), faster(30, "Python by hand"))
    yield Figure("100,000 updates by one sample", medians(tasks, rounds), aims, engine)


FIRST = """
import sys
from time import perf_counter
import symgd
from benchmarks import by_hand, losses
symgd.train, symgd.derive, symgd.optimizers
start = perf_counter()
job = losses.five_points()
if sys.argv[1] == "symgd":
    print(job(iterations=501).engine)
if sys.argv[1] == "NumPy by hand":
    by_hand.line(*job.data.values(), 4.0, 1.0, 0.01, 501)
print(perf_counter() - start)
"""


def first(rounds: int) -> Iterator[Figure]:
    """The first call in a process of its own, which has no time to compile; so are its peers."""
    names = {"symgd": "symgd", "deriving and NumPy by hand": "NumPy by hand", "deriving": "deriving"}
    took: dict[str, list[float]] = {name: [] for name in names}
    engine = ""
    # A process that imports takes a while: there are more rounds, so that the median is one.
    for _ in range(4 * rounds + 1):
        for name, told in names.items():
            *lines, seconds = _fresh(FIRST, told).splitlines()
            engine = engine or "".join(lines)
            took[name].append(float(seconds))
    figures = {name: median(each[1:]) for name, each in took.items()}
    aims = (at_most(1, "deriving and NumPy by hand"),)
    yield Figure("The same as the first call in a fresh process", figures, aims, engine)


def kernel(job: losses.Job, **settings: Any) -> Any:
    """The compiled loop of a job, with a new history each time but without what surrounds it in train."""
    run = job(engine="loops", **settings)
    program = Program(job.derivation, run.optimizer.rule)
    values = values_of(program, job.data, job.start, None)
    loop = Kernel(Setup(program, run.optimizer, values, run.batches, run.limits), True, loaded)
    loop.advance(0)
    span, now = loop._numbers["span"], loop._numbers["now"]
    span[1] = run.iterations
    beginning = span.copy(), now.copy()
    place, shape = loop._at["history"], loop.record.piece.shape

    def call() -> Any:
        span[:], now[:] = beginning
        loop._arguments[place] = history = np.empty(shape)
        loop._iterate(*loop._arguments)
        return history

    return call


def _used(job: losses.Job, **settings: Any) -> str:
    """The engine that is used once it is warm."""
    job(engine="loops", **settings)
    return str(job(**settings).engine)


def _fresh(source: str, argument: str) -> str:
    """What a process prints; one before it has left the bytecode of all modules."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(
        [sys.executable, "-c", source, argument], check=True, capture_output=True, text=True, env=environment
    ).stdout
