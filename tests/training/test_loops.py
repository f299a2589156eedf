"""Runs by compiled loops have the histories and the endings of runs with arrays.

Most loops run as plain Python here, which is the same text; a few are compiled.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.codegen.loops import kernels
from symgd.errors import TrainingError
from symgd.training.loops import compiled
from symgd.training.loops import worth as by_loops
from symgd.training.status import Outcome

x, y = sg.data("x y")
w, b = sg.parameters("w b")
LINE = {"x": [1, 2, 3, 4, 5], "y": [13, 23, 33, 43, 53]}
START = {"w": 4, "b": 1}
MEAN_SQUARE = sg.derive(sg.losses.mean_squared_error(w * x + b, y))
ROOT = sg.derive(sg.losses.root_mean_squared_error(w * x + b, y))
X, W = sg.data("X", shape=("d",)), sg.parameters("W", shape=("d",))
LOGISTIC = sg.derive(sg.losses.binary_cross_entropy_with_logits(sg.let("z", sg.dot(W, X) + b), y))
RIDGE = sg.derive(sg.losses.mean_squared_error(sg.dot(W, X), y) + sg.constants("c") * sg.losses.l2(W))

Descent = sg.optimizers.GradientDescent


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loops as plain Python."""
    monkeypatch.setattr("symgd.training.loops.kernels.compiled", quiet)


def quiet(source: str, _: str) -> Mapping[str, Any]:
    """Compiled code does not warn of overflow either."""
    functions = kernels.interpreted(source)
    ours = {"iterate", "loss_and_gradient"} & functions.keys()
    return {name: np.errstate(all="ignore")(functions[name]) for name in ours}


def features() -> dict[str, Any]:
    generator = np.random.default_rng(0)
    return {"X": generator.standard_normal((30, 4)), "y": generator.integers(0, 2, 30)}


def both(loss: Any, data: Any, start: Any, optimizer: Any, **settings: Any) -> tuple[sg.Run, sg.Run]:
    runs = tuple(
        sg.train(loss, data, start, optimizer, engine=engine, **settings) for engine in ("arrays", "loops")
    )
    return runs[0], runs[1]


def same(arrays: sg.Run, loops: sg.Run, tolerance: float = 1e-12) -> None:
    assert (arrays.engine.name, loops.engine.name) == ("arrays", "loops")
    assert loops.status.outcome is arrays.status.outcome
    assert [told.key for told in loops.status.reasons] == [told.key for told in arrays.status.reasons]
    assert list(loops.history) == list(arrays.history)
    for name, column in arrays.history.items():
        assert loops.history[name].shape == column.shape
        scale = np.max(np.abs(column)) + 1e-300
        np.testing.assert_allclose(loops.history[name], column, rtol=tolerance, atol=tolerance * scale)
    for name, value in arrays.parameters.items():
        np.testing.assert_allclose(loops.parameters[name], value, rtol=tolerance, atol=1e-300)


BATCHES: Mapping[str, Mapping[str, Any]] = {
    "whole": {"iterations": 40},
    "in order": {"epochs": 9, "batch_size": 2},
    "shuffled": {"epochs": 9, "batch_size": 2, "shuffle": True, "seed": 3},
    "one at a time": {"epochs": 9, "batch_size": 1},
    "one, shuffled": {"epochs": 9, "batch_size": 1, "shuffle": True, "seed": 3},
    "shuffled whole": {"epochs": 9, "batch_size": 5, "shuffle": True, "seed": 3},
}


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("name", BATCHES)
@pytest.mark.parametrize("optimizer", [Descent(0.01), sg.optimizers.Adam(0.1)], ids=["descent", "adam"])
def test_histories(name: str, optimizer: Any) -> None:
    same(*both(MEAN_SQUARE, LINE, START, optimizer, **BATCHES[name]))


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("name", [n for n in BATCHES if n != "shuffled whole"])
def test_histories_of_vectors(name: str) -> None:
    start = {"W": np.zeros(4), "b": 0}
    same(*both(LOGISTIC, features(), start, sg.optimizers.Nesterov(0.1), **BATCHES[name]))


OPTIMIZERS = [getattr(sg.optimizers, name) for name in sg.optimizers.__all__ if name != "Optimizer"]
SCHEDULES = [getattr(sg.schedules, name) for name in sg.schedules.__all__ if name != "Schedule"]


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer(optimizer: Any) -> None:
    same(*both(MEAN_SQUARE, LINE, START, optimizer(0.01), iterations=20))


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule(schedule: Any) -> None:
    same(*both(MEAN_SQUARE, LINE, START, sg.optimizers.Momentum(schedule(0.01)), iterations=20))


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize(
    ("settings", "outcome"),
    [
        ({"iterations": 5000, "gradient_tolerance": 1e-2}, Outcome.CONVERGED),
        ({"iterations": 5000, "loss_tolerance": 1e-4}, Outcome.CONVERGED),
        ({"epochs": 500, "batch_size": 2, "loss_tolerance": 1e-3}, Outcome.CONVERGED),
        ({"iterations": 9, "gradient_tolerance": 1e9}, Outcome.CONVERGED),
        ({"iterations": 9, "gradient_tolerance": 0}, Outcome.SPENT),
    ],
)
def test_tolerances(settings: Any, outcome: Outcome) -> None:
    arrays, loops = both(MEAN_SQUARE, LINE, START, Descent(0.03), **settings)
    assert loops.status.outcome is outcome
    same(arrays, loops, tolerance=1e-9)


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("name", ["whole", "shuffled", "one at a time"])
def test_divergence(name: str) -> None:
    settings = {**BATCHES[name], ("iterations" if name == "whole" else "epochs"): 3000}
    arrays, loops = both(MEAN_SQUARE, LINE, START, Descent(1.0), **settings)
    assert loops.status.outcome is Outcome.DIVERGED
    same(arrays, loops, tolerance=1e-9)


@pytest.mark.usefixtures("plain")
def test_a_loss_without_a_value() -> None:
    same(*both(sg.mean(w * x - sp.log(w * x)), {"x": [1.0, 2.0]}, {"w": 1}, Descent(3), iterations=9))
    with pytest.raises(sg.errors.DataError, match="the loss has no value there"):
        sg.train(sg.mean(sp.log(w * x)), {"x": [1.0]}, {"w": -1}, Descent(1), iterations=1, engine="loops")


@pytest.mark.usefixtures("plain")
def test_constants_and_a_loss_without_data() -> None:
    start, settings = {"W": np.ones(4)}, {"constants": {"c": 0.1}, "iterations": 30}
    same(*both(RIDGE, features(), start, Descent(0.1), **settings))
    same(*both((w - 1) ** 2 / 10, None, {"w": 3}, Descent(1), iterations=30))


@pytest.mark.usefixtures("plain")
def test_arrays_that_are_not_kept() -> None:
    settings = {"iterations": 5, "history": False}
    same(*both(LOGISTIC, features(), {"W": np.zeros(4), "b": 0}, Descent(0.1), **settings))


@pytest.mark.usefixtures("plain")
def test_histories_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symgd.training.loops.pieces._NUMBERS", 20)
    monkeypatch.setattr("symgd.training.loops.orders._NUMBERS", 7)
    monkeypatch.setattr(compiled, "QUICK", 13)
    for settings in BATCHES.values():
        same(*both(MEAN_SQUARE, LINE, START, Descent(0.01), **settings))


@pytest.mark.usefixtures("plain")
def test_more_samples_than_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symgd.training.loops.kernels.BLOCK", 40)
    monkeypatch.setattr("symgd.training.loops.kernel.BLOCK", 40)
    monkeypatch.setattr("symgd.codegen.loops.module.BLOCK", 40)
    generator = np.random.default_rng(2)
    data = {"x": generator.standard_normal(101), "y": generator.standard_normal(101)}
    for settings in ({"iterations": 4}, {"epochs": 3, "batch_size": 50, "shuffle": True, "seed": 1}):
        same(*both(sg.losses.huber(w * x + b, y), data, START, Descent(0.01), **settings))


def test_compiled_runs() -> None:
    same(*both(MEAN_SQUARE, LINE, START, Descent(0.01), iterations=501))
    data = {"x": [2, 4, 6, 8], "y": [81, 93, 91, 97]}
    start = {"w": 8.06901302, "b": 80.69013021}
    arrays, loops = both(ROOT, data, start, Descent(0.1), iterations=20_000)
    same(arrays, loops, tolerance=1e-10)
    start = {"W": np.zeros(4), "b": 0}
    settings = {"epochs": 20, "batch_size": 7, "shuffle": True, "seed": 2}
    same(*both(LOGISTIC, features(), start, sg.optimizers.Adam(0.1), **settings))


def test_a_hundred_thousand_updates() -> None:
    generator = np.random.default_rng(1)
    inputs, noise = generator.standard_normal((2, 100))
    data = {"x": inputs, "y": 2 * inputs + 1 + 0.3 * noise}
    arrays, loops = both(MEAN_SQUARE, data, {"w": -2, "b": -1}, Descent(0.001), epochs=1000, batch_size=1)
    assert loops.iterations == 100_000
    same(arrays, loops, tolerance=1e-10)


def test_single_precision_data_and_double_precision_sums() -> None:
    data = {name: np.asarray(values, dtype=np.float32) for name, values in features().items()}
    start = {"W": np.zeros(4, dtype=np.float32), "b": 0}
    run = sg.train(LOGISTIC, data, start, Descent(0.1), iterations=20, engine="loops")
    double = sg.train(
        LOGISTIC,
        {n: v.astype(float) for n, v in data.items()},
        start,
        Descent(0.1),
        iterations=20,
        engine="loops",
    )
    assert all(values.dtype == np.float32 for values in run.data.values())
    assert run.history["W"].dtype == np.float64
    np.testing.assert_allclose(run.history["loss"], double.history["loss"], rtol=1e-12)


@pytest.mark.skipif(os.name == "nt", reason="signals of this kind are POSIX")
def test_ctrl_c_keeps_what_was_reached() -> None:
    sg.train(MEAN_SQUARE, LINE, START, Descent(0.01), iterations=1, engine="loops")
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    run = sg.train(MEAN_SQUARE, LINE, START, Descent(0.01), iterations=10**9, engine="loops")
    timer.join()
    assert run.status.outcome is Outcome.INTERRUPTED
    assert len(run.history["w"]) == run.iterations + 1 > 1
    assert run.history["w"][-1] == run.parameters["w"]


def test_what_loops_cannot_do_is_said() -> None:
    from fractions import Fraction

    half = Fraction(1, 2)
    with pytest.raises(TrainingError, match='engine="loops" cannot be used: fractions stay exact'):
        sg.train((w - 1) ** 2, start={"w": half}, optimizer=Descent(half), iterations=1, engine="loops")
    net = sg.mean(sg.sum((sg.dot(sg.parameters("V", shape=("d", "d")), X) - X) ** 2))
    with pytest.raises(TrainingError, match="is a product of arrays"):
        sg.train(
            net, {"X": np.ones((3, 2))}, {"V": np.ones((2, 2))}, Descent(1), iterations=1, engine="loops"
        )


@pytest.mark.usefixtures("plain")
def test_auto_takes_loops_where_they_pay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_loops, "is_loaded", lambda *_: False)
    for name in ("COMPILING", "IMPORTING", "LOADING"):
        monkeypatch.setattr(by_loops, name, 1e9)
    run = sg.train(MEAN_SQUARE, LINE, START, Descent(0.02), iterations=100)
    assert run.engine.name == "arrays"
    for name in ("COMPILING", "IMPORTING", "LOADING"):
        monkeypatch.setattr(by_loops, name, 0.0)
    assert sg.train(MEAN_SQUARE, LINE, START, Descent(0.02), iterations=100).engine.name == "loops"
    assert sg.train(MEAN_SQUARE, LINE, START, Descent(0.02), iterations=10).engine.name == "arrays"


def test_a_small_job_waits_for_no_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless its loop has run in this process: then that runs again."""
    monkeypatch.setattr(by_loops, "is_compiled", lambda *_: False)
    loss, settings = sg.derive(sg.mean((w * x + b - y) ** 4)), {"iterations": 100}
    assert sg.train(loss, LINE, START, Descent(1e-6), **settings).engine.name == "arrays"
    sg.train(loss, LINE, START, Descent(1e-6), engine="loops", **settings)
    assert sg.train(loss, LINE, START, Descent(1e-6), **settings).engine.name == "loops"
    reversed_ = {name: np.asarray(values, dtype=np.float64)[::-1] for name, values in LINE.items()}
    assert sg.train(loss, reversed_, START, Descent(1e-6), **settings).engine.name == "arrays"


def test_importing_symgd_does_not_import_numba() -> None:
    script = "import sys, symgd; sys.exit('numba' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True)
