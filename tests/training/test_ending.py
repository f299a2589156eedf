"""How runs end: tolerances, divergence, values that do not exist, Ctrl-C. Warnings are errors here."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.errors import DataError
from symgd.training import loop
from symgd.training.status import Outcome

from .conftest import DATA, b, fit, w, x, y

FAST = sg.optimizers.GradientDescent(0.08)


def slope_norm(run: sg.Run, state: int) -> float:
    values = {name: run.history[name][state] for name in ("w", "b")}
    return math.hypot(*run.program.gradient(**values, **DATA).values())


def test_iterations_spent() -> None:
    run = fit(iterations=10)
    assert run.status.outcome is Outcome.SPENT
    assert run.status.iterations == run.iterations == 10
    assert not run.status.converged
    assert str(run.status).startswith("all 10 iterations done: the loss went from 472 to ")
    assert f"{slope_norm(run, -1):.3g}" in str(run.status)
    assert "give more iterations" in str(run.status)


def test_small_gradient() -> None:
    run = fit(optimizer=FAST, iterations=10_000, gradient_tolerance=1e-6)
    assert run.status.converged
    assert run.status.outcome is Outcome.CONVERGED
    assert slope_norm(run, -1) <= 1e-6 < slope_norm(run, -2)
    assert len(run.history["w"]) == run.iterations + 1 < 10_000
    assert "gradient_tolerance=1e-06" in str(run.status)
    assert str(run.status).startswith(f"converged after {run.iterations} iterations: ")


def test_small_change_of_the_loss() -> None:
    run = fit(optimizer=FAST, iterations=10_000, loss_tolerance=1e-6)
    changes = np.abs(np.diff(run.history["loss"]))
    assert run.status.converged
    assert changes[-1] <= 1e-6 < changes[:-1].min()
    assert "loss_tolerance=1e-06" in str(run.status)


def test_a_start_may_be_converged() -> None:
    run = fit(start={"w": 10, "b": 3}, gradient_tolerance=0)
    assert run.status.converged
    assert run.iterations == 0
    assert {len(run.history[name]) for name in run.history} == {1}
    assert run.table().rows == ()


def test_small_batches_are_judged_over_all_data() -> None:
    run = fit(start={"w": 9, "b": 3}, epochs=5000, batch_size=2, gradient_tolerance=1e-6)
    assert run.status.converged
    assert run.iterations % 3 == 0
    assert slope_norm(run, -1) <= 1e-6 < slope_norm(run, -4)
    run = fit(epochs=5000, batch_size=2, loss_tolerance=1e-6)
    over_data = [run.loss_over_data(state) for state in (-1, -4, -7)]
    assert abs(over_data[0] - over_data[1]) <= 1e-6 < abs(over_data[1] - over_data[2])
    assert "the last epoch changed the loss" in str(run.status)


def test_nothing_left_to_do() -> None:
    run = sg.train(w**2, start={"w": 3}, optimizer=sg.optimizers.GradientDescent(0.5), iterations=10)
    assert "its gradient is 0" in str(run.status)


@pytest.mark.parametrize("learning_rate", [1.0, 1.1])
def test_a_loss_that_does_not_fall(learning_rate: float) -> None:
    optimizer = sg.optimizers.GradientDescent(learning_rate)
    status = str(sg.train(w**2, start={"w": 3}, optimizer=optimizer, iterations=10).status)
    assert "has not fallen: lower the learning rate" in status
    assert "stay below 2/λ = 1." in status


def test_divergence() -> None:
    run = fit(optimizer=sg.optimizers.GradientDescent(0.2), iterations=10_000)
    status, done = str(run.status), run.iterations
    assert run.status.outcome is Outcome.DIVERGED
    assert status.startswith(f"diverged after {done} iterations: in iteration {done + 1} the loss is inf.")
    assert "lower the learning rate, 0.2." in status
    # The eigenvalues of [[22, 6], [6, 2]] are 12 ± √136.
    assert f"2/λ = {2 / (12 + 136**0.5):.4g}" in status
    assert {len(run.history[name]) for name in run.history} == {done + 1}
    assert all(np.isfinite(run.history[name]).all() for name in run.history)
    assert run.history["w"][-1] == run.parameters["w"]
    assert abs(run.parameters["w"]) > 1e100


def test_below_the_bound_it_converges() -> None:
    bound = 2 / (12 + 136**0.5)
    assert fit(optimizer=sg.optimizers.GradientDescent(0.99 * bound), iterations=5000).loss_over_data() < 1e-6
    assert fit(optimizer=sg.optimizers.GradientDescent(1.01 * bound), iterations=5000).loss_over_data() > 1e6


@pytest.mark.parametrize(
    ("loss", "optimizer"),
    [
        (sp.exp(w) + b**2, sg.optimizers.Momentum(5)),
        ((w**2 + b**2) ** 2, sg.optimizers.Nesterov(10.0)),
        (w**4 + b**2, sg.optimizers.GradientDescent(sg.schedules.Step(1e3))),
        (sp.exp(w**2) + b, sg.optimizers.GradientDescent(1)),
        # The loss has a value at the start, its second derivative is beyond all numbers.
        (sp.exp(176 * w) + b, sg.optimizers.GradientDescent(10)),
    ],
)
def test_other_divergence(loss: Any, optimizer: Any) -> None:
    run = fit(loss=loss, data=None, optimizer=optimizer, iterations=10_000)
    assert run.status.outcome is Outcome.DIVERGED
    assert f"lower the learning rate, {optimizer.learning_rate}." in str(run.status)
    assert all(np.isfinite(run.history[name]).all() for name in run.history)
    assert len(run.history["loss"]) == run.iterations + 1


def test_parameters_beyond_all_numbers() -> None:
    run = sg.train(-w, start={"w": 1e308}, optimizer=sg.optimizers.GradientDescent(1e308), iterations=5)
    assert run.status.outcome is Outcome.DIVERGED
    assert "in iteration 1 w is inf" in str(run.status)
    assert run.parameters["w"] == 1e308


LOGARITHM = sg.mean((sp.log(w * x) - y) ** 2)


def test_the_log_of_a_negative() -> None:
    run = sg.train(
        sg.mean(sp.log(w * x) ** 2),
        {"x": [1, 2]},
        {"w": 5},
        sg.optimizers.GradientDescent(20),
        iterations=100,
    )
    assert run.status.outcome is Outcome.UNDEFINED
    assert run.iterations == 0
    assert run.parameters["w"] == 5
    assert "in iteration 1 log(w xᵢ) has no real value where w xᵢ = -" in str(run.status)
    assert "w = -" in str(run.status)
    assert "start elsewhere" in str(run.status)


@pytest.mark.parametrize(
    ("loss", "start", "words"),
    [
        (LOGARITHM, -1, "log(w xᵢ) has no real value where w xᵢ = -1 (w = -1, x = 1)"),
        (LOGARITHM, 0, "log(w xᵢ) is infinite where w xᵢ = 0"),
        (
            sg.mean(sp.log(sg.let("z", w * x)) - y),
            -2,
            "log zᵢ has no real value where zᵢ = -2 (w = -2, x = 1)",
        ),
        (sg.mean(sp.sqrt(w - x) * y), 3, "has no real value where w − xᵢ = -1 (w = 3, x = 4)"),
        (sg.mean(x * y) + sp.asin(w), 2, "has no real value where w = 2"),
        (sg.mean(x * y) / w, 0, "is infinite where w = 0"),
        (sg.mean(y * sp.exp(w * x)), 1000, "exp(w xᵢ) is infinite where w xᵢ = 1000 (w = 1000, x = 1)"),
        (sg.mean((w * x - y) ** 2), 1e200, "it is inf, its numbers are too large"),
        (
            sg.mean(sp.Piecewise((sp.log(w), w < 1), (x * y, True))),
            -1,
            "log w has no real value where w = -1",
        ),
    ],
)
def test_a_start_without_a_value(loss: Any, start: float, words: str) -> None:
    with pytest.raises(DataError) as error:
        sg.train(loss, DATA, {"w": start}, sg.optimizers.GradientDescent(0.1), iterations=1)
    assert str(error.value).startswith("start: the loss has no value there: ")
    assert words in str(error.value)
    assert str(error.value).endswith("Start elsewhere.")


def test_no_slope_where_the_root_is_zero() -> None:
    run = fit(loss=sg.losses.root_mean_squared_error(w * x + b, y), start={"w": 10, "b": 3})
    assert run.status.outcome is Outcome.UNDEFINED
    assert run.iterations == 0
    assert "the slope ∂L/∂w has no value" in str(run.status)
    assert run.parameters == {"w": 10, "b": 3}


def test_division_by_zero_among_fractions() -> None:
    run = sg.train(
        1 / w, start={"w": -1}, optimizer=sg.optimizers.GradientDescent(sp.Rational(1)), iterations=5
    )
    assert run.status.outcome is Outcome.UNDEFINED
    assert "in iteration 1 1/w is infinite where w = 0" in str(run.status)
    assert run.parameters["w"] == -1


def test_fractions_beyond_all_floats() -> None:
    run = sg.train(
        w**2, start={"w": 3}, optimizer=sg.optimizers.GradientDescent(Fraction(1, 2) + 10**9), iterations=40
    )
    assert run.parameters["w"] > 10**308
    assert "has not fallen" in str(run.status)


def interrupted_in(monkeypatch: pytest.MonkeyPatch, target: Any, name: str, call: int) -> sg.Run:
    original, calls = getattr(target, name), []

    def interrupting(*arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) == call:
            raise KeyboardInterrupt
        return original(*arguments)

    monkeypatch.setattr(target, name, interrupting)
    return fit(iterations=100)


def test_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    run = interrupted_in(monkeypatch, loop, "step", call=8)
    monkeypatch.undo()
    assert run.status.outcome is Outcome.INTERRUPTED
    assert run.iterations == 7
    assert str(run.status).startswith("interrupted after 7 iterations: stopped by Ctrl-C.")
    assert run.history["w"].tolist() == fit(iterations=7).history["w"].tolist()
    assert fit(start=run.parameters, iterations=3).parameters == fit(iterations=10).parameters


def test_ctrl_c_while_a_state_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    add = loop.Rows.add

    def torn(record: Any, state: Any) -> None:
        add(record, state)
        if state.iteration == 5:
            raise KeyboardInterrupt

    monkeypatch.setattr(loop.Rows, "add", torn)
    run = fit(iterations=100)
    assert run.iterations == 4
    assert {len(run.history[name]) for name in run.history} == {5}
    assert run.history["w"][-1] == run.parameters["w"]


def test_one_iteration_is_singular() -> None:
    assert str(fit(iterations=1).status).startswith("all 1 iteration done")
