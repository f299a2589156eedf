"""Runs in plain Python have the histories and the endings of runs with arrays."""

import os
import signal
import threading
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.errors import DataError
from symgd.training.loops import worth
from symgd.training.status import Outcome

from .conftest import DATA, LINE, SLOW, b, fit, w, x, y
from .test_loops import BATCHES, OPTIMIZERS, SCHEDULES

Descent = sg.optimizers.GradientDescent
c = sg.constants("c")


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain Python for every run that may have it."""
    monkeypatch.setattr(worth, "WRITING", 0)
    monkeypatch.setattr(worth, "CALLING", 0)
    monkeypatch.setattr(worth, "_has_numba", lambda: False)


def same(**settings: Any) -> sg.Run:
    """The run in plain Python, which ends as that with arrays does."""
    arrays, plain = fit(engine="arrays", **settings), fit(**settings)
    assert plain.engine.kind == "plain"
    assert str(plain.status) == str(arrays.status)
    assert plain.status.outcome is arrays.status.outcome
    assert list(plain.history) == list(arrays.history)
    for name, column in arrays.history.items():
        scale = np.max(np.abs(column))
        np.testing.assert_allclose(plain.history[name], column, rtol=1e-11, atol=1e-12 * scale)
        assert plain.history[name].dtype == column.dtype
    for name, value in plain.parameters.items():
        assert type(value) is float
        assert value == plain.history[name][-1]
    return plain


@pytest.mark.parametrize("batches", BATCHES)
@pytest.mark.parametrize("optimizer", [SLOW, sg.optimizers.Adam(0.1)], ids=["descent", "adam"])
def test_histories(batches: str, optimizer: Any) -> None:
    same(optimizer=optimizer, **BATCHES[batches])


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer(optimizer: Any) -> None:
    same(optimizer=optimizer(0.01))


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule(schedule: Any) -> None:
    same(optimizer=sg.optimizers.Momentum(schedule(0.01)))


@pytest.mark.parametrize(
    "settings",
    [
        {"iterations": 5000, "gradient_tolerance": 1e-2},
        {"iterations": 5000, "loss_tolerance": 1e-4},
        {"epochs": 500, "batch_size": 2, "loss_tolerance": 1e-3},
    ],
)
def test_tolerances(settings: dict[str, Any]) -> None:
    assert same(optimizer=Descent(0.03), **settings).status.outcome is Outcome.CONVERGED


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": Descent(1.0), "iterations": 3000},
        {"optimizer": Descent(1.0), "epochs": 3000, "batch_size": 2, "shuffle": True, "seed": 1},
        {"optimizer": sg.optimizers.RMSProp(1e160)},
        {"loss": sg.mean((w * x + b - y) ** 4), "optimizer": Descent(1.0)},
        {"loss": -sg.mean(sp.exp(w * x + b) + y), "optimizer": Descent(1.0)},
    ],
)
def test_divergence(settings: dict[str, Any]) -> None:
    assert same(**settings).status.outcome is Outcome.DIVERGED


@pytest.mark.parametrize(
    "loss",
    [
        sg.mean(w * x - sp.log(w * x) + y) + b**2,
        sg.mean(sp.sqrt(w * x) + y) + b**2,
        sg.mean((w * x) ** sp.Rational(4, 3) + y) + b**2,
    ],
)
def test_a_loss_that_ends_somewhere(loss: Any) -> None:
    assert same(loss=loss, data={"x": [1.0, 2.0], "y": [1.0, 2.0]}, optimizer=Descent(3.0))
    with pytest.raises(DataError, match="the loss has no value there"):
        fit(loss=loss, start={"w": -1, "b": 1})


def test_a_slope_that_is_no_number() -> None:
    data = {"x": [1.0, 2.0], "y": [5.0, 9.0]}
    same(loss=sp.sqrt(LINE), data=data, start={"w": 4, "b": 1})


def test_constants_and_a_loss_without_data() -> None:
    same(loss=LINE + c * w**2, constants={"c": 0.1})
    rosenbrock = (1 - w) ** 2 + 100 * (b - w**2) ** 2
    run = same(loss=rosenbrock, data=None, start={"w": -1, "b": 1}, optimizer=Descent(1e-3), iterations=2000)
    assert run.history["loss"][-1] < run.history["loss"][0] / 10


def test_auto_takes_plain_python_for_few_samples_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worth, "WRITING", 5e-3)
    run = fit(iterations=501)
    assert (
        str(run.engine) == "loops: for up to 16 samples at a time, plain Python takes less time than arrays."
    )
    assert run.history["w"][-1] == pytest.approx(10.0159, abs=5e-5)
    for settings in (
        {"iterations": 10},
        {"engine": "arrays", "iterations": 501},
        {"data": {name: values * 4 for name, values in DATA.items()}, "iterations": 501},
        {"loss": sg.mean(sp.digamma(w * x) + b**2 - y), "optimizer": Descent(1e-9), "iterations": 501},
        {"start": {"w": Fraction(1, 2), "b": 1}, "optimizer": Descent(Fraction(1, 100)), "iterations": 260},
    ):
        assert fit(**settings).engine.name == "arrays"


@pytest.mark.skipif(os.name == "nt", reason="signals of this kind are POSIX")
def test_ctrl_c_keeps_what_was_reached() -> None:
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    run = fit(iterations=10**8, batch_size=2)
    timer.join()
    assert run.engine.kind == "plain"
    assert run.status.outcome is Outcome.INTERRUPTED
    assert len(run.history["w"]) == run.iterations + 1 > 1
    assert run.history["w"][-1] == run.parameters["w"]


def test_large_data_in_small_batches_are_not_copied_as_lists() -> None:
    many = np.linspace(0, 1, 100_000)
    run = fit(data={"x": many, "y": many}, batch_size=4, iterations=40)
    arrays = fit(data={"x": many, "y": many}, batch_size=4, iterations=40, engine="arrays")
    np.testing.assert_allclose(run.history["loss"], arrays.history["loss"], rtol=1e-12)
    assert str(run.status) == str(arrays.status)
