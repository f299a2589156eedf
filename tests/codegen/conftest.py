"""Derivations that several tests of the generated code look at."""

from collections.abc import Callable
from typing import Any

import pytest
import sympy as sp

import symgd as sg

x, y = sg.data("x y")
w, b = sg.parameters("w b")
SCORE = sg.let("z", w * x + b)
PROBABILITY = sg.let("p", sg.sigmoid(SCORE))


def catalogue() -> dict[str, Any]:
    """Every loss of the catalogue for a line, by name; penalties are added to a squared error."""
    made: dict[str, Any] = {}
    for name in sorted(set(sg.losses.__all__) - sg.losses.OF_VECTORS):
        loss: Callable[..., Any] = getattr(sg.losses, name)
        if name in {"l1", "l2"}:
            made[name] = sg.losses.mean_squared_error(w * x + b, y) + sg.constants("c") * loss(w, b)
        elif name in {"cross_entropy", "softmax_cross_entropy"}:
            continue  # of arrays
        elif name == "binary_cross_entropy":
            made[name] = loss(PROBABILITY, y)
        else:
            made[name] = loss(SCORE, y)
    return made


def others() -> dict[str, Any]:
    """Losses that lead code generation into its other corners."""
    h = sg.let("h", sp.tanh(SCORE))
    return {
        "net": sg.mean((sg.let("v_hat", w * h) - y) ** 2),
        "centred": sg.mean((h - sg.mean(h)) ** 2 * y),
        "scalar": (w - 1) ** 2 / 10,
        "linear": sg.mean(w * x + b),
        "roots": sp.sqrt(sg.mean((w * x - y) ** 2)) + sp.sqrt(sg.mean((w * x - y) ** 2) + b**2),
        "maximum": sg.mean(sp.Max(w * x, b, y)) + sp.Min(w, b),
        "powers": sg.mean((1 + x**2) ** w) + 2**b + (1 + w**2) ** sp.Rational(-3, 2),
        "logistic by hand": sg.mean(sp.log(1 + sp.exp(-(w * x)))) + 1 / (1 + sp.exp(-b)),
        "gelu": sg.mean(sg.gelu(w * x + b) + sp.erf(w * x)),
        "trigonometry": sg.mean(sp.sin(w * x) * sp.cos(b) + sp.atan2(w * x, 2) + sp.pi * w),
        "nested condition": sg.mean(
            sp.Piecewise(
                (sp.Piecewise((w * x, x > sp.Rational(1, 2)), (b * x, True)), y > b), (w * b * x, True)
            )
        )
        + sp.Piecewise((sp.Piecewise((w, w > 2), (b, True)), b > w), (w * b, True)),
        "two passes": sg.mean(sp.exp(w) * (h - sg.mean(h)) ** 2)
        + sp.exp(w) * sp.sqrt(1 + b**2)
        - sg.mean(y) * b,
        "numbers by name": (w - sp.EulerGamma) ** 2 + sp.GoldenRatio * b**2 + sp.E * w,
        "floor": sg.mean((w * sp.floor(3 * x) - y) ** 2) + b,
        "condition": sg.mean(sp.Piecewise((w * x, (x > 0) & (y < 1)), (b * x, x < -1), (w, True))),
    }


LOSSES = {**catalogue(), **others()}


@pytest.fixture(params=sorted(LOSSES))
def loss(request: pytest.FixtureRequest) -> Any:
    """Each of the losses in turn."""
    return LOSSES[request.param]
