"""What a check looks like."""

import sympy as sp

import symgd as sg

x, y = sg.data("x y")
w, b, theta = sg.parameters("w b theta_1")
LOSS = sg.losses.mean_squared_error(w * x + b, y)
POINT = {"at": {"w": 4, "b": 1}, "data": {"x": [1, 2], "y": [13, 23]}}


def test_a_right_gradient() -> None:
    assert str(sg.check_gradient(LOSS, **POINT)).splitlines() == [
        "The gradient is correct.",
        "",
        "      derived     numeric  error  relative  spacing  order  complex step  verdict",
        "─────────────────────────────────────────────────────────────────────────────────",
        "w  -36.000000  -36.000000    0.0       0.0      4.0   2.00    -36.000000  correct",
        "b  -22.000000  -22.000000    0.0       0.0      1.0   2.00    -22.000000  correct",
    ]


def test_a_wrong_gradient_by_hand() -> None:
    lines = str(sg.check_gradient(LOSS, **POINT, gradient={"w": -18, "b": -22})).splitlines()
    assert lines[0] == "The gradient is wrong."
    assert lines[2].split()[:2] == ["by", "hand"]
    assert lines[4].split()[-1] == "wrong"
    assert lines[-1] == "w: this entry is 0.5 times the slope of the loss."


def test_a_kink() -> None:
    lines = str(sg.check_gradient(sp.Abs(theta) + theta, {"theta_1": 0})).splitlines()
    assert lines[0] == "The check of the gradient is inconclusive."
    assert lines[4].split() == ["θ₁", "1.000000", "–", "–", "–", "–", "1.00", "–", "kink"]
    assert lines[-1] == (
        "θ₁ (kink): θ₁ is 0 here. The slope is 0 to the left and 2 to the right; this entry, 1, lies between them."
    )


def test_in_a_notebook() -> None:
    shown = sg.check_gradient(sp.Abs(theta) + theta, {"theta_1": 0})._repr_latex_()
    assert shown.startswith(
        r"$\displaystyle \begin{array}{l} \text{The check of the gradient is inconclusive.}"
    )
    assert shown.count("$") == 2
    assert r"1.000000" in shown
    assert r"\text{kink}" in shown
