"""Sums over many columns are shared among threads: the same sums, however many threads there are."""

import sys
import threading
from time import sleep

import numpy as np
import pytest

import symgd as sg
from symgd.errors import DataError, TrainingError
from symgd.training.moments import threads
from symgd.training.moments.threads import shared

RANDOM = np.random.default_rng(12)
FEATURES, N = 12, 200_000
X, W, y, b = sg.data("x", shape=("d",)), sg.parameters("w", shape=("d",)), sg.data("y"), sg.parameters("b")
LOSS = sg.derive(sg.losses.mean_squared_error(sg.dot(X, W) + b, y))


def fit(shift: float) -> sg.Run:
    random = np.random.default_rng(0)
    rows = random.normal(size=(N, FEATURES)) + shift
    data = {"x": rows, "y": rows @ np.arange(FEATURES) + random.normal(size=N)}
    start, optimizer = {"w": np.zeros(FEATURES), "b": 0}, sg.optimizers.GradientDescent(1e-3)
    return sg.train(LOSS, data, start, optimizer, iterations=20, engine="moments")


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "cores", lambda: 3)


# Shifted columns nearly depend on one another: they are taken apart before they are squared, by one thread.
@pytest.mark.parametrize("shift", [0, 30])
def test_the_run_is_the_same_by_any_number_of_threads(monkeypatch, shift):
    runs = []
    for count in (2, 3, 7):
        monkeypatch.setattr(threads, "cores", lambda count=count: count)
        runs.append(fit(shift))
    monkeypatch.setattr(threads, "_blas", lambda: None)
    alone = fit(shift)
    for run in runs:
        assert run.engine.name == "moments"
        np.testing.assert_array_equal(run.history["loss"], runs[0].history["loss"])
        np.testing.assert_allclose(run.history["loss"], alone.history["loss"], rtol=1e-12)
        np.testing.assert_allclose(run.history["w"], alone.history["w"], rtol=1e-12, atol=1e-12)


@pytest.mark.usefixtures("three")
def test_parts_are_shared_and_told_in_their_order():
    together = threading.Barrier(3, timeout=60)

    def task(part: int) -> tuple[int, int]:
        together.wait()  # Three at a time, or the barrier breaks.
        return part, threading.get_ident()

    found = list(shared(task, range(6)))
    assert [part for part, _ in found] == [*range(6)]
    assert threading.get_ident() not in {thread for _, thread in found}


@pytest.mark.usefixtures("three")
def test_blas_has_one_thread_meanwhile_and_its_own_again_afterwards():
    from threadpoolctl import threadpool_info, threadpool_limits

    def found(_: int = 0) -> set[int]:
        return {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"}

    with threadpool_limits(2, user_api="blas"):
        assert list(shared(found, range(3))) == [{1}] * 3
        assert found() == {2}


@pytest.mark.usefixtures("three")
def test_an_error_is_raised_and_what_has_not_begun_is_left():
    begun = []

    def task(part: int) -> None:
        begun.append(part)
        sleep(0.001)  # All together take longer than handing them out.
        raise ZeroDivisionError(part)

    with pytest.raises(ZeroDivisionError):
        list(shared(task, range(10_000)))
    assert len(begun) < 10_000


def test_without_threadpoolctl_one_thread_does_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    threads._blas.cache_clear()
    assert {*shared(lambda _: threading.get_ident(), range(5))} == {threading.get_ident()}
    threads._blas.cache_clear()


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("wrong", [np.nan, np.inf, 1e200])
def test_what_is_not_finite_warns_in_no_thread(wrong):
    rows = RANDOM.normal(size=(N, FEATURES))
    rows[N // 2] = wrong
    squares = sg.losses.mean_squared_error(sg.dot(X, W), y)
    arguments = squares, {"x": rows, "y": rows[:, 0]}, {"w": np.zeros(FEATURES)}
    with pytest.raises(DataError if wrong != 1e200 else TrainingError):
        sg.train(*arguments, sg.optimizers.GradientDescent(0.1), iterations=20, engine="moments")
