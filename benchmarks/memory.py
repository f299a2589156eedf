"""How much memory training takes above the data: the peak of a process of its own for each loss."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.figures import Figure, at_most

LOSSES = (
    "mean_squared_error",
    "root_mean_squared_error",
    "mean_absolute_error",
    "log_cosh",
    "decay",
    "logistic",
)

CHILD = '''
import json, re, resource, sys
import numpy as np
import symgd as sg
from benchmarks import losses

name, samples, settings = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
built = {
    "decay": lambda: losses.decay(8).derivation,
    "logistic": lambda: sg.derive(sg.losses.binary_cross_entropy_with_logits(losses.w * losses.x + losses.b, losses.y)),
}
derivation = built.get(name, lambda: sg.derive(getattr(sg.losses, name)(losses.w * losses.x + losses.b, losses.y)))()
start = {p.name: 0.5 for p in derivation.parameters}

def train(x, y, **changes):
    rule = sg.optimizers.GradientDescent(0.01)
    return sg.train(derivation, {"x": x, "y": y}, start, rule, **{**settings, **changes})

def peak():
    """The most memory so far; what resource tells, a child has from its parent where that had more."""
    try:
        return of("VmHWM")
    except (OSError, TypeError):
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit

def of(name):
    return int(re.search(name + r":\\s*(\\d+)", open("/proc/self/status").read())[1]) * 1024

def standing():
    """The memory in use; the peak starts anew from it, as compiling had one that would hide others."""
    try:
        open("/proc/self/clear_refs", "w").write("5")
        return of("VmRSS")
    except (OSError, TypeError):
        return peak()

def filled(count):
    random = np.random.default_rng(0)
    x, y = np.empty((2, count))
    random.random(out=x), random.random(out=y)
    np.round(y, out=y)
    return x, y

# Libraries are loaded and loops compiled with data that are small, but large enough for threads and blocks.
few = filled(200_000)
train(*few)
if settings["engine"] == "auto":
    train(*few, engine="loops")
del few
x, y = filled(samples)
before = standing()
run = train(x, y)
above = max(0, peak() - before)
print(json.dumps([above / 1e6, str(run.engine)]))
'''


BATCHES = {"engine": "auto", "epochs": 1, "batch_size": 1000}
WAYS: dict[str, dict[str, Any]] = {
    **{f"engine={engine!r}": {"engine": engine, "iterations": 20} for engine in ("auto", "arrays", "loops")},
    "batches of 1,000": BATCHES,
    "batches of 1,000, shuffled": {**BATCHES, "shuffle": True, "seed": 0},
    "batches of 1,000, shuffled, engine='arrays'": {
        **BATCHES,
        "shuffle": True,
        "seed": 0,
        "engine": "arrays",
    },
}


def memory(_: int) -> Iterator[Figure]:
    """Ten million samples of two numbers each, losses with scalar parameters, each way of training."""
    samples = 10_000_000
    for way, settings in WAYS.items():
        told = {name: _above(name, samples, settings) for name in LOSSES}
        figures = {"symgd": max(above for above, _ in told.values()), "the aim": 50.0}
        figures |= {name: above for name, (above, _) in told.items()}
        title = f"Peak memory above the data, {samples:,} samples, {way}"
        engines = {engine.partition(":")[0] for _, engine in told.values()}
        yield Figure(title, figures, (at_most(1, "the aim"),), ", ".join(sorted(engines)), unit="MB")


def _above(name: str, samples: int, settings: Mapping[str, Any]) -> tuple[float, str]:
    command = [sys.executable, "-c", CHILD, name, str(samples), json.dumps(settings)]
    above, engine = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return above, engine
