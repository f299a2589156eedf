"""What does not fit is told before anything runs: the symbol, both shapes, and where they met."""

from collections.abc import Callable
from typing import Any

import pytest
import sympy as sp

import symgd as sg
from symgd.errors import NotationError, ShapeError
from symgd.notation.shapes import shape, shape_text

x, y, Y = sg.data("x", shape=("d",)), sg.data("y"), sg.data("Y", shape=("h",))
W, w, u = (
    sg.parameters("W", shape=("h", "d")),
    sg.parameters("w", shape=("d",)),
    sg.parameters("u", shape=("h",)),
)
three, four = sg.constants("three", shape=(3,)), sg.parameters("four", shape=(4,))
row, column = sg.parameters("r", shape=(1, "d")), sg.parameters("b", shape=("h", 1))
one = sg.data("o", shape=(1,))
t = sg.data("t", shape=("k",), sums_to_one=True)
cube = sg.constants("T", shape=("m", "h", "d"))
z = sg.let("z", sg.dot(W, x))

MEET = {
    "vector and matrix": (
        lambda: sg.dot(x, W),
        r"dot\(x, W\): .* sizes d and h\. x has shape \(d,\), W has shape \(h, d\)",
    ),
    "matrix and vector": (lambda: sg.dot(W, u), r"W has shape \(h, d\), u has shape \(h,\)"),
    "matrices": (lambda: sg.dot(W, W), r"the axes that meet have the sizes d and h\. W has shape \(h, d\)"),
    "terms": (
        lambda: sg.sum(x + u),
        r"x has shape \(d,\) and u has shape \(h,\): they meet in x \+ u, where d is not h",
    ),
    "name": (lambda: sg.sum(z - w), r"z has shape \(h,\) and w has shape \(d,\): they meet in z - w"),
    "numbers": (
        lambda: sg.sum(three * four),
        r"three has shape \(3,\) and four has shape \(4,\): .* where 3 is not 4",
    ),
    "maximum": (
        lambda: sg.sum(sp.Max(x, u)),
        r"shape \((d|h),\) and . has shape \((d|h),\): they meet in Max",
    ),
    "einsum": (lambda: sg.einsum("jk,j->k", W, x), r"W has shape \(h, d\) and x has shape \(d,\)"),
    "error": (
        lambda: sg.losses.mean_squared_error(sg.dot(W, x), w),
        r"W has shape \(h, d\) and w has shape \(d,\)",
    ),
    "labels": (
        lambda: sg.losses.cross_entropy(sg.let("p", sg.softmax(z)), t),
        r"t has shape \(k,\) and p has shape \(h,\)",
    ),
    "scores": (lambda: sg.losses.softmax_cross_entropy(x, Y), r"Y has shape \(h,\) and x has shape \(d,\)"),
}
KINDS = {
    "trace": (lambda: sg.trace(W), r"square matrix: W, of shape \(h, d\)"),
    "outer": (lambda: sg.outer(W, x), r"two vectors: W, of shape \(h, d\)"),
    "dot of a number": (lambda: sg.dot(w, y), r"y\[i\], of shape \(\), is a number"),
    "dot of a cube": (lambda: sg.dot(cube, w), r"T, of shape \(m, h, d\)"),
    "axis": (lambda: sg.sum(W, axis=2), r"W, of shape \(h, d\), has no axis 2"),
    "softmax of a number": (lambda: sg.softmax(y), r"y\[i\], of shape \(\), has no axis -1"),
    "letters": (lambda: sg.einsum("j,j->", W, x), r"'j' does not fit W, of shape \(h, d\)"),
}
HIDDEN: dict[str, tuple[Callable[[], Any], str]] = {
    "transpose": (lambda: sg.transpose(row), r"r has shape \(1, d\)"),
    "axis from the left": (lambda: sg.sum(row, axis=0), r"r has shape \(1, d\)"),
    "vector of one": (lambda: sg.dot(one, w), r"o has shape \(1,\)"),
    "name": (lambda: sg.dot(W, sg.let("q", row * x)), r"r has shape \(1, d\)"),
    "turned twice": (lambda: sg.transpose(sg.transpose(column)), r"b has shape \(h, 1\)"),
    "outer": (lambda: sg.outer(one, w), r"o has shape \(1,\)"),
}


@pytest.mark.parametrize(("build", "message"), [*MEET.values(), *KINDS.values()], ids=[*MEET, *KINDS])
def test_shapes_that_do_not_fit_are_named(build: Callable[[], Any], message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        build()


@pytest.mark.parametrize(("build", "message"), HIDDEN.values(), ids=HIDDEN)
def test_an_axis_of_size_1_that_would_be_miscounted_is_named(build: Callable[[], Any], message: str) -> None:
    with pytest.raises(ShapeError, match=message + r"\. An axis of size 1 is for broadcasting alone"):
        build()


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (W + row, "(h, d)"),
        (W * column, "(h, d)"),
        (sg.sum(W + row, axis=0), "(d,)"),
        (sg.dot(row + w, sg.transpose(W)), "(h,)"),
        (sg.sum(row), "()"),
        (sg.dot(W, w * sg.sum(row)), "(h,)"),
        (sg.sum(W, axis=1, keepdims=True), "(h, 1)"),
        (sg.transpose(W * column), "(d, h)"),
        (sg.dot(sg.softmax(sg.dot(W, sg.transpose(W))), u), "(h,)"),
    ],
    ids=str,
)
def test_shapes_are_those_of_numpy(expr: Any, expected: str) -> None:
    assert shape_text(shape(expr)) == expected


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (sg.mean(z), r"is an array of shape \(h,\): take sg\.sum"),
        (W * x, "one value per sample"),
        (sg.dot(w, x), "one value per sample"),
    ],
    ids=str,
)
def test_a_loss_is_one_number(loss: Any, message: str) -> None:
    with pytest.raises(NotationError, match=message):
        sg.derive(loss)
