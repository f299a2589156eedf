"""At a kink the check says so; beside it, it takes spacings that do not reach it."""

from functools import cache

import pytest
import sympy as sp

import symgd as sg

derive = cache(sg.derive)
x, y = sg.data("x y")
w, b = sg.parameters("w b")
DATA = {"x": [1, 2, 3], "y": [2, -1, 1]}

# A loss, a value of w at one of its kinks, and the slopes to the left and to the right there.
KINKED = {
    "mean_absolute_error": (sg.losses.mean_absolute_error(w * x, y), 2, (4 / 3, 2)),
    "quantile": (sg.losses.quantile(w * x, y, sp.Rational(9, 10)), 2, (0.1 * 5 / 3 - 0.3, 0.2)),
    "epsilon_insensitive": (sg.losses.epsilon_insensitive(w * x, y, 1), 3, (5 / 3, 2)),
    "hinge": (sg.losses.hinge(w * x, y), 0.5, (0, 2 / 3)),
    "l1": (sg.losses.mean_squared_error(w * x, y) + sg.losses.l1(w), 0, (-3, -1)),
    "root_mean_squared_error": (
        sg.losses.root_mean_squared_error(w * x, 2 * x),
        2,
        (-((14 / 3) ** 0.5), (14 / 3) ** 0.5),
    ),
    "relu": (sg.mean(sg.relu(w * x - y)), 2, (5 / 3, 2)),
    "step": (w**2 * sg.step(w - 1) + sp.Max(w, 1), 1, None),
    "maximum": (sp.Max(w, w**2), 1, (1, 2)),
    "minimum": (sp.Min(w, 3 * w, 1), 0, (3, 1)),
    "piecewise": (sp.Piecewise((w**2, w < 1), (3 * w - 2, True)), 1, (2, 3)),
    "named": (sg.mean(sg.let("h", sg.relu(sg.let("z", w * x - y))) ** 1), 2, (5 / 3, 2)),
}
DIFFERENT = [name for name, (_, _, slopes) in KINKED.items() if slopes]


def check(loss: sp.Expr, value: float, **given) -> sg.GradientCheck:
    derivation = derive(loss)
    data = {symbol.name: DATA[symbol.name] for symbol in derivation.problem.data}
    return sg.check_gradient(derivation, {"w": value}, data, **given)


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_kink_is_named_and_its_slopes_are_told(name) -> None:
    loss, value, slopes = KINKED[name]
    found = check(loss, value)
    entry = found.parameters["w"]
    assert found.verdict == "inconclusive"
    assert (entry.verdict, entry.reason) == ("inconclusive", "kink")
    assert entry.one_sided == pytest.approx(slopes, abs=1e-8)
    assert "kink" in str(found)
    if name != "root_mean_squared_error":
        assert "lies between" in entry.explanation


@pytest.mark.parametrize("name", DIFFERENT)
def test_at_a_kink_a_value_outside_of_the_slopes_is_told_apart(name) -> None:
    loss, value, slopes = KINKED[name]
    entry = check(loss, value, gradient={"w": max(slopes) + 0.5}).parameters["w"]
    assert (entry.verdict, entry.reason) == ("inconclusive", "kink")
    assert "does not lie between" in entry.explanation


@pytest.mark.parametrize("distance", [-1e-2, 1e-2, -1e-5, 1e-5, -1e-8, 1e-8])
@pytest.mark.parametrize("name", KINKED)
def test_beside_a_kink_spacings_that_avoid_it_are_used(name, distance) -> None:
    loss, value, _ = KINKED[name]
    found = check(loss, value + distance)
    entry = found.parameters["w"]
    assert entry.verdict == "correct" or (abs(distance) < 1e-7 and entry.reason == "kink")
    if entry.verdict == "correct":
        assert entry.numeric == pytest.approx(entry.derived, rel=1e-5)
        assert name == "root_mean_squared_error" or entry.spacing < 2 * abs(distance)
    wrong = {"w": entry.derived + 0.01 * (1 + abs(entry.derived))}
    assert check(loss, value + distance, gradient=wrong).verdict == "wrong"


@pytest.mark.parametrize("name", DIFFERENT)
def test_next_to_a_kink_it_is_named_instead_of_a_wrong_verdict(name) -> None:
    loss, value, _ = KINKED[name]
    for distance in (1e-11, 1e-13, 1e-15):
        entry = check(loss, value + distance).parameters["w"]
        assert (entry.verdict, entry.reason) in {("inconclusive", "kink"), ("correct", "")}


@pytest.mark.parametrize(
    ("loss", "value"),
    [
        (sg.relu(w) ** 2, 0),
        (sg.losses.squared_hinge(w * x, y), 0.5),
        (sg.losses.huber(w * x, y), 3),
        (sg.losses.huber(w * x, y), 2),
        (sp.Abs(w) ** 3, 0),
        (sp.Abs(w**2), 0),
        (sp.Piecewise((w**2, w < 1), (2 * w - 1, True)), 1),
    ],
)
def test_where_both_sides_have_the_same_slope_there_is_no_kink(loss, value) -> None:
    found = check(loss, value)
    assert found.verdict == "correct"
    wrong = {"w": found.parameters["w"].derived + 0.1}
    assert check(loss, value, gradient=wrong).verdict == "wrong"


def test_a_kink_in_one_parameter_leaves_the_others_alone() -> None:
    found = sg.check_gradient(sp.Abs(w) + b**2, {"w": 0, "b": 3})
    assert found.parameters["w"].reason == "kink"
    assert found.parameters["b"].verdict == "correct"
    wrong = sg.check_gradient(sp.Abs(w) + b**2, {"w": 0, "b": 3}, gradient={"w": 0, "b": 3})
    assert wrong.verdict == "wrong"


def test_rounding_does_not_hide_a_kink() -> None:
    loss = sg.losses.mean_absolute_error(w * x, y)
    entry = sg.check_gradient(loss, {"w": 0.1}, {"x": [3.0], "y": [0.3]}).parameters["w"]
    assert entry.reason == "kink"
    assert entry.one_sided == pytest.approx((-3, 3))
