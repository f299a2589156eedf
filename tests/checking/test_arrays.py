"""Gradients of arrays: every entry where there are few, random directions where there are many."""

import pickle
from typing import Any

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.checking.lines import DIRECTIONS, FEW
from symgd.errors import DataError

RANDOM = np.random.default_rng(0)
SIZES = {"d": 3, "h": 4, "k": 2, "q": 30}
x, z = sg.data("x", shape=("d",)), sg.data("z", shape=("q",))
y, t = sg.data("y"), sg.data("t", shape=("k",), sums_to_one=True)
w, v, u = (
    sg.parameters("w", shape=("d",)),
    sg.parameters("v", shape=("q",)),
    sg.parameters("u", shape=("k", 1)),
)
W, V, M = (
    sg.parameters("W", shape=("h", "d")),
    sg.parameters("V", shape=("k", "h")),
    sg.parameters("M", shape=("h", "q")),
)
b, c = sg.parameters("b"), sg.parameters("c", shape=("h",))
A = sg.constants("A", shape=("d", "d"))
layer = sg.let("a", sp.tanh(sg.let("z_1", sg.dot(W, x) + c)))

LOSSES = {
    "least squares": sg.mean((sg.dot(w, x) + b - y) ** 2),
    "logistic": sg.mean(sg.losses.binary_cross_entropy_with_logits(sg.dot(w, x) + b, sg.sigmoid(y))),
    "lasso": sg.mean((sg.dot(w, x) - y) ** 2) + sg.sum(sp.Abs(w)),
    "quadratic form": sg.dot(w, sg.dot(A, w)),
    "Frobenius": sg.norm(W),
    "an axis of size 1": sg.sum(sp.exp(u)),
    "relu": sg.mean(sg.sum(sg.relu(sg.dot(W, x) + c))),
    "k-means": sg.mean(sg.sum((W - x) ** 2)),
    "pairs": sg.mean(sp.Abs(sg.dot(w, x) - sg.other(sg.dot(w, x)))),
    "two layers": sg.mean(sg.losses.softmax_cross_entropy(sg.let("z_2", sg.dot(V, layer)), t)),
    "many": sg.mean((sg.dot(v, z) - y) ** 2),
    "a large layer": sg.mean(sg.sum(sg.relu(sg.dot(M, z) + c) ** 2)),
}


def values(symbols: tuple[Any, ...], samples: int | None = None) -> dict[str, Any]:
    """Random values of the shapes that symbols declare."""
    shapes = {s.name: getattr(getattr(s, "label", s), "shape", ()) for s in symbols}
    lead = () if samples is None else (samples,)
    drawn = {
        name: RANDOM.normal(size=(*lead, *(SIZES.get(str(size), 1) for size in shape)))
        for name, shape in shapes.items()
    }
    return drawn | ({"t": np.eye(2)[RANDOM.integers(0, 2, samples)]} if "t" in drawn else {})


def point(loss: sp.Expr) -> dict[str, Any]:
    problem = sg.derive(loss).problem
    return {
        "at": values(problem.parameters),
        "data": values(problem.data, 6),
        "constants": values(problem.constants),
    }


@pytest.mark.parametrize("name", LOSSES)
def test_right_gradients_are_right(name) -> None:
    check = sg.check_gradient(LOSSES[name], **point(LOSSES[name]))
    assert check.verdict == "correct"
    for entry in check.entries:
        assert entry.numeric == pytest.approx(entry.derived, rel=1e-7, abs=1e-9)
        assert entry.complex_step == pytest.approx(entry.derived, rel=1e-10, abs=1e-13)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("factor", [1 + 1e-3, -1, 0])
def test_one_wrong_entry_is_found(name, factor) -> None:
    where = point(LOSSES[name])
    given = sg.compile_numpy(sg.derive(LOSSES[name])).gradient(
        **where["at"], **where["data"], **where["constants"]
    )
    for changed, slopes in given.items():
        wrong = np.array(slopes, dtype=float)
        place = np.unravel_index(np.argmax(abs(wrong)), wrong.shape)
        wrong[place] *= factor
        check = sg.check_gradient(LOSSES[name], **where, gradient={**given, changed: wrong[()]})
        assert {key: found.verdict for key, found in check.parameters.items()} == {
            key: "wrong" if key == changed else "correct" for key in given
        }
        found = [entry for entry in check.parameters[changed].entries if entry.verdict == "wrong"]
        assert len(found) == (DIRECTIONS if wrong.size > FEW else 1)
        if wrong.ndim > 0 and wrong.size <= FEW:
            assert found[0].name == f"{changed}[{', '.join(map(str, map(int, place)))}]"


def test_few_entries_are_checked_one_by_one() -> None:
    check = sg.check_gradient(sg.sum(W**2), {"W": np.arange(6.0).reshape(2, 3)})
    found = check.parameters[W]
    assert found is check.parameters["W"]
    assert [entry.name for entry in found] == [
        "W[0, 0]",
        "W[0, 1]",
        "W[0, 2]",
        "W[1, 0]",
        "W[1, 1]",
        "W[1, 2]",
    ]
    assert [entry.derived for entry in found] == [0, 2, 4, 6, 8, 10]
    assert (len(found), found.verdict) == (6, "correct")
    assert check.entries == found.entries


def test_many_entries_are_checked_along_the_same_directions_each_time() -> None:
    at = {"W": RANDOM.normal(size=(5, 5))}
    first, second = (sg.check_gradient(sg.sum(W**3), at).parameters["W"] for _ in range(2))
    assert [entry.name for entry in first] == [f"W along direction {k}" for k in (1, 2, 3)]
    assert [entry.derived for entry in first] == [entry.derived for entry in second]


def test_a_number_has_its_check_alone() -> None:
    check = sg.check_gradient(b**2 + sg.sum(w**2), {"b": 3, "w": [1, 2, 3]})
    assert check.parameters["b"].derived == 6
    assert check.parameters["b"].entries == (check.parameters["b"],)
    assert [entry.name for entry in check.entries] == ["b", "w[0]", "w[1]", "w[2]"]


def test_a_kink_in_one_entry_leaves_the_others_alone() -> None:
    found = sg.check_gradient(LOSSES["lasso"], {"w": [1.0, 0.0, -2.0]}, values((x, y), 5)).parameters["w"]
    assert found.verdict == "inconclusive"
    assert [entry.reason for entry in found] == ["", "kink", ""]
    left, right = found.entries[1].one_sided
    assert right - left == pytest.approx(2)
    assert found.entries[1].explanation.startswith("wⱼ is 0 here.")


@pytest.mark.parametrize("entries", [FEW, FEW + 1])
def test_at_kinks_nothing_is_wrong(entries) -> None:
    check = sg.check_gradient(sg.sum(sp.Abs(w)), {"w": np.zeros(entries)})
    assert {(entry.verdict, entry.reason) for entry in check.entries} == {("inconclusive", "kink")}


@pytest.mark.parametrize("distance", [1e-2, 1e-5])
@pytest.mark.parametrize("entries", [3, FEW + 1])
def test_beside_kinks_spacings_that_avoid_them_are_used(entries, distance) -> None:
    start = RANDOM.choice([-1, 1], entries) * distance
    check = sg.check_gradient(sg.sum(sp.Abs(w)) + sg.sum(w**2), {"w": start})
    assert check.verdict == "correct"
    assert max(entry.spacing for entry in check.entries) < 2 * distance * (1 if entries == 3 else 64)


def test_units_that_are_always_off_are_right() -> None:
    at = {"M": RANDOM.normal(size=(4, 30)), "c": [-1000.0, 1, 1, 1]}
    check = sg.check_gradient(LOSSES["a large layer"], at, values((z,), 2000))
    assert check.verdict == "correct"
    assert check.parameters["c"].entries[0].derived == 0
    assert check.parameters["c"].entries[0].explanation == "the loss does not change with it here."


def test_a_nan_in_one_entry_is_wrong_there_alone() -> None:
    check = sg.check_gradient(sg.sum(sg.xlogy(w**2, w**2)), {"w": [1.0, 0.0, 2.0]})
    assert [entry.verdict for entry in check.entries] == ["correct", "wrong", "correct"]


@pytest.mark.parametrize(
    ("by_hand", "verdict"),
    [
        (2 * sg.mean(x * (sg.dot(w, x) - y)), "correct"),
        (sg.mean(x * (sg.dot(w, x) - y)), "wrong"),
        (2 * sg.mean(x * sg.dot(w, x)), "wrong"),
    ],
)
def test_a_gradient_by_hand_may_be_an_expression_of_indices(by_hand, verdict) -> None:
    loss = sg.mean((sg.dot(w, x) - y) ** 2)
    assert sg.check_gradient(loss, **point(loss), gradient={w: by_hand}).verdict == verdict


def test_an_expression_by_hand_need_not_change_along_each_axis() -> None:
    rows = sg.sum(W, axis=1, keepdims=True)
    at = {"W": RANDOM.normal(size=(4, 3))}
    assert sg.check_gradient(sg.sum(rows**2), at, gradient={"W": 2 * rows}).verdict == "correct"
    assert sg.check_gradient(sg.sum(rows**2), at, gradient={"W": rows}).verdict == "wrong"


@pytest.mark.parametrize("kind", [list, tuple, np.array, np.float32])
def test_a_gradient_by_hand_may_be_any_kind_of_array(kind) -> None:
    assert (
        sg.check_gradient(sg.sum(w**2), {"w": [1, 2, 3]}, gradient={"w": kind([2, 4, 6])}).verdict
        == "correct"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"at": {"W": [1, 2]}}, r"at: 'W' has shape \(2,\); its shape is \(h, d\)"),
        ({"data": {"x": np.ones((5, 2))}}, r"d is 3 by W, of shape \(4, 3\), and 2 by x, of shape \(5, 2\)"),
        ({"gradient": {"W": np.ones((3, 4))}}, r"'W' has shape \(3, 4\); the parameter has shape \(4, 3\)"),
        ({"gradient": {"W": sg.transpose(W)}}, r"'W' has shape \(d, h\); the parameter has shape \(h, d\)"),
        ({"gradient": {"W": 2.0}}, r"'W' has shape \(\); the parameter has shape \(4, 3\)"),
        ({"gradient": {"W": sp.Integer(2)}}, r"'W' has shape \(\); the parameter has shape \(h, d\)"),
        ({"gradient": {"W": [[1, 2], [3]]}}, "'W' is no array of numbers"),
        ({"gradient": {"W": np.full((4, 3), np.nan)}}, "a finite number is needed"),
        ({"gradient": {"W": W * x}}, "'W' has one value per sample"),
        ({"gradient": {"W": W * b}}, "'W' holds 'b'"),
    ],
)
def test_bad_input_is_named(arguments, message) -> None:
    given = {"at": {"W": np.ones((4, 3))}, "data": {"x": np.ones((5, 3))}} | arguments
    with pytest.raises(DataError, match=message):
        sg.check_gradient(sg.mean(sg.sum(sg.dot(W, x) ** 2)), **given)


def test_a_point_where_the_loss_is_not_finite_is_refused() -> None:
    with pytest.raises(DataError, match=r"the loss is inf at w of shape \(3,\)"):
        sg.check_gradient(sg.sum(sp.exp(w)), {"w": [1, 2, 1000]})


def test_the_table_has_a_row_for_each_entry() -> None:
    check = sg.check_gradient(sg.sum(w**2) + b, {"w": [1, 2, 3], "b": 1}, gradient={"w": [2, 4, 5], "b": 1})
    lines = str(check).splitlines()
    assert [line.split()[0] for line in lines[4:8]] == ["w[0]", "w[1]", "w[2]", "b"]
    assert lines[-1] == "w[2]: this entry is 0.833333 times the slope of the loss."
    assert "w[2]" in check._repr_latex_()
    assert str(pickle.loads(pickle.dumps(check))) == str(check)
