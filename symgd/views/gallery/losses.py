"""The losses of the catalogue, each of a line through a few samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from inspect import Parameter, getdoc, signature
from typing import Any

from sympy import Expr, Rational

from symgd.derivation.derive import derive
from symgd.notation import losses
from symgd.notation.functions import sigmoid
from symgd.notation.intermediates import let
from symgd.notation.latex import latex
from symgd.notation.symbols import data, parameters
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


def loss_entries() -> Iterator[Entry]:
    """One entry for each loss."""
    for name in (name for name in losses.__all__ if name not in losses.OF_VECTORS):
        function = getattr(losses, name)
        compared = [each.name for each in signature(function).parameters.values() if _given(each)]
        expr, targets = _loss(function, compared)
        text = prose(getdoc(function) or "")
        yield Entry(name, (f"L = {latex(expr)}",), text, _run_of(expr, targets), SHOW, repeated=True)


def _given(argument: Parameter) -> bool:
    return argument.default is Parameter.empty


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
        return train(derive(loss), {"x": X, "y": targets}, start, rule, iterations=200)

    return run
