"""The engines of training: the same history from each, which one is chosen, and that none loses digits unseen."""

import tracemalloc
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.errors import TrainingError
from symgd.training import engine as engines
from symgd.training.blocks import LONGEST, STEP
from symgd.training.moments import matrix
from symgd.training.moments.accumulating import triangles
from symgd.training.moments.pairs import pairs

from .conftest import DATA, LINE, SLOW, START, b, fit, w, x, y

s, c = sg.data("s"), sg.constants("c")
X, Y = sg.data("x", shape=("d",)), sg.data("y", shape=("h",))
W, V = sg.parameters("w", shape=("d",)), sg.parameters("V", shape=("h", "d"))
SQUARES = sg.mean((sg.dot(X, W) + b - y) ** 2)

N, D, H = 300, 20, 3
RANDOM = np.random.default_rng(3)
COLUMN, MATRIX = RANDOM.normal(size=N), RANDOM.normal(size=(N, D))
TARGET = 3 * COLUMN + 2 + RANDOM.normal(size=N)
POINTS = {"x": COLUMN, "y": TARGET}
FEATURES = {"x": MATRIX, "y": MATRIX @ RANDOM.normal(size=D) + RANDOM.normal(size=N)}
ZEROS = {"w": np.zeros(D), "b": 0.0}
TENTH, EIGHTH = (sg.optimizers.GradientDescent(rate) for rate in (0.1, 0.125))
EPS = np.finfo(float).eps


def both(loss: Any, **arguments: Any) -> tuple[sg.Run, sg.Run]:
    """The run of each engine."""
    arguments = {"optimizer": TENTH, "iterations": 200} | arguments
    arrays, moments = (sg.train(loss, engine=engine, **arguments) for engine in ("arrays", "moments"))
    assert arrays.engine.name == "arrays"
    return arrays, moments


def assert_same(arrays: sg.Run, moments: sg.Run) -> None:
    assert moments.engine.name == "moments", moments.engine
    assert moments.status.outcome == arrays.status.outcome
    assert list(moments.history) == list(arrays.history)
    for name, column in arrays.history.items():
        scale = abs(column).max()
        np.testing.assert_allclose(moments.history[name], column, rtol=1e-9, atol=1e-13 * scale, err_msg=name)


CASES: dict[str, tuple[Any, dict[str, Any]]] = {
    "line": (LINE, {"data": POINTS, "start": START}),
    "R1": (LINE, {"data": DATA, "start": START, "optimizer": SLOW, "iterations": 501}),
    "root mean square and penalty": (
        sp.sqrt(LINE) + c * w**2,
        {"data": POINTS, "start": START, "constants": {"c": 0.1}},
    ),
    "weights": (
        sg.mean(s * (w * x + b - y) ** 2),
        {"data": {**POINTS, "s": RANDOM.uniform(0.1, 1, N)}, "start": START},
    ),
    "fourth powers": (
        sg.mean((w * x + b - y) ** 4),
        {"data": POINTS, "start": START, "optimizer": sg.optimizers.GradientDescent(0.002)},
    ),
    "a product of parameters": (
        sg.mean((w * b * x + b - y) ** 2),
        {"data": POINTS, "start": {"w": 1, "b": 1}, "optimizer": sg.optimizers.GradientDescent(0.01)},
    ),
    "functions of the data": (
        sg.mean((w * sp.sin(x) + b * sp.exp(-c * x) - y) ** 2),
        {"data": POINTS, "start": START, "constants": {"c": 0.5}},
    ),
    "one sum in another": (
        sg.mean((w * x - sg.mean(w * x)) ** 2) + (b - sg.mean(y)) ** 2,
        {"data": POINTS, "start": START},
    ),
    "least squares": (SQUARES, {"data": FEATURES, "start": ZEROS}),
    "several outputs": (
        sg.mean(sg.sum((sg.dot(V, X) - Y) ** 2)),
        {"data": {"x": MATRIX, "y": RANDOM.normal(size=(N, H))}, "start": {"V": np.zeros((H, D))}},
    ),
    "Adam": (LINE, {"data": POINTS, "start": START, "optimizer": sg.optimizers.Adam(0.05)}),
    "until it has converged": (LINE, {"data": POINTS, "start": START, "gradient_tolerance": 1e-6}),
}


@pytest.mark.parametrize("case", CASES)
def test_moments_give_the_history_of_arrays(case: str) -> None:
    loss, arguments = CASES[case]
    assert_same(*both(loss, **arguments))


def test_least_squares_over_many_blocks() -> None:
    wide = RANDOM.normal(size=(20_000, D))
    data = {"x": wide, "y": wide @ RANDOM.normal(size=D) + RANDOM.normal(size=len(wide))}
    assert_same(*both(SQUARES, data=data, start=ZEROS, iterations=40))


def test_columns_that_nearly_depend_on_one_another() -> None:
    near = MATRIX.copy()
    near[:, 1] = near[:, 0] + 1e-7 * near[:, 1]
    near[:, 3] = near[:, 2]
    assert_same(*both(SQUARES, data={**FEATURES, "x": near}, start=ZEROS))


def test_values_far_from_zero() -> None:
    """x = 10⁶ + noise: Σ x² − (Σ x)²/n would keep four digits of the noise."""
    far = 1e6 + COLUMN
    data = {"x": far, "y": 3 * (far - 1e6) + RANDOM.normal(size=N)}
    start = {"w": 2.0, "b": -2e6}
    arrays, moments = both(LINE, data=data, start=start, optimizer=sg.optimizers.GradientDescent(1e-13))
    assert moments.engine.name == "moments"
    for state in (0, 100, 200):
        found = exactly(data, moments, state)
        assert moments.history["loss"][state] == pytest.approx(float(found), rel=1e-9)
    np.testing.assert_allclose(moments.history["loss"], arrays.history["loss"], rtol=1e-9)


def exactly(data: Any, run: sg.Run, state: int) -> Fraction:
    """The loss of a line at one state of a run, in fractions."""
    slope, intercept = (Fraction(float(run.history[name][state])) for name in ("w", "b"))
    residuals = (
        slope * Fraction(float(p)) + intercept - Fraction(float(q))
        for p, q in zip(data["x"], data["y"], strict=True)
    )
    return sum((r**2 for r in residuals), Fraction(0)) / len(data["x"])


def test_a_fit_that_becomes_exact() -> None:
    """The loss falls by twenty orders; what rounding a residual adds to its root stays a few units of the targets."""
    data = {"x": COLUMN, "y": 3 * COLUMN + 2}
    arrays, moments = both(LINE, data=data, start={"w": 0, "b": 0}, iterations=110)
    assert moments.engine.name == "moments"
    assert 1e-22 < moments.history["loss"][-1] < 1e-18
    rounding = 4 * EPS * np.sqrt(np.mean(data["y"] ** 2))
    for state in range(0, 111, 10):
        found = float(exactly(data, moments, state)) ** 0.5
        assert moments.history["loss"][state] ** 0.5 == pytest.approx(found, rel=1e-9, abs=rounding)
    roots = np.sqrt(arrays.history["loss"])
    np.testing.assert_allclose(np.sqrt(moments.history["loss"]), roots, rtol=1e-9, atol=4 * rounding)


def test_moments_that_lose_digits_give_way_to_arrays() -> None:
    """Fourth powers of differences of numbers near 10⁶: their sums of powers hold none of the loss."""
    far = {"x": 1e6 + COLUMN, "y": 1e6 + COLUMN + RANDOM.normal(size=N)}
    loss = sg.mean((w * x - y) ** 4)
    arguments = {"data": far, "start": {"w": 1.0}, "optimizer": sg.optimizers.GradientDescent(1e-16)}
    arrays, moments = both(loss, **arguments, iterations=20)
    assert moments.engine.name == "arrays"
    assert "lost digits: at the start" in str(moments.engine)
    np.testing.assert_array_equal(moments.history["loss"], arrays.history["loss"])


def test_a_negative_weight_is_told() -> None:
    data = {**POINTS, "s": np.where(np.arange(N) == 7, -1.0, 1.0)}
    with pytest.raises(TrainingError, match="a weight of these data is negative"):
        fit(loss=sg.mean(s * (w * x + b - y) ** 2), data=data, engine="moments")


def test_a_run_that_diverges_ends_alike() -> None:
    loss, steep = LINE, sg.optimizers.GradientDescent(3)
    arrays, moments = both(loss, data=POINTS, start=START, optimizer=steep, iterations=2000)
    assert moments.engine.name == "moments"
    assert moments.status.outcome == arrays.status.outcome
    assert moments.iterations == arrays.iterations
    assert str(moments.status)[:40] == str(arrays.status)[:40]


def test_single_precision_is_summed_in_double() -> None:
    single = {name: values.astype(np.float32) for name, values in FEATURES.items()}
    double = {name: values.astype(np.float64) for name, values in single.items()}
    start = {"w": np.zeros(D, np.float32), "b": 0.0}
    run = sg.train(SQUARES, data=single, start=start, optimizer=EIGHTH, iterations=50, engine="moments")
    again = sg.train(SQUARES, data=double, start=ZEROS, optimizer=EIGHTH, iterations=50, engine="arrays")
    assert run.data["x"].dtype == np.float32
    np.testing.assert_allclose(run.history["loss"], again.history["loss"], rtol=1e-12)


def test_small_jobs_stay_with_arrays() -> None:
    run = fit(iterations=200)
    assert run.engine.name == "arrays"
    assert str(run.engine).startswith("arrays: 200 iterations over 10 numbers")


def test_auto_takes_moments_where_they_pay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "WORTH", 1000)
    run = fit(data=POINTS, iterations=10)
    assert run.engine.name == "moments"
    assert "300 samples enter the loss through 3 rows" in str(run.engine)
    assert fit(data=POINTS, iterations=10, batch_size=10).engine.name == "arrays"
    curved = fit(loss=sg.mean((sp.sin(w * x) + b - y) ** 2), data=POINTS, iterations=10)
    assert "no polynomial" in str(curved.engine)
    monkeypatch.setattr(engines, "WORTH", 100)
    few = fit(data={"x": [1.0, 2.0], "y": [2.0, 3.0]}, iterations=200)
    assert str(few.engine).startswith("arrays: 2 samples are no more than the rows")


def test_fractions_stay_exact() -> None:
    thirds = {"x": [1, 2, 3], "y": [Fraction(1, 3), 2, 5]}
    exact = sg.optimizers.GradientDescent(Fraction(1, 10))
    run = fit(data=thirds, optimizer=exact, iterations=3)
    assert isinstance(run.parameters["w"], Fraction)
    with pytest.raises(TrainingError, match="fractions stay exact"):
        fit(data=thirds, optimizer=exact, iterations=3, engine="moments")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"engine": "loop"}, "engine is 'loop'; give one of 'auto'"),
        ({"engine": None}, "engine is None"),
        ({"engine": "moments", "batch_size": 2}, "each batch would have moments of its own"),
        ({"engine": "moments", "loss": sg.mean((sp.exp(w * x) - b * y) ** 2)}, "no polynomial"),
        ({"engine": "moments", "data": {"x": [1, 2], "y": [3, 4]}}, "2 samples are no more than the rows"),
    ],
)
def test_engines_that_cannot_be_used(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        fit(**changes)


@pytest.mark.parametrize("widths", [(1, 1, 1), (1, 3), (12,), (5, 1, 7), (1,) * 10, (3, 4, 1, 25)])
@pytest.mark.parametrize("far", [0, 300])
def test_the_triangle_has_the_square_of_the_data(widths: tuple[int, ...], far: float) -> None:
    """Also of columns that nearly depend on one another, as numbers that are far from zero."""
    random = np.random.default_rng(5)
    data = {f"c{k}": far + random.normal(size=(40_000, size)) for k, size in enumerate(widths)}
    columns = {name: (lambda values, name=name: values[name]) for name in data}
    parts = triangles(columns, {}, data).whole
    r, a = np.hstack([*parts.values()]), np.hstack([*data.values()])
    assert r.shape == (sum(widths), sum(widths))
    np.testing.assert_allclose(r.T @ r, a.T @ a, rtol=1e-11, atol=1e-9)


def test_no_temporary_is_as_long_as_the_data() -> None:
    long = RANDOM.normal(size=1_000_000)
    derivation = sg.derive(LINE)
    arguments: Any = {
        "data": {"x": long, "y": 2 * long + 1},
        "start": START,
        "optimizer": TENTH,
        "iterations": 5,
    }
    sg.train(derivation, engine="moments", **arguments)
    tracemalloc.start()
    run = sg.train(derivation, engine="moments", **arguments)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert run.engine.name == "moments"
    assert peak < long.nbytes / 2


LONG = 600_000
"""So many samples of a line make nineteen blocks, of which three are of the part that is compared."""
OTHERS = np.arange(LONG) // LONGEST % STEP > 0


def long(x: Any, iterations: int = 3, rate: float = 0.1) -> tuple[sg.Run, sg.Run]:
    """The runs of both engines for a line through many noisy points."""
    data = {"x": x, "y": 2 * x + 1 + np.random.default_rng(4).normal(size=LONG)}
    descent = sg.optimizers.GradientDescent(rate)
    return both(LINE, data=data, start=START, iterations=iterations, optimizer=descent)


def test_an_eighth_of_many_samples_is_compared() -> None:
    arrays, moments = long(RANDOM.normal(size=LONG))
    assert_same(arrays, moments)
    assert "over 98304 of the samples, the loss differs" in str(moments.engine)


@pytest.mark.parametrize(
    ("x", "rate"),
    [
        (np.where(OTHERS, RANDOM.normal(size=LONG), 0), 0.1),
        (np.where(np.arange(LONG) == LONGEST + 5, 1e9, RANDOM.normal(size=LONG)), 1e-15),
    ],
    ids=["zero in that part", "one sample far off"],
)
def test_all_samples_are_compared_where_an_eighth_does_not_stand_for_them(x: Any, rate: float) -> None:
    arrays, moments = long(x, rate=rate)
    assert_same(arrays, moments)
    assert "pass; the loss differs from that over the data" in str(moments.engine)


def test_all_samples_are_compared_where_their_loss_is_much_smaller() -> None:
    """Σ x (w − y) w with weights of both signs: what the eighth adds, the others nearly take away."""
    count = LONG - LONG % (STEP * LONGEST)
    sign = np.where(OTHERS, -1 / (STEP - 1), 1)[:count] * (1 + 1e-3 * RANDOM.normal(size=count))
    data = {"x": sign, "y": RANDOM.normal(size=count)}
    arrays, moments = both(sg.mean((w - y) * x * w), data=data, start={"w": 1.0}, iterations=3)
    assert_same(arrays, moments)
    assert "pass; the loss differs from that over the data" in str(moments.engine)


@pytest.mark.parametrize("size", [N, LONG])
def test_rows_that_are_wrong_are_found(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "pairs", lambda *arguments: pairs(*arguments) * (1 + 1e-7))
    x = RANDOM.normal(size=size)
    data = {"x": x, "y": 2 * x + 1 + RANDOM.normal(size=size)}
    arrays, moments = both(LINE, data=data, start=START, iterations=3)
    assert moments.engine.name == "arrays"
    assert "at the start they give" in str(moments.engine)
    np.testing.assert_array_equal(moments.history["loss"], arrays.history["loss"])


@pytest.mark.parametrize("noise", [0, 1e-9, 1e-5])
def test_dependence_that_a_few_samples_do_not_show(noise: float) -> None:
    """T is found from every fourth of these samples, where x is 0; y is met by 2 x + 1, exactly or nearly."""
    # Numbers of its own, whatever tests ran before: noise of 1e-9 is at the edge of what moments resolve.
    random = np.random.default_rng(0)
    x = np.where(np.arange(10_000) % 4 == 1, random.normal(size=10_000), 0)
    data = {"x": x, "y": 2 * x + 1 + noise * random.normal(size=10_000)}
    arrays, moments = both(LINE, data=data, start=START, iterations=600)
    assert moments.engine.name == "moments", moments.engine
    roots = (np.sqrt(run.history["loss"]) for run in (moments, arrays))
    np.testing.assert_allclose(*roots, rtol=1e-9, atol=16 * EPS)


def test_columns_that_depend_on_one_another_only_in_few_samples() -> None:
    rare = np.zeros((10_000, D))
    rare[1::4] = RANDOM.normal(size=(2500, D))
    rare[:, 3] = rare[:, 2]
    data = {"x": rare, "y": rare @ RANDOM.normal(size=D)}
    arrays, moments = both(SQUARES, data=data, start=ZEROS)
    assert moments.engine.name == "moments", moments.engine
    np.testing.assert_allclose(moments.history["loss"], arrays.history["loss"], rtol=1e-9)
