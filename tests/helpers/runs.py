"""Runs of gradient descent, and the symbols of their losses."""

from typing import Any

import symgd as sg

x, y = sg.data("x y")
w, b = sg.parameters("w b")
Y_HAT = sg.let("y_hat", w * x + b)
LINE = {"x": [1, 2, 3, 4, 5], "y": [13, 23, 33, 43, 53]}


def descend(loss: Any, start: dict[str, float], rate: float, **settings: Any) -> sg.Run:
    return sg.train(loss, start=start, optimizer=sg.optimizers.GradientDescent(rate), **settings)
