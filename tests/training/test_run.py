"""What a run answers: any expression at the trained parameters, tables, its own summary."""

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import sympy as sp

import symgd as sg
from symgd.errors import DataError, NotationError, TrainingError

from .conftest import DATA, LINE, b, fit, w, x, y

Y_HAT = sg.let("y_hat", w * x + b)


@pytest.fixture(scope="module")
def run() -> sg.Run:
    """A line trained with a named prediction; w = 10.0159 and b = 2.9424 in the end."""
    return fit(loss=sg.losses.mean_squared_error(Y_HAT, y), iterations=501)


def predicted(run: sg.Run, value: float) -> float:
    result: float = run.parameters["w"] * value + run.parameters["b"]
    return result


@pytest.mark.parametrize("values", [[7], (7.0,), np.array([7]), pd.Series([7]), pl.Series([7])])
def test_an_array_for_an_array(run: sg.Run, values: Any) -> None:
    result = run.evaluate(Y_HAT, x=values)
    assert result == pytest.approx([predicted(run, 7)], rel=1e-15)
    assert result.shape == (1,)
    assert result.dtype == float


def test_a_number_for_a_number(run: sg.Run) -> None:
    assert type(run.evaluate(Y_HAT, x=7)) is float
    assert run.evaluate(Y_HAT, x=7) == pytest.approx(predicted(run, 7), rel=1e-15)
    assert run.evaluate((Y_HAT - y) ** 2, x=7, y=73) == pytest.approx((predicted(run, 7) - 73) ** 2)


def test_expressions_of_all_kinds(run: sg.Run) -> None:
    assert run.evaluate(w) == run.parameters["w"]
    assert run.evaluate(w**2 + sp.exp(-b)) == pytest.approx(
        run.parameters["w"] ** 2 + np.exp(-run.parameters["b"])
    )
    assert run.evaluate(3) == 3
    assert run.evaluate(LINE, **DATA) == pytest.approx(run.loss_over_data(), rel=1e-12)
    assert run.evaluate(sg.mean(Y_HAT), x=[1, 3]) == pytest.approx(predicted(run, 2))
    assert run.evaluate(sg.sigmoid(Y_HAT - 1000), x=[0]) == pytest.approx([0])
    assert run.evaluate(run.derivation.gradient[w], **DATA) == pytest.approx(
        run.program.gradient(**run.parameters, **DATA)["w"]
    )


def test_data_that_the_expression_does_not_use(run: sg.Run) -> None:
    assert run.evaluate(Y_HAT, **DATA).shape == (5,)


def test_symbols_made_elsewhere(run: sg.Run) -> None:
    assert run.evaluate(sp.Symbol("w") * sp.Symbol("x"), x=2) == 2 * run.parameters["w"]
    entry = sp.IndexedBase("x")[sp.Symbol("k")]
    assert run.evaluate(sp.Symbol("w") * entry, x=[2, 0]).tolist() == [2 * run.parameters["w"], 0]


@pytest.mark.parametrize(
    ("expr", "values", "error", "words"),
    [
        (Y_HAT, {}, DataError, ["'x'"]),
        (Y_HAT - y, {"x": [1]}, DataError, ["'y'"]),
        (Y_HAT - y, {"x": [1, 2], "y": [1]}, DataError, ["x has 2", "y has 1"]),
        (Y_HAT, {"x": [1, float("nan")]}, DataError, ["'x'", "nan"]),
        (Y_HAT, {"x": 1, "z": 1}, DataError, ["'z'"]),
        (Y_HAT, {"x": 1, "w": 2}, DataError, ["'w' is a parameter", "leave it out"]),
        (w * sg.constants("c"), {}, DataError, ["'c'"]),
        (w * sp.Symbol("q"), {}, NotationError, ["q"]),
        ([w], {}, NotationError, ["[w]"]),
        ("w", {}, NotationError, ["'w'"]),
    ],
)
def test_what_cannot_be_evaluated(
    run: sg.Run, expr: Any, values: dict[str, Any], error: type[Exception], words: list[str]
) -> None:
    with pytest.raises(error) as caught:
        run.evaluate(expr, **values)
    assert not [word for word in words if word not in str(caught.value)]


def test_a_constant_of_the_expression_alone(run: sg.Run) -> None:
    assert run.evaluate(w * sg.constants("c"), c=2) == 2 * run.parameters["w"]


def test_arrays_without_samples_are_whole() -> None:
    x, W = sg.data("x", shape=(2,)), sg.parameters("W", shape=(3, 2))
    start, rule = {"W": np.arange(6.0).reshape(3, 2)}, sg.optimizers.GradientDescent(learning_rate=0.1)
    run = sg.train(sg.mean(sg.sum(sg.dot(W, x) ** 2)), {"x": [[1, 2]]}, start, rule, iterations=1)
    trained = run.parameters["W"]
    assert (run.evaluate(W) == trained).all()
    assert (run.evaluate(sg.let("G", sg.dot(sg.transpose(W), W))) == trained.T @ trained).all()
    assert (run.evaluate(sg.mean(x * x), x=[3, 4]) == [9, 16]).all()
    assert (run.evaluate(sg.dot(W, x), x=[3, 4]) == trained @ [3, 4]).all()
    assert run.evaluate(sg.dot(W, x), x=[[3, 4]]).shape == (1, 3)


def test_loss_over_data() -> None:
    run = fit(epochs=4, batch_size=2)
    for state in (0, 3, -1):
        values = {name: run.history[name][state] for name in ("w", "b")}
        assert run.loss_over_data(state) == run.program.loss(**values, **DATA)
    full = fit(iterations=4)
    assert [full.loss_over_data(state) for state in range(5)] == full.history["loss"].tolist()


def test_rows_of_the_table(run: sg.Run) -> None:
    table = run.table(every=200)
    assert [column.head for column in table.columns] == ["k", "w", "b", "loss"]
    assert [row[0] for row in table.rows] == [0, 200, 400]
    assert table.rows[1] == (200, run.history["w"][201], run.history["b"][201], run.history["loss"][200])


def test_about_ten_rows_unless_said_otherwise(run: sg.Run) -> None:
    assert str(run.table()) == str(run.table(every=50))
    assert len(fit(iterations=3).table().rows) == 3


@pytest.mark.parametrize("every", [0, -1, 1.5, "all"])
def test_tables_need_a_whole_number(run: sg.Run, every: Any) -> None:
    with pytest.raises(TrainingError, match="every"):
        run.table(every=every)


def test_summary() -> None:
    lines = str(fit(iterations=501)).splitlines()
    assert lines[0] == "GradientDescent(learning_rate=0.01), 5 samples in each iteration"
    assert lines[1].startswith("all 501 iterations done: the loss went from 472 to 0.000602872")
    assert lines[2] == "w = 10.0159, b = 2.9424"
    assert "5 samples, 2 in each iteration, in order" in str(fit(batch_size=2))
    assert "5 samples, 2 in each iteration, shuffled with seed 3" in repr(
        fit(batch_size=2, shuffle=True, seed=3)
    )
    assert "no data" in str(sg.train(w**2, start={"w": 1}, optimizer=sg.optimizers.Adam(), iterations=1))
