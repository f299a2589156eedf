"""Schedules: rates computed by hand, and the same rates in the update that runs."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import symgd as sg
from symgd.errors import OptimizerError

from .conftest import b, w

S = sg.schedules
RATES: list[tuple[Any, list[float]]] = [
    (S.Constant(0.2), [0.2, 0.2, 0.2, 0.2, 0.2, 0.2]),
    (S.Step(0.8, size=2, factor=0.5), [0.8, 0.8, 0.4, 0.4, 0.2, 0.2]),
    (S.Exponential(0.8, factor=0.5), [0.8, 0.4, 0.2, 0.1, 0.05, 0.025]),
    # ½ (1 + cos(π k/4)) for k = 0 … 4 is 1, ½ + √½/2, ½, ½ − √½/2, 0.
    (
        S.Cosine(0.9, iterations=4, minimum=0.1),
        [0.9, 0.1 + 0.4 * (1 + 0.5**0.5), 0.5, 0.1 + 0.4 * (1 - 0.5**0.5), 0.1, 0.1],
    ),
    (S.InverseTime(0.6, decay=0.5), [0.6, 0.4, 0.3, 0.24, 0.2, 0.6 / 3.5]),
]
each = pytest.mark.parametrize(("schedule", "rates"), RATES, ids=lambda value: type(value).__name__)


def test_all_are_here() -> None:
    assert {type(schedule).__name__ for schedule, _ in RATES} == set(S.__all__) - {"Schedule"}


@each
def test_rates(schedule: Any, rates: list[float]) -> None:
    assert [schedule(t) for t in range(1, 7)] == pytest.approx(rates, rel=1e-14)


@each
def test_a_run_follows_them(schedule: Any, rates: list[float]) -> None:
    optimizer = sg.optimizers.GradientDescent(schedule)
    # The slope of w is 1 everywhere, so w falls by the rate itself.
    run = sg.train(w + b**2, start={"w": 0, "b": 0}, optimizer=optimizer, iterations=6)
    assert -np.diff(run.history["w"]) == pytest.approx(rates, rel=1e-12)


def test_a_constant_schedule_is_a_number() -> None:
    paths = [
        sg.train((w - 1) ** 4, start={"w": 3}, optimizer=sg.optimizers.Adam(rate), iterations=50).history["w"]
        for rate in (0.1, S.Constant(0.1))
    ]
    assert np.array_equal(*paths)


@pytest.mark.parametrize(
    "schedule", [S.Step(Fraction(1, 4), 2, Fraction(1, 2)), S.InverseTime(Fraction(1, 4), 1)]
)
def test_fractions_stay_exact(schedule: Any) -> None:
    optimizer = sg.optimizers.GradientDescent(schedule)
    run = sg.train(w**2, start={"w": 3}, optimizer=optimizer, iterations=5)
    theta = Fraction(3)
    for t in range(1, 6):
        assert isinstance(schedule(t), Fraction)
        theta -= schedule(t) * 2 * theta
    assert run.parameters["w"] == theta
    assert isinstance(run.parameters["w"], Fraction)


@pytest.mark.parametrize("iteration", [0, -1, 1.5, "1", None])
def test_iterations_count_from_one(iteration: Any) -> None:
    with pytest.raises(OptimizerError, match="count 1, 2, 3"):
        S.Constant(0.1)(iteration)


@pytest.mark.parametrize(
    ("make", "setting", "value"),
    [
        (S.Constant, "learning_rate", 0),
        (S.Constant, "learning_rate", float("nan")),
        (S.Constant, "learning_rate", S.Constant(0.1)),
        (S.Step, "size", 0),
        (S.Step, "size", 1.5),
        (S.Step, "factor", 0),
        (S.Step, "factor", 1.1),
        (S.Exponential, "factor", -0.5),
        (S.Cosine, "iterations", 0),
        (S.Cosine, "minimum", -0.1),
        (S.Cosine, "minimum", 0.5),
        (S.InverseTime, "decay", -1),
    ],
)
def test_bad_settings(make: Any, setting: str, value: Any) -> None:
    with pytest.raises(OptimizerError) as error:
        make(**{setting: value})
    assert f"{make.__name__}({setting}=" in str(error.value)
