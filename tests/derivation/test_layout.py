import pytest
from helpers.catalogue import losses
from helpers.latex_form import faults

import symgd as sg
from symgd.derivation.reason import reason_text

x, y = sg.data("x y")
w, b = sg.parameters("w b")
y_hat = sg.let("y_hat", w * x + b)
z = sg.let("z", w * x + b)
p = sg.let("p", sg.sigmoid(z))

LINE = """\
L  = (1/n) Σᵢ (ŷᵢ − yᵢ)²
ŷᵢ = w xᵢ + b

∂L/∂w = (1/n) Σᵢ ∂/∂w (ŷᵢ − yᵢ)²              ✓✓ constant factor, derivative under the sum
      = (1/n) Σᵢ 2 (ŷᵢ − yᵢ) ∂/∂w (ŷᵢ − yᵢ)   ✓✓ power rule, chain rule
      = (1/n) Σᵢ 2 (ŷᵢ − yᵢ) ∂ŷᵢ/∂w           ✓✓ sum rule, constant
      = (1/n) Σᵢ 2 (ŷᵢ − yᵢ) ∂/∂w (w xᵢ + b)  ✓✓ definition of ŷ
      = (1/n) Σᵢ 2 (ŷᵢ − yᵢ) xᵢ               ✓✓ sum rule, constant factor, constant, identity
      = (2/n) Σᵢ xᵢ (ŷᵢ − yᵢ)                 ✓✓ collect factors
      = (2/n) Σᵢ xᵢ (w xᵢ + b − yᵢ)           ✓✓ insert the definition of ŷ

∂L/∂b = (1/n) Σᵢ ∂/∂b (ŷᵢ − yᵢ)²              ✓✓ constant factor, derivative under the sum
      = (1/n) Σᵢ 2 (ŷᵢ − yᵢ) ∂/∂b (ŷᵢ − yᵢ)   ✓✓ power rule, chain rule
      = (1/n) Σᵢ 2 (ŷᵢ − yᵢ) ∂ŷᵢ/∂b           ✓✓ sum rule, constant
      = (1/n) Σᵢ 2 (ŷᵢ − yᵢ) ∂/∂b (w xᵢ + b)  ✓✓ definition of ŷ
      = (1/n) Σᵢ 2 (ŷᵢ − yᵢ)                  ✓✓ sum rule, constant, identity
      = (2/n) Σᵢ (ŷᵢ − yᵢ)                    ✓✓ collect factors
      = (2/n) Σᵢ (w xᵢ + b − yᵢ)              ✓✓ insert the definition of ŷ

✓ both sides agree at random points   ✓✓ and are equal there as fractions"""

FIRST = (
    r"\frac{\partial L}{\partial w} &= \frac{1}{n} \sum_{i=1}^n \frac{\partial}{\partial w} (w x_i + b - y_i)^2 "
    r"&& \text{constant factor, derivative under the sum} \\"
)
SECOND = (
    r"&= \frac{1}{n} \sum_{i=1}^n 2 (w x_i + b - y_i) \, \frac{\partial}{\partial w} (w x_i + b - y_i) "
    r"&& \text{power rule, chain rule} \\"
)


def test_a_derivation_in_text():
    assert str(sg.derive(sg.losses.mean_squared_error(y_hat, y))) == LINE


def test_a_derivation_in_latex():
    source = sg.derive(sg.losses.mean_squared_error(w * x + b, y)).latex()
    assert source.splitlines()[:5] == [
        r"\begin{aligned}",
        r"L &= \frac{1}{n} \sum_{i=1}^n (w x_i + b - y_i)^2 \\",
        r" \\",
        FIRST,
        SECOND,
    ]
    assert source.splitlines()[-2:] == [
        r"&= \frac{2}{n} \sum_{i=1}^n (w x_i + b - y_i) && \text{collect factors}",
        r"\end{aligned}",
    ]


def test_names_that_build_on_names_are_told_forward_and_backward():
    printed = str(sg.derive(sg.losses.binary_cross_entropy(p, y)))
    order = [
        "Forward",
        "zᵢ = w xᵢ + b",
        "pᵢ = σ(zᵢ)",
        "L  = −(1/n) Σᵢ",
        "Backward",
        "∂L/∂pᵢ = ",
        "∂L/∂zᵢ = ∂L/∂pᵢ · ∂/∂zᵢ σ(zᵢ)",
        "chain rule through p",
        "Gradient",
        "∂L/∂w = Σᵢ ∂L/∂zᵢ",
        "chain rule through z",
        "∂L/∂b = Σᵢ ∂L/∂zᵢ",
    ]
    assert all(piece in printed for piece in order)
    assert sorted(order, key=printed.index) == order


def test_every_rule_stands_in_its_column_or_below_its_line():
    printed = str(sg.derive(sg.losses.mean_squared_error(y_hat, y)))
    columns = {line.index("✓") for line in printed.splitlines()[3:-1] if line}
    assert len(columns) == 1
    for line in str(sg.derive(sg.losses.huber(y_hat, y))).splitlines()[3:-1]:
        assert line.count("✓✓") == (0 if " = " in line or not line else 1)


def test_a_derivation_in_a_notebook_and_at_a_prompt():
    derivation = sg.derive(sg.losses.mean_squared_error(w * x + b, y))
    assert derivation._repr_latex_() == rf"$\displaystyle {derivation.latex()}$"
    assert repr(derivation) == "<Derivation of L = (1/n) Σᵢ (w xᵢ + b − yᵢ)² with respect to w, b>"


def test_a_step_prints_as_one_line():
    step = sg.derive(sg.losses.mean_squared_error(y_hat, y)).steps[w][2]
    assert str(step).startswith(
        "(1/n) Σᵢ 2 (ŷᵢ − yᵢ) ∂/∂w (ŷᵢ − yᵢ) = (1/n) Σᵢ 2 (ŷᵢ − yᵢ) ∂ŷᵢ/∂w   [sum rule, constant;"
    )


def test_of_many_names_the_first_and_the_last_are_told():
    names = tuple(sg.let(f"h_{k}", x) for k in range(1, 9))
    assert reason_text("chain rule", names[:2]) == "chain rule through h₁, h₂"
    assert reason_text("chain rule, constant", names) == "chain rule through h₁, h₂, …, h₈, constant"
    assert reason_text("power rule, chain rule", ()) == "power rule, chain rule"


@pytest.mark.parametrize("prediction", [w * x + b, y_hat, p], ids=["plain", "named", "nested"])
@pytest.mark.parametrize("name", sorted(set(sg.losses.__all__) - sg.losses.OF_VECTORS))
def test_every_derivation_of_the_catalogue_prints_and_typesets(name, prediction):
    derivation = sg.derive(losses(prediction, y, w, b)[name])
    assert "\\" not in str(derivation)
    assert faults(derivation.latex()) == []
