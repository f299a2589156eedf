"""Formulas in text: what may be written equals the expression built directly."""

import contextlib

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

import symgd as sg
from symgd.errors import NotationError
from symgd.notation.functions import Elementary
from symgd.notation.intake import as_written
from symgd.notation.reading import read, read_let
from symgd.notation.vocabulary import FUNCTIONS

x, y = sg.data("x y")
w, b = sg.parameters("w b")
c, penalty = sg.constants("c lambda")
y_hat = sg.let("y_hat", w * x + b)
NAMES = {"x": x, "y": y, "w": w, "b": b, "c": c, "lambda": penalty, "y_hat": y_hat}
half, tenth = sp.Rational(1, 2), sp.Rational(1, 10)

SAME = {
    "w*x + b - y": w * x + b - y,
    "b + w*x": b + w * x,
    "-w**2": -(w**2),
    "(-w)**2": (-w) ** 2,
    "+w": w,
    "2**-1": half,
    "w/2/b": w / 2 / b,
    "w - (b - x)": w - (b - x),
    "2**w**2": 2 ** (w**2),
    "(2*w)**0.5": (2 * w) ** half,
    "0.1*w": tenth * w,
    ".5": half,
    "1.": sp.Integer(1),
    "1.5e-3": sp.Rational(3, 2000),
    "1E3": sp.Integer(1000),
    "1/3": sp.Rational(1, 3),
    "  w  ": w,
    "y_hat - y": y_hat - y,
    "lambda_*w": penalty * w,
    "sqrt(w + b)": sp.sqrt(w + b),
    "sqrt(4)": sp.Integer(2),
    "abs(w - x)": sp.Abs(w - x),
    "max(w, b, 0)": sp.Max(w, b, 0),
    "min(w, b)": sp.Min(w, b),
    "exp(-w*x)": sp.exp(-w * x),
    "log(x**2)/2": sp.log(x**2) / 2,
    "sign(w)*tanh(w)": sp.sign(w) * sp.tanh(w),
    "mean((w*x - y)**2)": sg.mean((w * x - y) ** 2),
    "total(x)": sg.total(x),
    "log_cosh(w)": sg.log_cosh(w),
    "log_cosh(y_hat, y)": sg.losses.log_cosh(y_hat, y),
    "mean_squared_error(y_hat, y)": sg.losses.mean_squared_error(y_hat, y),
    "mean_squared_error(w*x + b, y) + c*l2(w, b)": sg.losses.mean_squared_error(w * x + b, y)
    + c * sg.losses.l2(w, b),
    "huber(y_hat, y)": sg.losses.huber(y_hat, y),
    "huber(y_hat, y, 2)": sg.losses.huber(y_hat, y, 2),
    "huber(y_hat, y, delta=0.5)": sg.losses.huber(y_hat, y, delta=half),
    "huber(y_hat, y, delta=c)": sg.losses.huber(y_hat, y, delta=c),
    "quantile(y_hat, y, level=0.9)": sg.losses.quantile(y_hat, y, level=sp.Rational(9, 10)),
    "mean(where(x > 0, w*x, b))": sg.mean(sp.Piecewise((w * x, x > 0), (b, True))),
    "where(w <= 1, w, 1)": as_written(sp.Piecewise((w, w <= 1), (1, True))),
}


@pytest.mark.parametrize(("text", "expected"), SAME.items(), ids=list(SAME))
def test_a_formula_equals_the_expression_built_directly(text, expected):
    assert as_written(read(text, NAMES)) == as_written(expected)


def test_the_order_of_the_author_is_kept():
    assert read("sin(w) + exp(b) + w", NAMES).args == (sp.sin(w), sp.exp(b), w)


@pytest.mark.parametrize("name", sorted(set(sg.losses.__all__) - sg.losses.OF_VECTORS))
def test_every_loss_can_be_written(name):
    callee = next(each for each in FUNCTIONS[name] if each.build is getattr(sg.losses, name))
    arguments = (y_hat, y)[: callee.fewest]
    written = ", ".join(map(str, ("y_hat", "y")[: callee.fewest]))
    assert read(f"{name}({written})", NAMES) == getattr(sg.losses, name)(*arguments)


@pytest.mark.parametrize("function", Elementary.__subclasses__(), ids=lambda function: function.__name__)
def test_every_function_can_be_written(function):
    arguments = (w, b)[: next(iter(function.nargs))]
    text = f"{function.__name__}({', '.join(map(str, arguments))})"
    assert read(text, NAMES) == function(*arguments)


def test_an_intermediate_keeps_its_name_and_is_used_by_it():
    made = read_let("h = w*x", NAMES)
    assert (made.name, made.definition) == ("h", w * x)
    assert read("h - y", NAMES | {"h": made}) == made - y


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("w*x", "written name = formula"),
        ("w = x", "'w' stands for two things"),
        ("h == w", "no formula goes on"),
        ("h.a = w", "cannot name a symbol"),
        ("n = w", "number of samples"),
        ("h = h + w", "no symbol 'h'"),
        ("a" * 100_000 + "= w", "100,000 characters"),
    ],
)
def test_what_is_no_intermediate_is_refused(text, message):
    with pytest.raises(NotationError, match=message):
        read_let(text, NAMES)


def test_the_remedy_for_an_unknown_symbol_is_told():
    with pytest.raises(NotationError, match=r"no symbol 'z'.* Put it into start"):
        read("z*w", NAMES, "Put it into start")


PIECES_OF_TEXT = st.lists(
    st.sampled_from([*"()+-*/,.=<>^ 0129", "**", "w", "x", "y_hat", "1e9", "0.5", "lambda", *FUNCTIONS]),
    max_size=30,
).map("".join)


@given(st.text(max_size=60) | PIECES_OF_TEXT)
def test_any_text_is_an_expression_or_refused(text):
    with contextlib.suppress(NotationError):
        assert isinstance(read(text, NAMES), sp.Expr)
