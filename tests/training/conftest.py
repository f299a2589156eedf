"""Symbols, data and a run that the tests of training share."""

from typing import Any

import pytest

import symgd as sg

x, y = sg.data("x y")
w, b = sg.parameters("w b")
LINE = sg.losses.mean_squared_error(w * x + b, y)
DATA = {"x": [1, 2, 3, 4, 5], "y": [13, 23, 33, 43, 53]}
START = {"w": 4, "b": 1}
SLOW = sg.optimizers.GradientDescent(learning_rate=0.01)


def fit(**changes: Any) -> sg.Run:
    """A line through DATA, trained for ten iterations unless *changes* say otherwise."""
    arguments = {"data": DATA, "start": START, "optimizer": SLOW, "iterations": 10} | changes
    if "epochs" in changes and "iterations" not in changes:
        del arguments["iterations"]
    return sg.train(arguments.pop("loss", LINE), **arguments)


@pytest.fixture(scope="session")
def line() -> sg.Run:
    """The line after 501 iterations of gradient descent."""
    return fit(iterations=501)
