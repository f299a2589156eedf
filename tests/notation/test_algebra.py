"""Ordered arithmetic is SymPy's, in the author's order."""

import pickle

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.notation.algebra import OrderedAdd, OrderedMul, OrderedPow, sorted_form

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
