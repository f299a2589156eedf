"""Ordered arithmetic is SymPy's, in the author's order."""

import pickle

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.notation.algebra import OrderedAdd, OrderedMul, OrderedPiecewise, OrderedPow, sorted_form

x, y = sg.data("x y")
w, b = sg.parameters("w b")


@pytest.mark.parametrize(
    ("expr", "written"),
    [
        (w * x + b - y, "w*x[i] + b - y[i]"),
        (b + w * x - y, "b + w*x[i] - y[i]"),
        (y - (w * x + b), "y[i] - (w*x[i] + b)"),
        (2 * (w + b), "2*(w + b)"),
        ((w + b) * 2, "2*(w + b)"),
        (-(w + b), "-(w + b)"),
        (x * w, "x[i]*w"),
        ((w + b) / 2, "(w + b)/2"),
        (1 / (b + w), "1/(b + w)"),
        (w + 0 + b * 1, "w + b"),
        (sum([w, b, w]), "w + b + w"),
        ((w + 1) ** 2, "(w + 1)**2"),
        (sp.exp(w) + b, "exp(w) + b"),
        (b + sp.exp(w), "b + exp(w)"),
        (sp.sqrt(w * b), "sqrt(w*b)"),
        (sp.Abs(w * x), "Abs(w*x[i])"),
    ],
)
def test_is_written_as_the_author_wrote_it(expr, written):
    assert str(expr) == written


@pytest.mark.parametrize(("expr", "value"), [(0 * w, 0), (w**0, 1), (w**1, w), (w - 0, w), (1 * w, w)])
def test_zeros_and_ones_are_tidied(expr, value):
    assert expr == value


def test_agrees_with_sympys_own_arithmetic():
    u, v = sp.symbols("u v", real=True)
    for make in (
        lambda p, q: (p + q) * (p - q) / (1 + p**2),
        lambda p, q: -((p - q) ** 3) + 2 * p * q - 1 / q,
        lambda p, q: sp.exp(-p / q) ** 2 * (q - p),
    ):
        ordered = sorted_form(make(w, b)).subs({w: u, b: v})
        assert sp.simplify(ordered - make(u, v)) == 0


def test_sympys_algorithms_see_the_sorted_form():
    product = (w + b) * (w - b)
    assert sp.expand(product) == sorted_form(w**2 - b**2)
    assert sp.simplify(product - w**2 + b**2) == 0
    assert sp.diff(product, w).equals(2 * w)


def test_nodes_are_sympys():
    assert isinstance(w + b, OrderedAdd)
    assert (w + b).is_Add
    assert isinstance(w * b, OrderedMul)
    assert (w * b).is_Mul
    assert isinstance(w**2, OrderedPow)
    assert (w**2).is_Pow
    assert (w * x).is_real


def test_a_name_shows_sympy_what_it_depends_on():
    y_hat = sg.let("y_hat", w * x + b)
    assert sp.diff(y_hat**2, b).equals(2 * y_hat)
    assert {w, b} <= y_hat.free_symbols


def test_pickles():
    loss = sg.losses.mean_squared_error(sg.let("y_hat", w * x + b), y)
    again = pickle.loads(pickle.dumps(loss))
    assert again == loss
    assert str(again) == str(loss)


def test_what_is_no_expression_is_left_to_python():
    with pytest.raises(TypeError):
        w + "b"
    with pytest.raises(TypeError):
        w * None
    assert np.float64(2) * w == 2.0 * w


@pytest.mark.parametrize("function", [sp.sin, sp.cos, sp.tanh, sp.erf, sp.asin, sp.atan, sp.sinh])
def test_functions_take_sums_of_negative_terms_as_written(function):
    assert str(function(-w - b)) == f"{function.__name__}(-w - b)"


@pytest.mark.parametrize(
    ("expr", "value"),
    [
        (sp.sqrt(w * b) ** 2, w * b),
        (1 / (1 / sp.sqrt(1 + w**2)), sp.sqrt(1 + w**2)),
        ((w**2) ** 3, w**6),
        (1**w, 1),
        (sp.Pow(1 / sp.cosh(w / b), -1), sp.cosh(w / b)),
    ],
)
def test_an_integer_power_of_a_power_is_one_power(expr, value):
    assert expr == value


@pytest.mark.parametrize(
    "expr", [1 / sp.sqrt(1 + w**2), sp.exp(w) ** b, 1 / (sp.exp(w) + 1) ** 3, (sp.exp(w) ** b) ** -3]
)
def test_sympy_compares_ordered_expressions(expr):
    # Its comparisons take powers apart and would recurse for ever on a power that does not collapse.
    assert sp.Max(expr, 2).args
    assert sp.sympify(expr < 1).subs({w: 1, b: 1}) in (True, False)


def test_piecewise_expressions_keep_their_conditions():
    inner = sp.Piecewise((w, b > 1), (b, True))
    outer = OrderedPiecewise((w, inner > 2), (b, True))
    assert outer.args[0].cond == (inner > 2)
    assert isinstance(sorted_form(outer), sp.Piecewise)
    assert "cases" in sp.latex(outer)
    assert pickle.loads(pickle.dumps(outer)) == outer


@pytest.mark.parametrize(
    ("pieces", "value"),
    [
        ([(w, False), (b, True)], b),
        ([(w, True), (b, w > 1)], w),
        ([(w, w > 1), (w, True)], w),
        ([(w, False)], sp.nan),
    ],
)
def test_piecewise_expressions_with_one_value_are_that_value(pieces, value):
    assert OrderedPiecewise(*pieces) is value


def test_a_sum_has_its_index_bound():
    free = sg.mean(w * x).free_symbols
    assert free == sp.Sum(*sg.total(w * x).args).free_symbols | {w}
    assert {str(symbol) for symbol in free} >= {"w", "n", "x"}
    assert "i" not in {str(symbol) for symbol in free}
