"""Losses, data in pieces, and runs of them, which tests of data in partitions share."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import sympy as sp

import symgd as sg
from symgd.notation.mapping import name_of

N = 600
x, y, t = sg.data("x y t")
z = sg.data("z", shape=(3,))
w = sg.parameters("w")
a, b, c = sg.parameters("a b c")
v = sg.parameters("v", shape=(3,))
k = sg.constants("k")

LINE = sg.losses.mean_squared_error(w * x + b, y)
LINE_START = {"w": 1.0, "b": 0.0}


def drawn() -> dict[str, np.ndarray]:
    random = np.random.default_rng(3)
    points, vectors = random.uniform(0, 3, N), random.normal(size=(N, 3))
    noise = random.normal(size=N)
    return {
        "x": points,
        "y": 2 * np.exp(-0.7 * points) + 0.5 + 0.1 * noise,
        "z": vectors,
        "t": (vectors @ [1.0, -2.0, 0.5] + noise > 0).astype(float),
    }


DATA = drawn()
LOSSES = {
    "line": (LINE, LINE_START),
    "vectors": (sg.losses.mean_squared_error(sg.dot(v, z) + b, y), {"v": np.zeros(3), "b": 0.0}),
    "logistic": (
        sg.losses.binary_cross_entropy_with_logits(sg.dot(v, z) + b, t),
        {"v": np.zeros(3), "b": 0.0},
    ),
    "root and penalty": (
        sg.losses.root_mean_squared_error(w * x + b, y) + 0.3 * sg.losses.l2(w, b),
        LINE_START,
    ),
    "decay": (
        sg.losses.huber(a * sp.exp(-b * x) + c, y, delta=sp.Rational(1, 5)),
        {"a": 1.0, "b": 1.0, "c": 0.0},
    ),
    "constant": (sg.total((w * x - k * y) ** 2) / N, {"w": 0.0}),
}


def of(loss) -> dict[str, np.ndarray]:
    names = [name_of(symbol) for symbol in sg.derive(loss).problem.data]
    return {name: DATA[name] for name in names}


def pieces(data, *sizes):
    """The data in partitions of these sizes, the last one with what is left."""
    ends = [0, *np.cumsum(sizes), len(next(iter(data.values())))]
    return [{name: each[i:j] for name, each in data.items()} for i, j in pairwise(ends)]


def fit(loss, data, start, **changes):
    given = {"optimizer": sg.optimizers.Momentum(0.05), "iterations": 25, "engine": "arrays"} | changes
    if any(name == "k" for name in map(str, sg.derive(loss).problem.constants)):
        given["constants"] = {"k": 1.5}
    return sg.train(loss, data, start, **given)


def assert_same(run, other, to=1e-12):
    for name in other.history:
        np.testing.assert_allclose(run.history[name], other.history[name], rtol=to, atol=to)


def stored(folder: Path, name: str, values: np.ndarray) -> np.memmap:
    file = np.memmap(folder / name, dtype=np.float32, mode="w+", shape=values.shape)
    file[:] = values
    file.flush()
    return np.memmap(folder / name, dtype=np.float32, mode="r", shape=values.shape)
