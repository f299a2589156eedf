"""Programs of arrays: the textbook's text, equal to NumPy written by hand and to automatic differentiation."""

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.errors import DataError
from symgd.notation.indices import size

from .problems import random_values

x, X = sg.data("x", shape=("d",)), sg.data("X", shape=("m", "d"))
t, y = sg.data("t", shape=("k",)), sg.data("y")
w, b = sg.parameters("w", shape=("d",)), sg.parameters("b")
W, c, G = (
    sg.parameters("W", shape=("k", "d")),
    sg.parameters("c", shape=("k",)),
    sg.parameters("G", shape=("k", 1)),
)
U, V = sg.parameters("U", shape=("q", "d")), sg.parameters("V", shape=("k", "q"))
P, Q, R = (sg.parameters(name, shape=("d", "e")) for name in "PQR")
M = sg.parameters("M", shape=("d", "d"))
SIZES = {"n": 6, "d": 3, "k": 2, "q": 4, "m": 5, "e": 2}

z1 = sg.let("z1", sg.dot(U, x))
h = sg.let("h", sg.sigmoid(z1))
z2 = sg.let("z2", sg.dot(V, h) + c)
p = sg.let("p", sg.softmax(z2))
NET = sg.losses.cross_entropy(p, t)
SCORES = sg.einsum("me,le->ml", sg.einsum("md,de->me", X, P), sg.einsum("md,de->me", X, Q)) / sp.sqrt(
    size("d")
)

LOSSES: dict[str, Any] = {
    "least squares": sg.mean((sg.dot(w, x) + b - y) ** 2),
    "several outputs": sg.mean(sg.sum((sg.dot(W, x) + c - t) ** 2)),
    "net": NET,
    "logistic": sg.mean(sg.softplus(-y * (sg.dot(w, x) + b))),
    "ridge": sg.mean((sg.dot(w, x) - y) ** 2) + sg.norm(w) ** 2,
    "factorisation": sg.norm(sg.dot(V, U) - W),
    "column": sg.mean(sg.sum((G * W * x) ** 2)),
    "constant slope": sg.sum(W) + sg.mean(sg.dot(w, x)),
    "trace": sg.trace(M) + sg.trace(sg.dot(M, M)),
    "principal components": sg.mean(sg.sum((x - sg.dot(sg.transpose(U), sg.dot(U, x))) ** 2)),
    "mixture": -sg.mean(sg.logsumexp(c - sg.sum((x - W) ** 2, axis=1) / 2)),
    "standardised": sg.mean((sg.dot(w, (x - sg.mean(x)) / sp.sqrt(sg.mean((x - sg.mean(x)) ** 2))) - y) ** 2),
    "attention": sg.mean(
        sg.sum(sg.einsum("ml,le->me", sg.softmax(SCORES), sg.einsum("md,de->me", X, R)) ** 2)
    ),
    "shared weights": sg.mean(sg.sum((sp.tanh(sg.dot(M, sg.let("r", x + sp.tanh(sg.dot(M, x))))) - x) ** 2)),
    "pairs": sg.mean(sg.norm(sg.dot(U, x) - sg.other(sg.dot(U, x))) ** 2 * y * sg.other(y)),
}


def both(program: sg.Program) -> list[str]:
    """The statements of loss_and_gradient."""
    source = program.source[program.source.index("def loss_and_gradient") :]
    return [line.split("  #")[0].strip() for line in source.splitlines()[2:]]


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize(
    "sizes", [SIZES, dict.fromkeys(SIZES, 1) | {"n": 2}, SIZES | {"n": 1, "k": 1}], ids=str
)
def test_gradients_are_those_of_differences(name: str, sizes: dict[str, int]) -> None:
    if name == "standardised" and sizes["n"] == 1:
        pytest.skip("one sample has no deviation")
    derivation = sg.derive(LOSSES[name])
    program = sg.compile_numpy(derivation)
    values = random_values(derivation.problem, sizes, seed=1)
    loss, gradient = program.loss_and_gradient(**values)
    assert loss == pytest.approx(program.loss(**values), rel=1e-13)
    for parameter, slope in gradient.items():
        assert np.shape(slope) == np.shape(values[parameter])
        direction = np.random.default_rng(2).normal(size=np.shape(slope))

        def moved(by: float, along: Any = direction, key: str = parameter) -> float:
            return float(program.loss(**{**values, key: values[key] + by * along}))

        expected = (8 * (moved(1e-4) - moved(-1e-4)) - moved(2e-4) + moved(-2e-4)) / 12e-4
        assert np.sum(slope * direction) == pytest.approx(expected, rel=1e-8, abs=1e-9)
        np.testing.assert_allclose(program.gradient(**values)[parameter], slope, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", LOSSES)
def test_dtype_in_is_dtype_out(name: str) -> None:
    derivation = sg.derive(LOSSES[name])
    program = sg.compile_numpy(derivation)
    values = random_values(derivation.problem, SIZES)
    double = program.gradient(**values)
    single = program.gradient(**{key: np.float32(value) for key, value in values.items()})
    for key, slope in single.items():
        assert not np.ndim(slope) or (slope.dtype, double[key].dtype) == (np.float32, np.float64)
        np.testing.assert_allclose(slope, double[key], rtol=2e-3, atol=1e-4)


def test_linear_regression_reads_as_in_a_textbook() -> None:
    assert both(sg.compile_numpy(sg.derive(LOSSES["least squares"]))) == [
        "n = len(x)",
        "residual = x @ w + b - y",
        "L: Number = mean(residual**2)",
        "dL_dw: Array = 2 * (x.T @ residual) / n",
        "dL_db: Number = 2 * mean(residual)",
        'return L, {"w": dL_dw, "b": dL_db}',
    ]


def test_a_net_reads_as_backpropagation() -> None:
    lines = both(sg.compile_numpy(sg.derive(NET)))
    for line in (
        "z1 = x @ U.T",
        "h = sigmoid(z1)",
        "z2 = h @ V.T + c",
        "dL_dU: Array = dL_dz1.T @ x",
        "dL_dV: Array = dL_dz2.T @ h",
        "dL_dc: Array = np.sum(dL_dz2, axis=0)",
    ):
        assert line in lines
    assert len(lines) <= 15
    assert all("einsum" not in line for line in lines)


def test_a_net_equals_numpy_by_hand() -> None:
    program = sg.compile_numpy(sg.derive(NET))
    values = random_values(program.derivation.problem, SIZES)
    n, hidden = len(values["x"]), 1 / (1 + np.exp(-values["x"] @ values["U"].T))
    growth = np.exp(hidden @ values["V"].T + values["c"])
    chances = growth / growth.sum(axis=1, keepdims=True)
    # The labels of the test do not sum to one.
    outer = (chances * values["t"].sum(axis=1, keepdims=True) - values["t"]) / n
    inner = outer @ values["V"] * hidden * (1 - hidden)
    loss, gradient = program.loss_and_gradient(**values)
    assert loss == pytest.approx(-np.sum(values["t"] * np.log(chances)) / n, rel=1e-13)
    np.testing.assert_allclose(gradient["U"], inner.T @ values["x"], rtol=1e-11)
    np.testing.assert_allclose(gradient["V"], outer.T @ hidden, rtol=1e-11)
    np.testing.assert_allclose(gradient["c"], outer.sum(axis=0), rtol=1e-11)


def test_certain_and_wrong_scores_do_not_overflow() -> None:
    program = sg.compile_numpy(sg.derive(sg.losses.softmax_cross_entropy(sg.dot(W, x), t)))
    values = {"W": np.array([[1000.0], [-1000.0]]), "x": [[1.0]], "t": np.array([[0.0, 1.0]])}
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        loss, gradient = program.loss_and_gradient(**values)
    assert loss == 2000.0
    np.testing.assert_array_equal(gradient["W"], [[1.0], [-1.0]])


def test_each_array_is_computed_once() -> None:
    lines = both(sg.compile_numpy(sg.derive(LOSSES["attention"])))
    texts = [line.split(" = ", 1)[-1] for line in lines]
    for product in ("X @ P", "X @ Q", "X @ R", "softmax("):
        assert sum(text.count(product) for text in texts) == 1


def test_a_constant_slope_has_the_shape_of_its_parameter() -> None:
    program = sg.compile_numpy(sg.derive(sg.sum(W) + sg.mean(sg.dot(w, x))))
    slope = program.gradient(W=np.ones((2, 3)), w=np.ones(3), x=np.ones((4, 3)))["W"]
    assert (slope.shape, slope.dtype, slope.flags.writeable) == ((2, 3), np.float64, True)


def test_a_gradient_is_no_view_of_what_was_given() -> None:
    A = sg.constants("A", shape=("k", "d"))
    program = sg.compile_numpy(sg.derive(sg.sum(A * W)))
    given = np.ones((2, 3))
    program.gradient(W=np.ones((2, 3)), A=given)["W"][:] = 7
    np.testing.assert_array_equal(given, np.ones((2, 3)))


def test_trace_holds_every_variable() -> None:
    program = sg.compile_numpy(sg.derive(NET))
    values = random_values(program.derivation.problem, SIZES)
    found = program.trace(**values)
    assert found["z1"].shape == (6, 4)
    np.testing.assert_array_equal(found["dL_dU"], program.gradient(**values)["U"])


def test_a_clash_of_sizes_tells_both_sources() -> None:
    program = sg.compile_numpy(sg.derive(LOSSES["several outputs"]))
    values = random_values(program.derivation.problem, SIZES) | {"x": np.ones((6, 4))}
    with pytest.raises(DataError, match=r"d is 3 by W, of shape \(2, 3\), and 4 by x, of shape \(6, 4\)"):
        program.loss(**values)


def test_linter_and_type_checker_accept_every_source(tmp_path: Path) -> None:
    for position, loss in enumerate(LOSSES.values()):
        sg.compile_numpy(sg.derive(loss)).save(tmp_path / f"generated_{position}.py")
    for command in (["ruff", "check", "--isolated", "."], ["mypy", "--strict", "--no-incremental", "."]):
        words = [sys.executable, "-m", *command]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", LOSSES)
def test_no_array_has_more_axes_than_it_must(name: str) -> None:
    most = {"attention": 3, "mixture": 3, "column": 3, "pairs": 3}.get(name, 2)
    program = sg.compile_numpy(sg.derive(LOSSES[name]))
    values = random_values(program.derivation.problem, SIZES)
    assert max(np.ndim(value) for value in program.trace(**values).values()) <= most


def test_sizes_are_bound_where_they_are_needed() -> None:
    source = sg.compile_numpy(sg.derive(sg.mean(sg.sum(W * x) / size("k")))).source
    assert "k = len(W)" in source
    assert {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)} >= {"loss"}
