"""Where the kinks of an expression are."""

import pytest
import sympy as sp

import symgd as sg
from symgd.derivation.kinks import kinks
from symgd.notation.text import text

x, y = sg.data("x y")
w, b = sg.parameters("w b")
residual = w * x + b - y


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (sp.Abs(residual), ["w xᵢ + b − yᵢ"]),
        (sp.sign(w), ["w"]),
        (sp.Heaviside(w), ["w"]),
        (sg.relu(w), ["w"]),
        (sg.step(w), ["w"]),
        (sp.Max(0, w), ["w"]),
        (sp.Min(2, w), ["w − 2"]),
        (sp.Max(w, b), ["w − b"]),
        (sp.Max(w, b, 1), ["w − b", "w − 1", "b − 1"]),
        (sp.Piecewise((w, w > 3), (b, True)), ["w − 3"]),
        (sp.Piecewise((w, (w > 1) & (b < 2)), (b, True)), ["w − 1", "b − 2"]),
        (sg.losses.root_mean_squared_error(w * x, y), ["(1/n) Σᵢ (w xᵢ − yᵢ)²"]),
        (sg.losses.epsilon_insensitive(w, y), ["|w − yᵢ| − 1/10", "w − yᵢ"]),
        (sg.losses.huber(w, y), ["w − yᵢ", "|w − yᵢ| − 1"]),
    ],
)
def test_kinks_are_found(expr, expected) -> None:
    assert sorted(map(text, kinks(expr))) == sorted(expected)


@pytest.mark.parametrize(
    "expr", [w**2, sp.sqrt(2) * w, w**-2, 1 / sp.sqrt(w), sp.sqrt(w) ** 3, sg.softplus(w), sp.Abs(x) * w]
)
def test_smooth_expressions_have_none(expr) -> None:
    assert kinks(expr) == ()


def test_kinks_in_the_definition_of_a_name_are_found_and_names_kept() -> None:
    z = sg.let("z", w * x + b)
    h = sg.let("h", sg.relu(z))
    assert kinks(sg.mean(sp.Abs(h - y))) == (z, h - y)
