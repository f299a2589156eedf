"""What training computes: batches, history, exact arithmetic, kinds of data."""

import pickle
from fractions import Fraction
from itertools import chain, islice
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import sympy as sp

import symgd as sg
from symgd.training.batches import Batches

from .conftest import DATA, LINE, SLOW, START, b, fit, w, x, y


def descended(
    batches: list[list[int]], learning_rate: float = 0.01
) -> tuple[list[float], list[float], list[float]]:
    """Loss, w and b by hand, for the samples of each batch in turn."""
    inputs, targets = np.array(DATA["x"], float), np.array(DATA["y"], float)
    theta, states = np.array([4.0, 1.0]), []
    for batch in batches:
        residual = theta[0] * inputs[batch] + theta[1] - targets[batch]
        states.append((np.mean(residual**2), *theta))
        theta = theta - learning_rate * 2 * np.array([np.mean(residual * inputs[batch]), np.mean(residual)])
    residual = theta[0] * inputs[batches[0]] + theta[1] - targets[batches[0]]
    states.append((np.mean(residual**2), *theta))
    losses, ws, bs = zip(*states, strict=True)
    return list(losses), list(ws), list(bs)


@pytest.mark.parametrize(
    ("size", "batches"),
    [
        (None, [[0, 1, 2, 3, 4]]),
        (5, [[0, 1, 2, 3, 4]]),
        (3, [[0, 1, 2], [3, 4]]),
        (2, [[0, 1], [2, 3], [4]]),
        (1, [[0], [1], [2], [3], [4]]),
    ],
)
def test_batches_in_order(size: int | None, batches: list[list[int]]) -> None:
    run = fit(epochs=3, batch_size=size)
    losses, ws, bs = descended(batches * 3)
    assert run.iterations == 3 * len(batches)
    assert run.history["loss"] == pytest.approx(losses, rel=1e-12)
    assert run.history["w"] == pytest.approx(ws, rel=1e-12)
    assert run.history["b"] == pytest.approx(bs, rel=1e-12)


def test_iterations_may_end_within_an_epoch() -> None:
    _, ws, _ = descended([[0, 1], [2, 3], [4], [0, 1]])
    assert fit(iterations=4, batch_size=2).history["w"] == pytest.approx(ws, rel=1e-12)


def test_each_epoch_has_an_order_of_its_own() -> None:
    batches = Batches(samples=7, size=3, shuffled=True, seed=0)
    numbers = np.arange(7)
    drawn = [batch[0].tolist() for batch in islice(batches.of([numbers]), 3 * batches.per_epoch)]
    assert [len(batch) for batch in drawn] == [3, 3, 1] * 3
    epochs = [[*chain(*drawn[first : first + 3])] for first in (0, 3, 6)]
    assert all(sorted(epoch) == numbers.tolist() for epoch in epochs)
    assert epochs[0] != epochs[1] != epochs[2]


def test_columns_are_shuffled_alike() -> None:
    data = [np.arange(6), 10 * np.arange(6)]
    for first, second in islice(Batches(6, 2, shuffled=True, seed=1).of(data), 6):
        assert (10 * first).tolist() == second.tolist()


def test_a_seed_repeats_a_run() -> None:
    runs = [fit(epochs=4, batch_size=2, shuffle=True, seed=seed).history["w"].tolist() for seed in (7, 7, 8)]
    assert runs[0] == runs[1] != runs[2]
    drawn = fit(epochs=4, batch_size=2, shuffle=True)
    again = fit(epochs=4, batch_size=2, shuffle=True, seed=drawn.seed)
    assert drawn.history["w"].tolist() == again.history["w"].tolist()


def test_the_start_comes_first(line: sg.Run) -> None:
    assert {len(line.history[name]) for name in ("loss", "w", "b")} == {502}
    assert [line.history[name][0] for name in ("loss", "w", "b")] == [472, 4, 1]
    assert line.history[w] is line.history["w"]
    assert line.history["w"][-1] == line.parameters["w"] == line.parameters[w]
    assert list(line.history) == ["loss", "w", "b"]


def test_what_runs_is_what_is_shown(line: sg.Run) -> None:
    assert "theta = theta - eta * g" in line.program.source
    values = {**START, **DATA}
    loss, slopes = line.program.loss_and_gradient(**values)
    assert loss == line.history["loss"][0]
    assert line.history["w"][1] == 4 - 0.01 * slopes["w"]


def test_each_state_is_evaluated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = []
    load = sg.codegen.program.load

    def counting(source: str) -> dict[str, Any]:
        functions = load(source)
        evaluate = functions.get("loss_and_gradient")
        if evaluate is None:
            return functions
        return {**functions, "loss_and_gradient": lambda *args: counted.append(args) or evaluate(*args)}

    monkeypatch.setattr("symgd.codegen.program.load", counting)
    run = fit(iterations=10, gradient_tolerance=0, loss_tolerance=0)
    # And two for the words of the status, which tell the loss and the slope at the start and at the end.
    assert len(counted) == 11
    assert "went from" in str(run.status)
    assert len(counted) == 11 + 2


def test_a_derivation_or_its_loss() -> None:
    derivation = sg.derive(LINE)
    run = fit(loss=derivation)
    assert run.derivation is derivation
    assert run.parameters == fit().parameters


def test_a_loss_made_elsewhere() -> None:
    slope, inputs = sp.symbols("slope inputs")
    derivation = sg.derive(sg.mean((slope * inputs - 1) ** 2), parameters=[slope], data=[inputs])
    run = sg.train(derivation, {"inputs": [1, 2]}, {"slope": 0}, SLOW, iterations=1000)
    assert run.parameters[slope] == pytest.approx(0.6)
    assert run.evaluate(slope * inputs, inputs=2) == pytest.approx(1.2)


COLUMNS: dict[str, Any] = {
    "lists": DATA,
    "symbols": {x: DATA["x"], y: DATA["y"]},
    "tuples": {name: tuple(values) for name, values in DATA.items()},
    "range": {"x": range(1, 6), "y": DATA["y"]},
    "float lists": {name: [float(value) for value in values] for name, values in DATA.items()},
    "integers": {name: np.array(values, np.int8) for name, values in DATA.items()},
    "float32": {name: np.array(values, np.float32) for name, values in DATA.items()},
    "booleans and objects": {"x": np.array(DATA["x"], object), "y": DATA["y"]},
    "series": {name: pd.Series(values, index=list("abcde")) for name, values in DATA.items()},
    "pandas": pd.DataFrame({**DATA, "city": list("abcde")}),
    "pandas Int64": pd.DataFrame(DATA).astype("Int64"),
    "polars": pl.DataFrame({**DATA, "city": list("abcde")}),
    "polars float32": pl.DataFrame(DATA).cast(pl.Float32),
}


@pytest.mark.parametrize("data", COLUMNS.values(), ids=COLUMNS)
def test_kinds_of_data(data: Any) -> None:
    run = fit(data=data)
    assert run.parameters == fit().parameters
    assert run.history["loss"].dtype == run.history["w"].dtype == np.float64
    assert type(run.parameters["w"]) is float


@pytest.mark.parametrize(
    "start", [{w: 4, b: 1}, {"w": 4.0, b: np.float32(1)}, {"b": np.int64(1), "w": sp.Integer(4)}]
)
def test_kinds_of_starts(start: Any) -> None:
    assert fit(start=start).parameters == fit().parameters


def test_a_start_in_single_precision_runs_in_double() -> None:
    run = fit(
        start={"w": np.float32(4), "b": np.float32(1)}, data={k: np.float32(v) for k, v in DATA.items()}
    )
    assert run.history["w"].tolist() == fit().history["w"].tolist()


def test_constants() -> None:
    c, lambda_ = sg.constants("c lambda")
    loss = (w - c) ** 2 + lambda_ * w**2
    run = sg.train(
        loss,
        start={"w": 0},
        optimizer=sg.optimizers.GradientDescent(0.1),
        iterations=200,
        constants={c: 3, "lambda": 0.5},
    )
    assert run.parameters["w"] == pytest.approx(2)
    assert run.evaluate(c * w) == pytest.approx(6)
    assert run.evaluate(c * w, c=1) == pytest.approx(2)


def test_a_loss_without_data_counts_an_iteration_as_an_epoch() -> None:
    assert sg.train(w**2, start={"w": 1}, optimizer=SLOW, epochs=5).iterations == 5


EXACT = {"data": DATA, "start": START, "optimizer": sg.optimizers.GradientDescent(Fraction(1, 100))}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"data": {name: [float(value) for value in values] for name, values in DATA.items()}},
        {"optimizer": sg.optimizers.GradientDescent(sp.Rational(1, 100))},
        {"optimizer": sg.optimizers.Momentum(Fraction(1, 100), momentum=Fraction(1, 2)), "iterations": 3},
        {"start": {"w": Fraction(4), "b": 1}, "optimizer": sg.optimizers.GradientDescent(1), "iterations": 2},
        {"loss": sg.losses.sum_squared_error(w * x + b, y)},
    ],
)
def test_fractions_stay_exact(changes: dict[str, Any]) -> None:
    run = fit(**EXACT | changes)
    assert {type(value) for name in run.history for value in run.history[name]} == {Fraction}
    floats = fit(**{"optimizer": SLOW} | changes)
    if "optimizer" not in changes:
        assert run.history["w"].astype(float) == pytest.approx(floats.history["w"])
    assert type(run.evaluate(w * x + b, x=7)) is Fraction


@pytest.mark.parametrize(
    "changes",
    [
        {"data": {"x": [1.5, 2], "y": [1, 2]}},
        {"optimizer": SLOW, "start": {"w": Fraction(1, 3), "b": 1}},
        {
            "optimizer": sg.optimizers.Adam(
                Fraction(1, 100), Fraction(9, 10), Fraction(9, 10), Fraction(1, 100)
            )
        },
        {"loss": sg.losses.root_mean_squared_error(w * x + b, y)},
        # The mean of signs is a float: NumPy divides whole numbers so.
        {"loss": sg.losses.mean_absolute_error(w * x + b, y)},
        {"loss": sg.mean(sp.exp(w * x / 100) + b**2 + y)},
    ],
)
def test_else_everything_is_a_float(changes: dict[str, Any]) -> None:
    run = fit(**EXACT | changes)
    assert {run.history[name].dtype for name in run.history} == {np.dtype(float)}
    assert type(run.parameters["w"]) is float


def test_runs_pickle(line: sg.Run) -> None:
    again = pickle.loads(pickle.dumps(line))
    assert again.parameters == line.parameters
    assert again.history["loss"].tolist() == line.history["loss"].tolist()
    assert str(again) == str(line)
    assert again.evaluate(w * x + b, x=7) == line.evaluate(w * x + b, x=7)
