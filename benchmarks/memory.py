"""How much memory training takes above the data: the peak of a process of its own for each loss."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.figures import Figure, at_most

LOSSES = (
    "mean_squared_error",
    "root_mean_squared_error",
    "mean_absolute_error",
    "log_cosh",
    "decay",
    "logistic",
)

CHILD = """
import json, resource, sys
import numpy as np
import symgd as sg
from benchmarks import losses

name, samples, engine = sys.argv[1], int(sys.argv[2]), sys.argv[3]
built = {
    "decay": lambda: losses.decay(8).derivation,
    "logistic": lambda: sg.derive(sg.losses.binary_cross_entropy_with_logits(losses.w * losses.x + losses.b, losses.y)),
}
derivation = built.get(name, lambda: sg.derive(getattr(sg.losses, name)(losses.w * losses.x + losses.b, losses.y)))()
start = {p.name: 0.5 for p in derivation.parameters}

def train(x, y):
    rule = sg.optimizers.GradientDescent(0.01)
    return sg.train(derivation, {"x": x, "y": y}, start, rule, iterations=20, engine=engine)

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

def filled(count):
    random = np.random.default_rng(0)
    x, y = np.empty((2, count))
    random.random(out=x), random.random(out=y)
    np.round(y, out=y)
    return x, y

# Libraries are loaded and loops compiled with data that are small, but large enough for threads and blocks.
train(*filled(200_000))
before = peak()
x, y = filled(samples)
run = train(x, y)
above = max(0, peak() - max(before, 0) - x.nbytes - y.nbytes)
print(json.dumps([above / 1e6, str(run.engine)]))
"""


def memory(_: int, divided: int) -> Iterator[Figure]:
    """Ten million samples of two numbers each, losses with scalar parameters."""
    samples = 10_000_000 // divided
    for engine in ("auto", "arrays"):
        told = {name: _above(name, samples, engine) for name in LOSSES}
        figures = {"symgd": max(above for above, _ in told.values()), "the aim": 50.0}
        figures |= {name: above for name, (above, _) in told.items()}
        title = f"Peak memory above the data, {samples:,} samples, engine={engine!r}"
        yield Figure(title, figures, (at_most(1, "the aim"),), unit="MB")


def _above(name: str, samples: int, engine: str) -> tuple[float, str]:
    command = [sys.executable, "-c", CHILD, name, str(samples), engine]
    return tuple(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
