import math

import pytest
import sympy as sp
from helpers.reading import read
from hypothesis import assume, given
from hypothesis import strategies as st

import symgd as sg
from symgd.derivation.derivative import Partial
from symgd.notation import functions as own
from symgd.notation.algebra import add, multiply, power, sorted_form
from symgd.notation.intermediates import Adjoint
from symgd.notation.text import text

x, y = sg.data("x y")
w, b, c = sg.parameters("w b c")
u, v = sp.symbols("u v", real=True)
y_hat = sg.let("y_hat", w * x + b)
p = sg.let("p", own.sigmoid(w * x + b))
mu = sg.let("mu", sg.mean(x))
residual = w * x + b - y


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        # The author's order, and no parentheses that are not needed.
        (residual, "w xᵢ + b − yᵢ"),
        (y - (w * x + b), "yᵢ − (w xᵢ + b)"),
        (multiply(sp.Integer(2), w, add(b, -y)), "2 w (b − yᵢ)"),
        (-w * (b + c), "−w (b + c)"),
        (-(w**2), "−w²"),
        ((-w) ** 2, "(−w)²"),
        ((w * b) ** 2, "(w b)²"),
        # Sums.
        (sg.losses.mean_squared_error(y_hat, y), "(1/n) Σᵢ (ŷᵢ − yᵢ)²"),
        (sg.losses.sum_squared_error(y_hat, y), "½ Σᵢ (ŷᵢ − yᵢ)²"),
        (sg.losses.root_mean_squared_error(w * x + b, y), "√((1/n) Σᵢ (w xᵢ + b − yᵢ)²)"),
        (2 * sg.mean(x * residual), "(2/n) Σᵢ xᵢ (w xᵢ + b − yᵢ)"),
        (sg.total(residual), "Σᵢ (w xᵢ + b − yᵢ)"),
        (sg.total(-w * x), "Σᵢ (−w xᵢ)"),
        (sg.total(x) * w, "(Σᵢ xᵢ) w"),
        (sg.total(x) / w, "(1/w) Σᵢ xᵢ"),
        (sg.mean(x) ** 2, "((1/n) Σᵢ xᵢ)²"),
        (
            sg.losses.binary_cross_entropy(p, y),
            "−(1/n) Σᵢ [yᵢ log pᵢ + (1 − yᵢ) log(1 − pᵢ)]",
        ),
        (sp.Sum(w ** sp.Symbol("k"), (sp.Symbol("k"), 0, 5)), "Σₖ₌₀⁵ w^k"),
        # Fractions.
        (y / p, "yᵢ/pᵢ"),
        ((1 - y) / (1 - p), "(1 − yᵢ)/(1 − pᵢ)"),
        (1 / (2 * w), "1/(2 w)"),
        ((w - 1) ** 2 / 10, "(w − 1)²/10"),
        (residual / 2, "½ (w xᵢ + b − yᵢ)"),
        (multiply(y, 1 / p, p, 1 - p, x), "(yᵢ/pᵢ) pᵢ (1 − pᵢ) xᵢ"),
        (w**-2, "1/w²"),
        (sp.Rational(-3, 4) * w, "−3 w/4"),
        (w - sp.Rational(1, 2), "w − ½"),
        # Powers and roots.
        (sp.sqrt(w), "√w"),
        (w**b, "w^b"),
        (w ** (b + 1), "w^(b + 1)"),
        (w ** sp.Rational(1, 3), "w^(1/3)"),
        (2 * 3**w, "2 · 3^w"),
        # Functions.
        (sp.exp(w * x), "exp(w xᵢ)"),
        (own.sigmoid(w) * (1 - own.sigmoid(w)), "σ(w) (1 − σ(w))"),
        (sp.Abs(residual), "|w xᵢ + b − yᵢ|"),
        (sp.sign(w), "sgn(w)"),
        (sp.Max(0, w), "max(0, w)"),
        (own.relu(w), "max(0, w)"),
        (own.step(w), "step(w)"),
        (sp.Heaviside(w), "step(w)"),
        (own.log1p(w), "log(1 + w)"),
        (own.expm1(w), "exp(w) − 1"),
        (b * own.expm1(w), "b (exp(w) − 1)"),
        (own.log_cosh(w - b), "log cosh(w − b)"),
        (own.log_cosh(w) ** 2, "(log cosh w)²"),
        (own.xlogy(w, b), "w log b"),
        (own.xlogy(w, b) * c, "w log(b) c"),
        (1 - sp.tanh(w) ** 2, "1 − tanh² w"),
        (sp.Function("f")(w), "f(w)"),
        (sp.besselj(1, w), "besselj(1, w)"),
        (
            sp.Piecewise((residual, sp.Abs(residual) <= 1), (sp.sign(residual), True)),
            "{ w xᵢ + b − yᵢ if |w xᵢ + b − yᵢ| ≤ 1; sgn(w xᵢ + b − yᵢ) otherwise }",
        ),
        (sp.Piecewise((w, (w > 0) & sp.Ne(b, 1)), (0, True)), "{ w if w > 0 and b ≠ 1; 0 otherwise }"),
        # Derivatives.
        (Partial(y_hat, w), "∂ŷᵢ/∂w"),
        (Partial((y_hat - y) ** 2, w), "∂/∂w (ŷᵢ − yᵢ)²"),
        (Partial(y_hat - y, w), "∂/∂w (ŷᵢ − yᵢ)"),
        (Partial(y * (1 - y_hat), w), "∂/∂w [yᵢ (1 − ŷᵢ)]"),
        (Partial(sp.log(w) ** 2, w), "∂/∂w log² w"),
        (multiply(sp.Integer(2), y_hat - y, Partial(y_hat, w)), "2 (ŷᵢ − yᵢ) ∂ŷᵢ/∂w"),
        (multiply(Partial(y_hat, w), x), "∂ŷᵢ/∂w · xᵢ"),
        (multiply(Partial(y_hat**2, w), x), "[∂/∂w ŷᵢ²] xᵢ"),
        (sp.Derivative(sp.Function("f")(u, v), u, u, v), "∂³/∂u²∂v f(u, v)"),
        (Adjoint(p, y / p), "∂L/∂pᵢ"),
        (Adjoint(mu, mu), "∂L/∂μ"),
        (multiply(Adjoint(p, y / p), p), "∂L/∂pᵢ · pᵢ"),
        (Adjoint(p, y / p) ** 2, "(∂L/∂pᵢ)²"),
        # Numbers and constants.
        (sp.Integer(-3), "−3"),
        (sp.Float(0.1) * w, "0.1 w"),
        (sp.Float(1e-8) * w, "10⁻⁸ w"),
        (sp.Float(2.5e-8) * w, "2.5 · 10⁻⁸ w"),
        (1 / sp.sqrt(2 * sp.pi), "√2/(2 √π)"),
        (-sp.oo, "−∞"),
    ],
)
def test_text_is_what_a_textbook_prints(expr, expected):
    assert text(expr) == expected


LEAVES = st.sampled_from(
    [*sp.symbols("a b c"), *map(sp.Integer, (1, 2, 3)), sp.Rational(1, 2), sp.Rational(2, 3)]
)


def compounds(inner):
    return st.one_of(
        st.builds(add, inner, inner),
        st.builds(lambda f, g: add(f, multiply(sp.Integer(-1), g)), inner, inner),
        st.builds(multiply, inner, inner),
        st.builds(multiply, inner, inner, inner),
        st.builds(lambda f, g: multiply(f, power(g, sp.Integer(-1))), inner, inner),
        st.builds(lambda f, n: power(f, sp.Integer(n)), inner, st.sampled_from([2, 3, -1, -2])),
        st.builds(lambda f: power(f, sp.Rational(1, 2)), inner),
        st.builds(lambda f: power(f, sp.Rational(-3, 2)), inner),
        st.builds(lambda f: power(f, sp.Symbol("a")), inner),
        st.builds(
            lambda function, f: function(f, evaluate=False),
            st.sampled_from(
                [sp.log, sp.exp, sp.tanh, own.log1p, own.expm1, own.log_cosh, own.sigmoid, own.relu]
            ),
            inner,
        ),
        st.builds(own.xlogy, inner, inner),
    )


@given(st.recursive(LEAVES, compounds, max_leaves=7))
def test_what_is_printed_reads_back_as_what_it_was(expr):
    assume(not expr.has(sp.I, sp.zoo, sp.nan))
    point = {sp.Symbol("a"): 0.7, sp.Symbol("b"): 1.3, sp.Symbol("c"): 2.1}
    try:
        expected = complex(sp.expand_func(sorted_form(expr)).subs(point))
        found = complex(read(text(expr)).subs(point))
    except (TypeError, ValueError, OverflowError):
        assume(False)
    # SymPy cancels 0/0, which reading back finds.
    assume(math.isfinite(abs(found)) and 1e-6 < abs(expected) < 1e6)
    assert found == pytest.approx(expected, rel=1e-6)
