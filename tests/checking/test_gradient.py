"""Right gradients are found right and wrong ones wrong, whatever the scale."""

import pickle
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest
import sympy as sp
from helpers import catalogue

import symgd as sg
from symgd.errors import DataError, GradientCheckError

x, y = sg.data("x y")
w, b = sg.parameters("w b")
c = sg.constants("c")
y_hat = sg.let("y_hat", w * x + b)
LINE = {"x": [1, 2, 3, 4, 5], "y": [13, 23, 33, 43, 53]}
START = {"w": 4, "b": 1}
LOSS = sg.losses.mean_squared_error(y_hat, y)

LOSSES = catalogue.losses(y_hat, y, w, b)
LOSSES["binary_cross_entropy"] = sg.losses.binary_cross_entropy(sg.sigmoid(y_hat), y)
LABELS = {"logistic": [1, -1], "hinge": [1, -1], "squared_hinge": [1, -1]}
LABELS |= {"binary_cross_entropy": [0, 1], "binary_cross_entropy_with_logits": [0, 1], "poisson": [0, 1, 5]}
SCALES = [10.0**k for k in range(-9, 10, 3)]


@cache
def derivation(name: str) -> sg.Derivation:
    return sg.derive(LOSSES[name])


def of(check: sg.GradientCheck, attribute: str) -> list[Any]:
    return [getattr(entry, attribute) for entry in check.parameters.values()]


def random_point(name: str, seed: int) -> tuple[dict[str, float], dict[str, Any]]:
    random = np.random.default_rng(seed)
    at = {"w": random.normal(), "b": random.normal()}
    if name in catalogue.PENALTIES:
        return at, {}
    targets = random.choice(LABELS[name], 20) if name in LABELS else random.normal(size=20)
    return at, {"x": random.normal(size=20), "y": targets}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_of_the_catalogue_is_right(name, seed) -> None:
    at, data = random_point(name, seed)
    check = sg.check_gradient(derivation(name), at, data)
    assert check.verdict == "correct"
    assert of(check, "numeric") == pytest.approx(of(check, "derived"), rel=1e-9, abs=1e-12)
    assert of(check, "complex_step") == pytest.approx(of(check, "derived"), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("wrong", [-1, 2, 0, 1 + 1e-4, 1 - 1e-4])
def test_a_wrong_factor_is_found_in_every_loss(name, wrong) -> None:
    at, data = random_point(name, 1)
    derived = sg.check_gradient(derivation(name), at, data).parameters
    for changed in derived:
        given = {key: entry.derived * (wrong if key == changed else 1) for key, entry in derived.items()}
        check = sg.check_gradient(derivation(name), at, data, gradient=given)
        assert {key: entry.verdict for key, entry in check.parameters.items()} == {
            key: "wrong" if key == changed else "correct" for key in derived
        }


def test_the_numbers_of_a_line_through_five_points() -> None:
    check = sg.check_gradient(sg.derive(LOSS), START, LINE)
    assert of(check, "derived") == [-144, -40]
    assert of(check, "numeric") == pytest.approx([-144, -40], rel=1e-12)
    assert of(check, "complex_step") == [-144, -40]
    assert of(check, "order") == pytest.approx([2, 2], abs=0.01)
    assert check.parameters[w] is check.parameters["w"]


def test_the_sweep_is_kept_for_plots() -> None:
    entry = sg.check_gradient(sp.exp(w), {"w": 0.5}).parameters["w"]
    assert entry.errors == pytest.approx(abs(entry.sweep.central - np.exp(0.5)))
    assert entry.spacing in entry.sweep.spacings
    assert 1e-13 < np.nanmin(entry.errors) < 1e-9 < np.nanmax(entry.errors)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize(
    "name", ["mean_squared_error", "root_mean_squared_error", "logistic", "mean_absolute_error"]
)
def test_the_verdict_does_not_depend_on_the_size_of_the_loss(name, scale) -> None:
    at, data = random_point(name, 1)
    loss = scale * LOSSES[name]
    check = sg.check_gradient(loss, at, data)
    assert check.verdict == "correct"
    for factor in (0, -1, 2, 1.001):
        wrong = {key: factor * entry.derived for key, entry in check.parameters.items()}
        assert of(sg.check_gradient(loss, at, data, gradient=wrong), "verdict") == ["wrong", "wrong"]


@pytest.mark.parametrize("scale", SCALES)
def test_the_verdict_does_not_depend_on_the_size_of_the_parameter(scale) -> None:
    loss = sp.sin(c * w) + sp.log(c * w)
    at, fixed = {"w": 0.7 / scale}, {"c": scale}
    derived = sg.check_gradient(loss, at, constants=fixed).parameters["w"]
    assert derived.verdict == "correct"
    wrong = {"w": 1.001 * derived.derived}
    assert sg.check_gradient(loss, at, constants=fixed, gradient=wrong).verdict == "wrong"


@pytest.mark.parametrize("slope", [1e-9, 1e-3, 1.0, 1e9])
def test_a_gradient_of_zeros_is_wrong_where_there_is_a_slope(slope) -> None:
    check = sg.check_gradient(
        c * w + b**2, {"w": 1, "b": 0}, constants={"c": slope}, gradient={"w": 0, "b": 0}
    )
    assert check.parameters["w"].verdict == "wrong"
    assert check.parameters["b"].verdict != "wrong"


@pytest.mark.parametrize("name", ["mean_squared_error", "huber", "log_cosh", "poisson", "l2"])
@pytest.mark.parametrize("off", [0, 1e-14, 1e-10, 1e-6])
def test_a_gradient_that_is_nearly_zero_is_right_at_a_minimum(name, off) -> None:
    data = {} if name == "l2" else {"x": [1.0, 2.0, 3.0], "y": [0.1 + 0.3 * k for k in (1, 2, 3)]}
    at = {"w": 0.3 + off, "b": 0.1}
    if name == "l2":
        at = {"w": off, "b": 0}
    if name == "poisson":
        data["y"] = [float(np.exp(value)) for value in data["y"]]
    assert sg.check_gradient(derivation(name), at, data).verdict == "correct"


@pytest.mark.parametrize("offset", [1e-6, 1e-9])
def test_near_a_minimum_a_gradient_of_zeros_is_wrong(offset) -> None:
    check = sg.check_gradient(w**2 + b**4, {"w": offset, "b": 0}, gradient={"w": 0, "b": 0})
    assert of(check, "verdict") == ["wrong", "correct"]


@pytest.mark.parametrize("size", [1e8, 1e12, 1e16])
@pytest.mark.parametrize("factor", [0, 1, 1.001, -1])
def test_beside_a_large_constant_nothing_is_claimed(size, factor) -> None:
    gradient = {"w": factor * 1e-8 * np.cos(1)}
    check = sg.check_gradient(size + 1e-8 * sp.sin(w), {"w": 1}, gradient=gradient)
    assert check.verdict == "inconclusive"
    assert check.parameters["w"].reason == "rounding"
    assert check.parameters["w"].complex_step == pytest.approx(1e-8 * np.cos(1))


def test_a_large_constant_does_no_harm_where_the_slope_is_large_enough() -> None:
    assert sg.check_gradient(1e8 + 1e4 * sp.sin(w), {"w": 1}).verdict == "correct"


def test_the_remainder_is_of_second_order_if_the_gradient_is_right_and_else_of_first() -> None:
    loss = sp.exp(w) * sp.sin(b)
    at = {"w": 0.5, "b": 0.3}
    right = sg.check_gradient(loss, at)
    assert of(right, "order") == pytest.approx([2, 2], abs=0.05)
    wrong = {key: 1.01 * entry.derived for key, entry in right.parameters.items()}
    assert of(sg.check_gradient(loss, at, gradient=wrong), "order") == pytest.approx([1, 1], abs=0.05)
    assert sg.check_gradient(w, {"w": 1}).parameters["w"].order is None


@pytest.mark.parametrize(("x_k", "dw", "db"), [(-2, -12, 6), (-1, 0, 0), (2, 4, 2)])
def test_a_gradient_by_hand(x_k, dw, db) -> None:
    squared = sg.total((w * x + b - y) ** 2)
    point = {"at": {"w": 1, "b": 1}, "data": {"x": [x_k], "y": [3 * x_k + 2]}}
    right = {w: sg.total(2 * x**2 * w + 2 * b * x - 2 * x * y), b: sg.total(2 * w * x + 2 * b - 2 * y)}
    check = sg.check_gradient(squared, **point, gradient=right)
    assert check.verdict == "correct"
    if x_k == -2:
        assert of(check, "derived") == [dw, db]
    dropped = {w: sg.total(2 * x**2 * w - 2 * x * y), b: right[b]}
    assert of(sg.check_gradient(squared, **point, gradient=dropped), "verdict") == ["wrong", "correct"]


def test_a_gradient_by_hand_in_plain_sympy() -> None:
    v, k, n, t = (
        sp.Symbol("w"),
        sp.Symbol("k", integer=True),
        sp.Symbol("n", integer=True),
        sp.IndexedBase("x"),
    )
    loss = sp.Sum((v * t[k] - 1) ** 2, (k, 1, n))
    derivation = sg.derive(loss, parameters=[v], data=[t])
    by_hand = {v: sp.Sum(2 * t[k] * (v * t[k] - 1), (k, 1, n))}
    assert sg.check_gradient(derivation, {"w": 2}, {"x": [1, 2]}, gradient=by_hand).verdict == "correct"


@pytest.mark.parametrize(
    "number", [-144, -144.0, Fraction(-144), sp.Integer(-144), np.float32(-144), np.int64(-144)]
)
def test_a_gradient_by_hand_may_be_any_kind_of_number(number) -> None:
    assert sg.check_gradient(LOSS, START, LINE, gradient={"w": number, "b": -40}).verdict == "correct"


@pytest.mark.parametrize("kind", [int, float, np.float32, Fraction])
def test_values_may_be_any_kind_of_number(kind) -> None:
    at = {name: kind(value) for name, value in START.items()}
    data = {name: [kind(value) for value in values] for name, values in LINE.items()}
    data = {name: np.array(values) for name, values in data.items()}
    check = sg.check_gradient(LOSS + c, at, data, constants={"c": kind(3)})
    assert check.verdict == "correct"
    assert of(check, "derived") == [-144, -40]


def test_a_parameter_that_the_loss_does_not_feel_here_is_right() -> None:
    check = sg.check_gradient(sg.relu(w) + b**2 + sp.cos(b), {"w": -3, "b": 1})
    assert check.parameters["w"].verdict == "correct"
    assert check.parameters["w"].derived == 0


def test_a_point_at_the_border_of_the_domain_is_inconclusive() -> None:
    entry = sg.check_gradient(w ** sp.Rational(3, 2), {"w": 0}).parameters["w"]
    assert (entry.verdict, entry.reason) == ("inconclusive", "domain")


def test_a_derived_value_that_is_no_number_is_wrong() -> None:
    entry = sg.check_gradient(sg.xlogy(w**2, w**2), {"w": 0}).parameters["w"]
    assert (entry.verdict, entry.explanation) == ("wrong", "this entry is nan, the slope of the loss 0.")


def test_raise_if_wrong_carries_the_table() -> None:
    check = sg.check_gradient(LOSS, START, LINE, gradient={"w": -72, "b": -40})
    with pytest.raises(GradientCheckError, match="w  -72") as raised:
        check.raise_if_wrong()
    assert str(raised.value) == str(check)
    sg.check_gradient(LOSS, START, LINE).raise_if_wrong()
    sg.check_gradient(sp.Abs(w), {"w": 0}).raise_if_wrong()


def test_a_check_pickles() -> None:
    check = sg.check_gradient(LOSS, START, LINE)
    assert str(pickle.loads(pickle.dumps(check))) == str(check)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"at": {"w": 4}}, "at: no value for 'b'"),
        ({"at": START | {"q": 1}}, "at: 'q' is not one of"),
        ({"at": {"w": "4", "b": 1}}, "'w' needs one number"),
        ({"at": {"w": np.nan, "b": 1}}, "'w' is nan"),
        ({"data": {"x": [1]}}, "no value for 'y'"),
        ({"data": {"x": [1, 2], "y": [1]}}, "x has 2, y has 1"),
        ({"constants": {"c": 1}}, "'c' is not one of"),
        ({"gradient": {"w": 1}}, "gradient: no entry for 'b'"),
        ({"gradient": {"w": 1, "b": 1, "q": 1}}, "gradient: 'q' is not a parameter"),
        ({"gradient": [1, 2]}, "gradient: give a mapping"),
        ({"gradient": {"w": "4", "b": 1}}, "the entry for 'w'"),
        ({"gradient": {"w": None, "b": 1}}, "the entry for 'w'"),
        ({"gradient": {"w": np.inf, "b": 1}}, "the entry for 'w'"),
        ({"gradient": {"w": [1, 2], "b": 1}}, "the entry for 'w'"),
        ({"gradient": {"w": x * w, "b": 1}}, "the entry for 'w' has one value per sample"),
        ({"gradient": {"w": c * w, "b": 1}}, "the entry for 'w' holds 'c'"),
        ({"gradient": {"w": sp.Symbol("q"), "b": 1}}, "the entry for 'w'.* q"),
        ({"gradient": {"w": sp.log(-w), "b": 1}}, "the entry for 'w' is nan here"),
    ],
)
def test_bad_input_is_named(arguments, message) -> None:
    with pytest.raises(DataError, match=message):
        sg.check_gradient(LOSS, **{"at": START, "data": LINE} | arguments)


@pytest.mark.parametrize(("value", "loss"), [(-1.0, sp.log(w)), (0.0, 1 / w), (800.0, sp.exp(w))])
def test_a_point_where_the_loss_is_not_finite_is_refused(value, loss) -> None:
    with pytest.raises(DataError, match=r"the loss is (nan|inf) at w="):
        sg.check_gradient(loss, {"w": value})
