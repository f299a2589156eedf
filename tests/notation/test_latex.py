import pytest
import sympy as sp
from helpers.catalogue import losses
from helpers.latex_form import faults

import symgd as sg
from symgd.derivation.derivative import Partial
from symgd.notation import functions as own
from symgd.notation.algebra import multiply
from symgd.notation.intermediates import Adjoint
from symgd.notation.latex import latex
from symgd.notation.text import text

x, y = sg.data("x y")
w, b, c = sg.parameters("w b c")
y_hat = sg.let("y_hat", w * x + b)
p = sg.let("p", own.sigmoid(w * x + b))
x_prime = sg.parameters("x_prime")
residual = w * x + b - y
root_mean_square = sp.sqrt(sg.mean(residual**2))


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (residual, r"w x_i + b - y_i"),
        (y - (w * x + b), r"y_i - (w x_i + b)"),
        # Sums.
        (sg.losses.mean_squared_error(y_hat, y), r"\frac{1}{n} \sum_{i=1}^n (\hat{y}_i - y_i)^2"),
        (sg.losses.sum_squared_error(y_hat, y), r"\frac{1}{2} \sum_{i=1}^n (\hat{y}_i - y_i)^2"),
        (2 * sg.mean(x * residual), r"\frac{2}{n} \sum_{i=1}^n x_i (w x_i + b - y_i)"),
        (root_mean_square, r"\sqrt{\frac{1}{n} \sum_{i=1}^n (w x_i + b - y_i)^2}"),
        (
            sg.mean(x * residual) / root_mean_square,
            r"\frac{1}{n \sqrt{\frac{1}{n} \sum_{i=1}^n (w x_i + b - y_i)^2}} \sum_{i=1}^n x_i (w x_i + b - y_i)",
        ),
        (
            sg.losses.binary_cross_entropy(p, y),
            r"-\frac{1}{n} \sum_{i=1}^n [y_i \log p_i + (1 - y_i) \log(1 - p_i)]",
        ),
        (sg.total(x) ** 2, r"\left(\sum_{i=1}^n x_i\right)^2"),
        # Fractions.
        ((1 - y) / (1 - p), r"\frac{1 - y_i}{1 - p_i}"),
        ((w - 1) ** 2 / 10, r"\frac{(w - 1)^2}{10}"),
        (multiply(y, 1 / p, p, 1 - p, x), r"\frac{y_i}{p_i} p_i (1 - p_i) x_i"),
        (w * (1 + b / c), r"w \left(1 + \frac{b}{c}\right)"),
        # Powers.
        (w**12, r"w^{12}"),
        (x_prime**2, r"{x'}^2"),
        (w ** sp.Rational(1, 3), r"w^{1/3}"),
        (2 * 3**w, r"2 \cdot 3^w"),
        # Functions.
        (sp.exp(w * x), r"e^{w x_i}"),
        (sp.exp(-w / b), r"\exp\left(-\frac{w}{b}\right)"),
        (own.sigmoid(w) * (1 - own.sigmoid(w)), r"\sigma(w) (1 - \sigma(w))"),
        (sp.Abs(residual), r"|w x_i + b - y_i|"),
        (sp.sign(w), r"\operatorname{sgn}(w)"),
        (own.relu(1 - w), r"\max(0, 1 - w)"),
        (own.step(w), r"\operatorname{step}(w)"),
        (own.log1p(w), r"\log(1 + w)"),
        (own.expm1(w), r"e^{w} - 1"),
        (own.log_cosh(w), r"\log\cosh w"),
        (1 - sp.tanh(w) ** 2, r"1 - \tanh^2 w"),
        (sp.erf(w), r"\operatorname{erf}(w)"),
        (sp.zeta(w), r"\zeta\left(w\right)"),
        (
            sp.Piecewise((w, sp.Abs(w) <= 1), (sp.sign(w), True)),
            r"\begin{cases} w & \text{if } |w| \le 1 \\ \operatorname{sgn}(w) & \text{otherwise} \end{cases}",
        ),
        # Derivatives.
        (Partial(y_hat, w), r"\frac{\partial \hat{y}_i}{\partial w}"),
        (Partial((y_hat - y) ** 2, w), r"\frac{\partial}{\partial w} (\hat{y}_i - y_i)^2"),
        (Partial(y * (1 - y_hat), w), r"\frac{\partial}{\partial w} [y_i (1 - \hat{y}_i)]"),
        (multiply(y, Partial(y_hat, w)), r"y_i \, \frac{\partial \hat{y}_i}{\partial w}"),
        (
            sp.Derivative(sp.Function("f")(w, b), w, w, b),
            r"\frac{\partial^3}{\partial w^2 \partial b} f(w, b)",
        ),
        (Adjoint(p, y / p), r"\frac{\partial L}{\partial p_i}"),
        # Numbers.
        (sp.Integer(-3), "-3"),
        (sp.Float(1e-8) * w, r"10^{-8} w"),
        (sp.Float(2.5e-8) * w, r"2.5 \cdot 10^{-8} w"),
    ],
)
def test_latex_is_what_a_textbook_prints(expr, expected):
    assert latex(expr) == expected
    assert faults(latex(expr)) == []


@pytest.mark.parametrize("loss", losses(w * x + b, y, w, b).values(), ids=losses(w * x + b, y, w, b))
def test_every_loss_has_text_and_latex(loss):
    assert "\\" not in text(loss)
    assert faults(latex(loss)) == []


def test_faults_are_found():
    assert faults(r"\frac{1}{n}") == []
    assert faults(r"\frac{1}{n") == ["{ stays open"]
    assert faults(r"\left(x") == ["delimiter stays open"]
    assert faults(r"\begin{cases} x}") != []
    assert faults("y'_i^2") != []
    assert faults("x^2^3") != []
