"""Derivations read as a textbook's, and end where it does."""

import math

import pytest
import sympy as sp
from helpers.reference import central_difference, value
from mpmath import mp

import symgd as sg
from symgd.notation.algebra import sorted_form
from symgd.notation.text import text

x, y = sg.data("x y")
w, b = sg.parameters("w b")
LINE = w * x + b
NAMED = sg.let("y_hat", LINE)


def lines(derivation, parameter):
    return [text(step.after) for step in derivation.steps[parameter]]


def rules(derivation, parameter):
    return [step.rule for step in derivation.steps[parameter]]


def test_a_line_without_names_reads_as_in_a_textbook():
    derivation = sg.derive(sg.losses.mean_squared_error(LINE, y))
    assert lines(derivation, w) == [
        "(1/n) Σᵢ ∂/∂w (w xᵢ + b − yᵢ)²",
        "(1/n) Σᵢ 2 (w xᵢ + b − yᵢ) ∂/∂w (w xᵢ + b − yᵢ)",
        "(1/n) Σᵢ 2 (w xᵢ + b − yᵢ) xᵢ",
        "(2/n) Σᵢ xᵢ (w xᵢ + b − yᵢ)",
    ]
    assert rules(derivation, w) == [
        "constant factor, derivative under the sum",
        "power rule, chain rule",
        "sum rule, constant factor, constant, identity",
        "collect factors",
    ]
    assert lines(derivation, b)[-1] == "(2/n) Σᵢ (w xᵢ + b − yᵢ)"


@pytest.mark.parametrize("prediction", [LINE, NAMED])
@pytest.mark.parametrize(
    ("loss", "most"), [("mean_squared_error", 8), ("root_mean_squared_error", 9), ("logistic", 8)]
)
def test_short_derivations_stay_short(prediction, loss, most):
    derivation = sg.derive(getattr(sg.losses, loss)(prediction, y))
    # The derivative that is derived stands on a line of its own above the steps.
    assert all(1 + len(steps) <= most for steps in derivation.steps.values())


@pytest.mark.parametrize("prediction", [LINE, NAMED])
def test_the_last_line_of_a_line_has_its_form_and_order(prediction):
    derivation = sg.derive(sg.losses.mean_squared_error(prediction, y))
    assert str(derivation.gradient[w]) == "2*Sum(x[i]*(w*x[i] + b - y[i]), (i, 1, n))/n"
    assert str(derivation.gradient["b"]) == "2*Sum(w*x[i] + b - y[i], (i, 1, n))/n"


def test_root_mean_squared_error_keeps_its_root_outside_of_the_sum():
    derivation = sg.derive(sg.losses.root_mean_squared_error(LINE, y))
    assert lines(derivation, w)[-1] == "(1/(n √((1/n) Σᵢ (w xᵢ + b − yᵢ)²))) Σᵢ xᵢ (w xᵢ + b − yᵢ)"


def test_logistic_loss_ends_in_the_sigmoid_of_the_margin():
    derivation = sg.derive(sg.losses.logistic(LINE, y))
    assert lines(derivation, b)[-1] == "−(1/n) Σᵢ yᵢ σ(−yᵢ (w xᵢ + b))"


def test_cross_entropy_of_a_sigmoid_collapses_to_the_difference():
    score = sg.let("z", LINE)
    derivation = sg.derive(sg.losses.binary_cross_entropy(sg.let("p", sg.sigmoid(score)), y))
    assert [text(done.adjoint.definition) for done in derivation.backward][1] == "(1/n) (pᵢ − yᵢ)"
    assert lines(derivation, w)[-1] == "(1/n) Σᵢ xᵢ (pᵢ − yᵢ)"


@pytest.mark.parametrize("prediction", [b + w * x, w * x + b, x * w + b])
def test_the_authors_order_is_kept(prediction):
    derivation = sg.derive(sg.losses.mean_squared_error(prediction, y))
    assert str(prediction) in str(derivation.gradient[b])


def test_numbers_are_not_distributed():
    derivation = sg.derive(sg.mean(2 * (w * x - y)) ** 2)
    assert "2*(w*x[i] - y[i])" in str(derivation.steps[w][0].before)


@pytest.mark.parametrize(
    ("function", "slope"),
    [
        (sg.sigmoid, "σ(w) (1 − σ(w))"),
        (sg.softplus, "σ(w)"),
        (sg.tanh, "1 − tanh² w"),
        (sg.relu, "step(w)"),
        (sg.log1p, "1/(1 + w)"),
        (sg.gelu, "Φ(w) + w φ(w)"),
        (sp.sqrt, "1/(2 √w)"),
    ],
)
def test_derivatives_of_functions_have_the_textbooks_form(function, slope):
    assert text(sg.derive(function(w)).gradient[w]) == slope


def test_hessian_of_a_line():
    hessian = sg.derive(sg.losses.mean_squared_error(NAMED, y)).hessian
    assert [text(hessian[key]) for key in [(w, w), ("w", "b"), (b, b)]] == [
        "(2/n) Σᵢ xᵢ²",
        "(2/n) Σᵢ xᵢ",
        "2",
    ]
    assert len(hessian) == 4


@pytest.mark.parametrize(
    "loss", [w**3 * b + sp.exp(w * b), sp.sin(w) / (1 + b**2), sp.log(1 + w**2 + b**2), sp.sqrt(1 + w**2) * b]
)
def test_hessian_agrees_with_sympy(loss):
    hessian = sg.derive(loss).hessian
    for first in (w, b):
        for second in (w, b):
            expected = sp.diff(sorted_form(loss), first, second)
            assert sp.simplify(sorted_form(hessian[first, second]) - expected) == 0


def layered(depth):
    hidden = x
    for layer in range(1, depth + 1):
        hidden = sg.let(f"h_{layer}", sp.tanh(w * hidden + b))
    return sg.losses.mean_squared_error(hidden, y)


def test_the_lines_of_a_composition_grow_linearly_with_its_depth():
    counts = {}
    for depth in (10, 20, 40, 60):
        derivation = sg.derive(layered(depth))
        counts[depth] = sum(len(done.steps) for done in derivation.backward)
        assert len(derivation.backward) == depth
    assert counts[40] - counts[20] == counts[60] - counts[40] == 2 * (counts[20] - counts[10])


def test_deep_and_flat_forms_have_the_same_gradient():
    named, flat = layered(3), sp.tanh(w * sp.tanh(w * sp.tanh(w * x + b) + b) + b)
    values = {"w": 0.7, "b": -0.2, "x": [0.5, -1.0], "y": [0.1, 0.9]}
    gradients = [
        sg.compile_numpy(sg.derive(loss)).gradient(**values)
        for loss in (named, sg.losses.mean_squared_error(flat, y))
    ]
    assert gradients[0] == pytest.approx(gradients[1], rel=1e-12)


def test_symbols_made_elsewhere_get_their_roles():
    slope, point, target = sp.symbols("w x y")
    derivation = sg.derive(sg.mean((slope * point - target) ** 2), parameters=[slope], data=[point, target])
    assert text(derivation.gradient[slope]) == "(2/n) Σᵢ xᵢ (w xᵢ − yᵢ)"


@pytest.mark.parametrize(("first", "shift"), [(1, 0), (0, 1)])
def test_sums_made_elsewhere_become_sums_over_the_samples(first, shift):
    slope, count, k = sp.Symbol("w"), sp.Symbol("N"), sp.Symbol("k")
    points = sp.IndexedBase("x")
    loss = sp.Sum((slope * points[k] - 1) ** 2, (k, first, count - shift)) / count
    derivation = sg.derive(loss, parameters=[slope], data=[points])
    values = {"w": 2.0, "x": [1.0, 3.0]}
    assert sg.compile_numpy(derivation).gradient(**values)["w"] == pytest.approx(1 * 1 + 3 * 5)


def test_a_derivation_passes_through():
    derivation = sg.derive(w**2)
    assert sg.derive(derivation) is derivation


def test_a_name_costs_two_lines():
    derivation = sg.derive(sg.losses.mean_squared_error(NAMED, y))
    assert lines(derivation, w)[2:] == [
        "(1/n) Σᵢ 2 (ŷᵢ − yᵢ) ∂ŷᵢ/∂w",
        "(1/n) Σᵢ 2 (ŷᵢ − yᵢ) ∂/∂w (w xᵢ + b)",
        "(1/n) Σᵢ 2 (ŷᵢ − yᵢ) xᵢ",
        "(2/n) Σᵢ xᵢ (ŷᵢ − yᵢ)",
        "(2/n) Σᵢ xᵢ (w xᵢ + b − yᵢ)",
    ]
    assert [(step.rule, step.about) for step in derivation.steps[w]][3::3] == [
        ("definition", (NAMED,)),
        ("insert the definition", (NAMED,)),
    ]


@pytest.mark.parametrize(
    ("loss", "at", "slopes"),
    [
        (sp.Abs(w), {w: 0}, {w: 0}),
        (sp.sign(w) * w, {w: 0}, {w: 0}),
        (sg.relu(w), {w: 0}, {w: 0}),
        (sp.Max(w, 0), {w: 0}, {w: 0}),
        (sp.Min(w, 0), {w: 0}, {w: 0}),
        (sp.Piecewise((w, w >= 0), (-w, True)), {w: 0}, {w: 1}),
        (sp.Abs(w - b), {w: 3, b: 3}, {w: 0, b: 0}),
    ],
)
def test_at_a_kink_the_subgradient_is_the_one_that_the_rule_names(loss, at, slopes):
    derivation = sg.derive(loss)
    assert {name: at_point(derivation.gradient[name], at) for name in slopes} == slopes


@pytest.mark.parametrize("extremum", [sp.Max, sp.Min])
@pytest.mark.parametrize("names", ["w b", "w b u", "u v w b"])
def test_of_equal_arguments_one_wins_so_that_the_slopes_are_a_subgradient(extremum, names):
    symbols = sg.parameters(names)
    gradient = sg.derive(extremum(*symbols)).gradient
    slopes = [at_point(gradient[symbol], dict.fromkeys(symbols, 1)) for symbol in symbols]
    assert sorted(slopes) == [0] * (len(symbols) - 1) + [1]


def at_point(expr, at):
    return sorted_form(sp.expand_func(expr)).subs(at)


def test_each_use_of_a_name_adds_to_its_adjoint():
    hidden = sg.let("h", sp.tanh(w * x))
    center = sg.let("mu", sg.mean(hidden))
    derivation = sg.derive(sg.mean((hidden - center) ** 2 * y))
    assert {done.name.name: text(done.steps[-1].after) for done in derivation.backward} == {
        "mu": "−(2/n) Σᵢ yᵢ (hᵢ − μ)",
        "h": "(2/n) yᵢ (hᵢ − μ) + (1/n) ∂L/∂μ",
    }


def test_a_deep_composition_has_the_slopes_of_forward_mode():
    values = {"w": 0.9, "b": 0.3, "x": [0.5, -1.0], "y": [0.1, 0.9]}
    expected = {"w": 0.0, "b": 0.0}
    for start, target in zip(values["x"], values["y"], strict=True):
        hidden, by_w, by_b = start, 0.0, 0.0
        for _ in range(60):
            slope = 1 - math.tanh(values["w"] * hidden + values["b"]) ** 2
            by_w, by_b = slope * (hidden + values["w"] * by_w), slope * (1 + values["w"] * by_b)
            hidden = math.tanh(values["w"] * hidden + values["b"])
        expected["w"] += 2 * (hidden - target) * by_w / 2
        expected["b"] += 2 * (hidden - target) * by_b / 2
    gradient = sg.compile_numpy(sg.derive(layered(60))).gradient(**values)
    assert gradient == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("samples", [1, 2, 7])
def test_one_derivation_serves_any_number_of_samples(samples):
    hidden = sg.let("h", sp.tanh(w * x + b))
    derivation = sg.derive(sp.sqrt(sg.mean((hidden - sg.mean(hidden) - y) ** 2)) + sg.total(w * y))
    at = {"w": mp.mpf("0.7"), "b": mp.mpf("-0.4")}
    at |= {name: [mp.mpf(k + shift) / 3 for k in range(samples)] for name, shift in (("x", -2), ("y", 1))}
    for name in ("w", "b"):
        found = value(derivation.gradient[name], at, samples)
        assert mp.almosteq(found, central_difference(derivation.loss, at, samples, name), 1e-12, 1e-12)


def test_the_same_loss_is_derived_once_and_an_equal_one_anew():
    loss, other = (sg.losses.mean_squared_error(LINE, y) for _ in range(2))
    first = sg.derive(loss)
    assert sg.derive(loss) is first
    assert sg.derive(other) is not first
    for _ in range(20):
        sg.derive(sg.losses.mean_squared_error(LINE, y))
    assert sg.derive(loss) is not first


def test_the_same_loss_with_other_roles_is_another_loss():
    u, v = sp.symbols("u v")
    loss = (u - v**2) ** 2
    for parameter, constant, slope in ((u, v, -2), (v, u, 8)):
        found = sg.derive(loss, parameters=[parameter], constants=[constant]).gradient[parameter]
        assert found.subs({symbol: {"u": 3, "v": 2}[symbol.name] for symbol in found.free_symbols}) == slope
