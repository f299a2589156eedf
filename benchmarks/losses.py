"""The losses that are measured, as a user of symgd writes them, with their data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sympy

import symgd as sg

(x, y), (w, b, a, c) = sg.data("x y"), sg.parameters("w b a c")
X, W = sg.data("x", shape=("d",)), sg.parameters("w", shape=("d",))


@dataclass(frozen=True)
class Job:
    """A loss, its data and where training starts; ``job(iterations=500)`` trains, as often as it is called."""

    derivation: sg.Derivation
    data: dict[str, Any]
    start: dict[str, Any]
    rate: float
    settings: dict[str, Any] = field(default_factory=dict)

    def __call__(self, **settings: Any) -> sg.Run:
        """Train."""
        rule = sg.optimizers.GradientDescent(self.rate)
        return sg.train(self.derivation, self.data, self.start, rule, **{**self.settings, **settings})

    def iterations(self) -> Callable[[int], sg.Run]:
        """Training for a number of iterations."""
        return lambda count: self(iterations=count)


def five_points() -> Job:
    """A line through five points."""
    data = {"x": np.arange(1.0, 6), "y": np.arange(13.0, 63, 10)}
    return Job(line_derivation(), data, {"w": 4, "b": 1}, 0.01)


def one_by_one() -> Job:
    """A noisy line, for updates by one sample each."""
    random = np.random.default_rng(1)
    inputs = random.normal(size=100)
    data = {"x": inputs, "y": 2 * inputs + 1 + 0.3 * random.normal(size=100)}
    return Job(line_derivation(), data, {"w": -2, "b": -1}, 0.001, {"epochs": 1000, "batch_size": 1})


def line_derivation() -> sg.Derivation:
    """The mean squared error of a line."""
    return sg.derive(sg.losses.mean_squared_error(w * x + b, y))


def line(samples: int) -> Job:
    """A line through many points."""
    random = np.random.default_rng(0)
    inputs = random.normal(size=samples)
    data = {"x": inputs, "y": 3 * inputs + 2 + random.normal(size=samples)}
    return Job(line_derivation(), data, {"w": 0, "b": 0}, 0.1)


def least_squares(samples: int, features: int = 20) -> Job:
    """Least squares with several features."""
    rows, random = _rows(samples, features)
    data = {"x": rows, "y": rows @ random.normal(size=features) + random.normal(size=samples)}
    loss = sg.losses.mean_squared_error(sg.dot(X, W), y)
    return Job(sg.derive(loss), data, {"w": np.zeros(features)}, 0.1)


def logistic(samples: int, features: int = 20) -> Job:
    """Logistic regression with several features."""
    rows, random = _rows(samples, features)
    chance = 1 / (1 + np.exp(-rows @ random.normal(size=features)))
    data = {"x": rows, "y": (random.random(samples) < chance).astype(float)}
    loss = sg.losses.binary_cross_entropy_with_logits(sg.let("z", sg.dot(W, X) + b), y)
    return Job(sg.derive(loss), data, {"w": np.zeros(features), "b": 0}, 0.1)


def decay(samples: int) -> Job:
    """Huber's loss of a exp(−b x) + c, with outliers."""
    random = np.random.default_rng(3)
    inputs = random.uniform(0, 3, samples)
    data = {"x": inputs, "y": 2 * np.exp(-1.3 * inputs) + 0.5 + 0.1 * random.standard_cauchy(samples)}
    loss = sg.losses.huber(a * sympy.exp(-b * x) + c, y)
    return Job(sg.derive(loss), data, {"a": 1, "b": 1, "c": 0}, 0.1)


def digits(hidden: int = 50) -> Job:
    """A net of two layers on four of five images of scikit-learn's digits, as ``docs/models`` has it."""
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    chosen = np.random.default_rng(0).permutation(len(images))[: len(images) * 4 // 5]
    x, t = sg.data("x", shape=("d",)), sg.data("t", shape=(10,), sums_to_one=True)
    W1, b1 = sg.parameters("W1", shape=(hidden, "d")), sg.parameters("b1", shape=(hidden,))
    W2, b2 = sg.parameters("W2", shape=(10, hidden)), sg.parameters("b2", shape=(10,))
    h = sg.let("h", sg.sigmoid(sg.let("z1", sg.dot(W1, x) + b1)))
    p = sg.let("p", sg.softmax(sg.let("z2", sg.dot(W2, h) + b2)))
    glorot, zeros = sg.initializers.Glorot(seed=1), sg.initializers.Zeros()
    start = {"W1": glorot, "b1": zeros, "W2": glorot, "b2": zeros}
    data = {"x": images[chosen] / 16, "t": np.eye(10)[labels[chosen]]}
    return Job(sg.derive(sg.losses.cross_entropy(p, t)), data, start, 0.5)


def _rows(samples: int, features: int) -> tuple[Any, np.random.Generator]:
    random = np.random.default_rng(2)
    return random.normal(size=(samples, features)), random
