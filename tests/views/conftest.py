"""Runs that plots are made of, each trained once."""

import numpy as np
import pytest
from helpers.runs import LINE, Y_HAT, b, descend, w, x, y

import symgd as sg


@pytest.fixture(scope="session")
def line() -> sg.Run:
    return descend(sg.mean((Y_HAT - y) ** 2), {"w": 4, "b": 1}, 0.01, data=LINE, iterations=501)


@pytest.fixture(scope="session")
def parabola() -> sg.Run:
    return descend((w - 1) ** 2 / 10, {"w": 10}, 1.0, iterations=100)


@pytest.fixture(scope="session")
def batches() -> sg.Run:
    data = {"x": [-2, -1, 0, 1, 2], "y": [-4, -1, 2, 5, 8]}
    return descend(sg.mean((w * x + b - y) ** 2), {"w": 1, "b": 1}, 0.1, data=data, epochs=2, batch_size=1)


@pytest.fixture(scope="session")
def noisy() -> sg.Run:
    random = np.random.default_rng(0)
    samples, noise = random.standard_normal(100), random.standard_normal(100)
    data = {"x": samples, "y": 2 * samples + 1 + 0.3 * noise}
    start = {"w": -2, "b": -1}
    return descend(sg.mean((Y_HAT - y) ** 2), start, 0.001, data=data, epochs=1000, batch_size=1)


@pytest.fixture(scope="session")
def diverging() -> sg.Run:
    return descend(sg.mean((Y_HAT - y) ** 2), {"w": 4, "b": 1}, 0.1, data=LINE, iterations=2000)


@pytest.fixture(scope="session")
def rates() -> list[sg.Run]:
    return [descend(w**2, {"w": 3}, rate, iterations=10) for rate in (0.01, 0.1, 0.5, 1.0, 1.1)]


@pytest.fixture(scope="session")
def check() -> sg.GradientCheck:
    loss = sg.losses.binary_cross_entropy(sg.sigmoid(w * x + b), y)
    return sg.check_gradient(loss, at={"w": 0.7, "b": -0.3}, data={"x": [-2, -1, 1, 3], "y": [0, 1, 0, 1]})
