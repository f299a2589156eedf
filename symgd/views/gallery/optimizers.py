"""The optimizers of the catalogue, each on the same loss."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from inspect import getdoc
from typing import Any

from sympy import Expr, Pow, Rational

from symgd.notation import losses
from symgd.notation.intermediates import let
from symgd.notation.latex import latex
from symgd.notation.symbols import data, parameters
from symgd.training import optimizers
from symgd.training.engine import ARRAYS
from symgd.training.run import Run
from symgd.training.train import train
from symgd.views.gallery.entry import Entry, prose

SHOW = ("code", "first", "run", "plots")
POINTS = {"x": (1, 2, 3, 4, 5), "y": (13, 23, 33, 43, 53)}
# Rules that divide the gradient by its own size go about as far as the rate each time, whatever the slope.
SLOW, FAST = 0.01, 0.5


def optimizer_entries() -> Iterator[Entry]:
    """One entry for each optimizer."""
    for name in optimizers.__all__:
        kind = getattr(optimizers, name)
        if kind is not optimizers.Optimizer:
            equations = tuple(
                rf"{latex(target)} \leftarrow {latex(value)}" for target, value in kind().equations
            )
            yield Entry(name, equations, prose(getdoc(kind) or ""), partial(_run, kind), SHOW)


def _run(kind: Any) -> Run:
    x, y = data("x y")
    w, b = parameters("w b")
    loss = losses.mean_squared_error(let("y_hat", w * x + b), y)
    divides = any(_has_root(value) for _, value in kind().equations)
    rule = kind(learning_rate=FAST if divides else SLOW)
    return train(loss, POINTS, {"w": 4, "b": 1}, rule, iterations=200, engine=ARRAYS)


def _has_root(expr: Expr) -> bool:
    return any(each.exp == Rational(1, 2) for each in expr.atoms(Pow))
