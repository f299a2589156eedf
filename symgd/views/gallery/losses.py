"""The losses of the catalogue, each of a line through a few samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from inspect import Parameter, getdoc, signature
from typing import Any

import numpy as np
from sympy import Expr, Rational

from symgd.derivation.derive import derive
from symgd.notation import losses
from symgd.notation.arrays import dot, softmax
from symgd.notation.functions import sigmoid
from symgd.notation.intermediates import let
from symgd.notation.latex import latex
from symgd.notation.symbols import data, parameters
from symgd.training.engine import ARRAYS
from symgd.training.optimizers import GradientDescent
from symgd.training.run import Run
from symgd.training.train import train
from symgd.views.gallery.entry import Entry, prose

SHOW = ("statement", "derivation", "code", "check", "plots")
X = (-2, -1, 0, 1, 2, 3)
# A loss tells by the names of its arguments what it compares.
TARGETS = {
    "target": (-3, -1, 2, 2, 5, 6),
    "label": (-1, -1, 1, -1, 1, 1),
    "count": (0, 1, 0, 2, 3, 7),
}
CLASSES = (0, 0, 1, 0, 1, 1)
POINTS = ((-2, -1), (-1, -2), (0, 2), (1, 1), (2, -1), (1, -2))
KINDS = (0, 0, 1, 1, 2, 2)


def loss_entries() -> Iterator[Entry]:
    """One entry for each loss."""
    for name in losses.__all__:
        function = getattr(losses, name)
        compared = [each.name for each in signature(function).parameters.values() if _given(each)]
        expr, run = _of_classes(function) if name in losses.OF_VECTORS else _of_line(function, compared)
        text = prose(getdoc(function) or "")
        yield Entry(name, (f"L = {latex(expr)}",), text, run, SHOW, repeated=True)


def _given(argument: Parameter) -> bool:
    return argument.default is Parameter.empty


def _of_line(function: Callable[..., Expr], compared: list[str]) -> tuple[Expr, Callable[[], Run]]:
    expr, targets = _loss(function, compared)
    return expr, _run_of(expr, targets)


def _of_classes(function: Callable[..., Expr]) -> tuple[Expr, Callable[[], Run]]:
    """The loss of a linear model of three classes, and a run on a few points of the plane."""
    x, t = data("x", shape=(2,)), data("t", shape=(3,), sums_to_one=True)
    W, b = parameters("W", shape=(3, 2)), parameters("b", shape=(3,))
    z = let("z", dot(W, x) + b)
    loss = function(let("p", softmax(z)) if function is losses.cross_entropy else z, t)

    def run() -> Run:
        start = {"W": np.zeros((3, 2)), "b": np.zeros(3)}
        points = {"x": POINTS, "t": np.eye(3)[list(KINDS)]}
        rule = GradientDescent(learning_rate=0.5)
        return train(derive(loss), points, start, rule, iterations=200, engine=ARRAYS)

    return loss, run


def _loss(function: Callable[..., Expr], compared: list[str]) -> tuple[Expr, tuple[int, ...]]:
    """The loss of a line, and the targets that suit it."""
    x, y = data("x y")
    w, b = parameters("w b")
    line = w * x + b
    if len(compared) != 2:
        # A penalty on parameters stands beside a loss.
        penalty = function(w, b)
        return losses.mean_squared_error(let("y_hat", line), y) + Rational(1, 10) * penalty, TARGETS["target"]
    first, second = compared
    model = {"probability": let("p", sigmoid(line)), "prediction": let("y_hat", line)}.get(
        first, let("z", line)
    )
    binary = second == "target" and first != "prediction"
    return function(model, y), CLASSES if binary else TARGETS.get(second, TARGETS["target"])


def _run_of(loss: Expr, targets: tuple[int, ...]) -> Callable[[], Run]:
    def run() -> Run:
        # A start at which no sample lies on a kink.
        start: dict[str, Any] = {"w": 0.3, "b": -0.2}
        rule = GradientDescent(learning_rate=0.05)
        return train(derive(loss), {"x": X, "y": targets}, start, rule, iterations=200, engine=ARRAYS)

    return run
