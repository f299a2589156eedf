"""Second derivatives of arrays against differences of the compiled gradient."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.codegen.expression import value_of
from symgd.errors import DerivationError
from symgd.notation.mapping import name_of

SIZES = {"d": 3, "h": 4, "k": 2}
SPACING = 1e-5
x, y = sg.data("x", shape=("d",)), sg.data("y")
t = sg.data("t", shape=("k",), sums_to_one=True)
w, u, b = sg.parameters("w", shape=("d",)), sg.parameters("u", shape=("k",)), sg.parameters("b")
W, V = sg.parameters("W", shape=("h", "d")), sg.parameters("V", shape=("k", "h"))
P, Q = sg.parameters("P", shape=("h", 1)), sg.parameters("Q", shape=("d", "k"))
c = sg.parameters("c", shape=("h",))
A, B, C = (
    sg.constants(name, shape=shape)
    for name, shape in (("A", ("d", "d")), ("B", ("d", "k")), ("C", ("h", "d")))
)
residual = sg.dot(w, x) + b - y
output = sg.let("s", sg.dot(w, x) + b)
hidden = sg.let("a", sp.tanh(sg.let("z", sg.dot(W, x) + c)))

VECTORS = {
    "least squares": sg.mean(residual**2),
    "logistic": sg.mean(sg.losses.binary_cross_entropy_with_logits(sg.dot(w, x) + b, sg.sigmoid(y))),
    "named": sg.mean(sp.tanh(output) ** 2),
    "quadratic form": sg.dot(w, sg.dot(A, w)) / 2,
    "bilinear form": sg.dot(w, sg.dot(B, sp.tanh(u))),
    "logsumexp": sg.logsumexp(w),
    "norm": sg.norm(w),
    "elementwise": sg.sum(sp.exp(w) * w**2),
    "linear": sg.sum(w) + b,
    "centred": sg.mean((output - sg.mean(output)) ** 4),
}
ARRAYS = VECTORS | {
    "Frobenius": sg.norm(W),
    "trace": sg.trace(sg.dot(sg.dot(A, Q), sg.transpose(sg.dot(A, Q)))),
    "factorisation": sg.sum((P * sg.sum(Q, axis=1) - C) ** 2),
    "two layers": sg.mean((sg.let("o", sg.dot(c, hidden) + b) - y) ** 2),
    "softmax": sg.mean(sg.losses.softmax_cross_entropy(sg.let("z_2", sg.dot(V, hidden)), t)),
    "b is linear": sg.mean(sg.let("o", sg.dot(c, hidden) + b)),
}


class Case:
    """A derivation, values for its symbols, and slopes of its compiled gradient."""

    def __init__(self, loss: sp.Expr) -> None:
        self.random = np.random.default_rng(0)
        self.derivation = sg.derive(loss)
        problem = self.derivation.problem
        self.at = {name_of(p): self.draw(p) for p in problem.parameters}
        self.data = {name_of(s): self.draw(s, 5) for s in problem.data}
        self.constants = {name_of(s): self.draw(s) for s in problem.constants}
        if "t" in self.data:
            self.data["t"] = np.eye(2)[[0, 1, 1, 0, 1]]
        self.program = sg.compile_numpy(self.derivation)

    def draw(self, symbol: Any, *lead: int) -> Any:
        shape = getattr(getattr(symbol, "label", symbol), "shape", ())
        return self.random.normal(size=(*lead, *(SIZES.get(str(size), 1) for size in shape)))

    def gradient(self, moved: dict[str, Any]) -> dict[str, Any]:
        at = {name: value + moved.get(name, 0) for name, value in self.at.items()}
        return self.program.gradient(**at, **self.data, **self.constants)

    def slope(self, direction: dict[str, Any]) -> dict[str, Any]:
        above, below = (
            self.gradient({name: sign * SPACING * v for name, v in direction.items()}) for sign in (1, -1)
        )
        return {name: (np.asarray(above[name]) - below[name]) / (2 * SPACING) for name in above}


@pytest.mark.parametrize("name", ARRAYS)
def test_the_hessian_times_a_vector_is_the_slope_of_the_gradient(name) -> None:
    case = Case(ARRAYS[name])
    vectors = {parameter: case.random.normal(size=np.shape(value)) for parameter, value in case.at.items()}
    product = case.derivation.hessian_vector_product
    found = sg.compile_numpy(product).gradient(
        **case.at, **case.data, **case.constants, **{f"v_{parameter}": v for parameter, v in vectors.items()}
    )
    for parameter, slope in case.slope(vectors).items():
        assert np.shape(found[parameter]) == np.shape(case.at[parameter])
        np.testing.assert_allclose(found[parameter], slope, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", ARRAYS)
def test_the_hessian_times_a_vector_is_checked_as_any_gradient_is(name) -> None:
    case = Case(ARRAYS[name])
    vectors = {
        f"v_{parameter}": case.random.normal(size=np.shape(value)) for parameter, value in case.at.items()
    }
    product = case.derivation.hessian_vector_product
    check = sg.check_gradient(product, case.at, case.data, case.constants | vectors)
    # Centred outputs do not change with b, so there is nothing to compare but rounding errors.
    unclear = {"b"} if name == "centred" else set()
    assert {entry.name for entry in check.entries if entry.verdict != "correct"} == unclear
    assert check.verdict != "wrong"
    assert all(step.evidence.points for lines in product.steps.values() for step in lines)


@pytest.mark.parametrize("name", VECTORS)
def test_the_hessian_of_vectors_is_the_slope_of_the_gradient(name) -> None:
    case = Case(VECTORS[name])
    values = case.at | case.data | case.constants
    for second, value in case.at.items():
        along = [direction.reshape(np.shape(value)) for direction in np.eye(np.size(value))]
        slopes = [case.slope({second: direction}) for direction in along]
        for first in case.at:
            expected = np.stack([slope[first] for slope in slopes], axis=-1)
            expected = expected if np.ndim(value) else expected[..., 0]
            entry = case.derivation.hessian[first, second]
            found = value_of(replace(case.derivation.problem, loss=entry), values)
            np.testing.assert_allclose(np.broadcast_to(found, expected.shape), expected, rtol=1e-6, atol=1e-7)


def test_the_compiled_hessian_has_a_row_for_each_entry() -> None:
    case = Case(VECTORS["logistic"])
    at = case.at | case.data
    X, q = np.c_[at["x"], np.ones(5)], 1 / (1 + np.exp(-at["x"] @ at["w"] - at["b"]))
    order = [name_of(parameter) for parameter in case.derivation.parameters]
    place = [0, 1, 2, 3] if order == ["w", "b"] else [3, 0, 1, 2]
    expected = (X.T * (q * (1 - q)) @ X / 5)[np.ix_(place, place)]
    np.testing.assert_allclose(case.program.hessian(**at), expected, rtol=1e-12)


def test_the_hessian_times_a_vector_holds_no_array_larger_than_the_data() -> None:
    product = sg.derive(VECTORS["logistic"]).hessian_vector_product
    line = next(line for line in sg.compile_numpy(product).source.splitlines() if "dL_dw: Array" in line)
    assert line.count("@") == 1


def test_known_hessians() -> None:
    least_squares = sg.derive(VECTORS["least squares"]).hessian
    assert str(least_squares[w, w]) == "2*Sum(x[i, a2]*x, (i, 1, n))/n"
    assert least_squares[b, b] == 2
    assert sg.derive(sg.sum(w**2)).hessian["w", "w"].args[0] == 2
    assert str(sg.derive(sg.sum(w**2)).hessian_vector_product.gradient[w]) == "2*v_w"


def test_what_is_linear_has_no_curvature() -> None:
    product = sg.derive(VECTORS["linear"]).hessian_vector_product
    assert dict(product.gradient) == {"w": 0, "b": 0}
    product = sg.derive(ARRAYS["b is linear"]).hessian_vector_product
    assert [(step.rule, step.after) for step in product.steps["b"]] == [("constant", 0)]


def test_the_hessian_of_a_matrix_points_to_the_product() -> None:
    hessian = sg.derive(sg.sum(W**2) + sg.sum(c**2)).hessian
    for key in [(W, W), (W, c), (c, W)]:
        with pytest.raises(DerivationError, match=r"W has shape \(h, d\).*hessian_vector_product"):
            hessian[key]


def test_names_are_kept_and_new_ones_are_free() -> None:
    product = sg.derive(ARRAYS["two layers"]).hessian_vector_product
    assert [name.name for name in product.problem.lets] == ["z", "a", "o", "delta_o", "delta_a", "delta_z"]
    assert [name_of(constant) for constant in product.problem.constants] == ["v_W", "v_c", "v_b"]
    taken = sg.constants("v_w", shape=("d",))
    product = sg.derive(sg.dot(taken, w**3)).hessian_vector_product
    assert [name_of(constant) for constant in product.problem.constants] == ["v_w", "v_w_"]


def test_steps_and_code_grow_with_the_number_of_layers() -> None:
    def sizes(depth: int) -> tuple[int, int]:
        layer: sp.Expr = x
        for k in range(depth):
            weights = sg.parameters(f"W{k}", shape=("d", "d"))
            layer = sg.let(f"a{k}", sp.tanh(sg.let(f"z{k}", sg.dot(weights, layer))))
        product = sg.derive(sg.mean(sg.sum(layer**2))).hessian_vector_product
        listed = [*product.steps.values(), *(done.steps for done in product.backward)]
        return sum(map(len, listed)), len(sg.compile_numpy(product).source)

    for two, four, six in zip(*map(sizes, (2, 4, 6)), strict=True):
        assert six - four == four - two
