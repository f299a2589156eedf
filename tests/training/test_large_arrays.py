"""Large arrays in memory are used block by block: the same runs, and no temporary as long as the data."""

import tracemalloc
from typing import Any

import numpy as np
import pytest
import sympy as sp
from helpers.partitioned import DATA, LINE, LINE_START, LOSSES, N, assert_same, b, fit, of, w, x, y

import symgd as sg
from symgd.training.partitions import over_rows
from symgd.training.partitions import rows as row_partitions
from symgd.training.partitions import sums as partition_sums

Runs = tuple[sg.Run, sg.Run]


@pytest.fixture
def blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six hundred samples are large, in partitions of 250 and blocks of 64."""
    monkeypatch.setattr(row_partitions, "LARGE", 1000)
    monkeypatch.setattr(row_partitions, "PARTITION", 16 * 250)
    monkeypatch.setattr(partition_sums, "SHORTER", 64)


def beside(patch: pytest.MonkeyPatch, loss: Any, data: Any, start: Any, **changes: Any) -> Runs:
    """The run in blocks, and that of whole arrays."""
    run = fit(loss, data, start, **changes)
    with patch.context() as whole:
        whole.setattr(row_partitions, "LARGE", 10**9)
        return run, fit(loss, data, start, **changes)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"batch_size": 50},
        {"batch_size": 550},
        {"batch_size": 50, "shuffle": True, "seed": 1},
        {"batch_size": N, "shuffle": True, "seed": 1},
        {"gradient_tolerance": 0.3, "batch_size": 100},
    ],
)
@pytest.mark.usefixtures("blocks")
def test_blocks_give_the_run_of_whole_arrays(monkeypatch, name, changes):
    loss, start = LOSSES[name]
    run, other = beside(monkeypatch, loss, of(loss), start, **changes)
    assert_same(run, other)
    assert run.status.outcome is other.status.outcome
    assert run.loss_over_data() == pytest.approx(other.loss_over_data(), rel=1e-13)
    assert all(np.shares_memory(run.data[column], DATA[column]) for column in run.data)


@pytest.mark.usefixtures("blocks")
def test_a_loss_of_all_samples_at_once_goes_on_with_whole_arrays(monkeypatch):
    loss = sg.mean((w * x - sg.mean(w * x) - y) ** 2)
    run, other = beside(monkeypatch, loss, of(loss), {"w": 0.0})
    assert_same(run, other, to=0)
    assert run.loss_over_data() == other.loss_over_data()


@pytest.mark.parametrize("engine", ["moments", "loops"])
@pytest.mark.usefixtures("blocks")
def test_other_engines_take_the_arrays_themselves(engine):
    run = fit(LINE, of(LINE), LINE_START, engine=engine)
    assert run.engine.name == engine
    assert_same(run, fit(LINE, of(LINE), LINE_START), to=1e-10)


@pytest.mark.parametrize("engine", ["arrays", "loops"])
@pytest.mark.usefixtures("blocks")
def test_a_run_that_diverges_says_so_as_before(monkeypatch, engine):
    rate = sg.optimizers.GradientDescent(5.0)
    run, other = beside(
        monkeypatch, LINE, of(LINE), LINE_START, optimizer=rate, iterations=900, engine=engine
    )
    assert "2/" in str(run.status)
    assert str(run.status) == str(other.status)


@pytest.mark.usefixtures("blocks")
def test_the_cause_of_a_loss_without_value_is_found_in_its_block():
    data = {"x": np.where(np.arange(N) == 500, -4.0, 1.0)}
    with pytest.raises(sg.errors.DataError, match=r"start: the loss has no value there: .*x = -4"):
        fit(sg.mean(sp.log(w * x)), data, {"w": 1.0})


def test_of_labels_that_are_wrong_the_first_sample_is_named(monkeypatch):
    monkeypatch.setattr("symgd.codegen.values._BLOCK", 2)
    t, q = sg.data("t", shape=(2,), sums_to_one=True), sg.parameters("q", shape=(2,))
    labels = np.full((5, 2), 0.5)
    labels[3:] = 1
    with pytest.raises(sg.errors.DataError, match="those of sample 3 sum to 2"):
        fit(sg.mean(sg.dot(q, t) ** 2), {"t": labels}, {"q": np.ones(2)})


@pytest.mark.parametrize("batches", [{}, {"batch_size": 1000, "shuffle": True, "seed": 0}])
@pytest.mark.parametrize("engine", ["arrays", "loops"])
def test_a_run_takes_little_memory_above_its_data(monkeypatch, engine, batches):
    monkeypatch.setattr(row_partitions, "LARGE", 1_000_000)
    random = np.random.default_rng(0)
    columns = {"x": random.random(1_000_000), "y": random.random(1_000_000)}
    loss = sg.losses.root_mean_squared_error(w * x + b, y)
    settings = {"iterations": 3, "engine": engine, **batches}
    fit(loss, {name: each[:200_000] for name, each in columns.items()}, LINE_START, **settings)
    tracemalloc.start()
    fit(loss, columns, LINE_START, **settings)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Four bytes for each place in the order, and less than one column beside it.
    assert peak < 7e6


@pytest.mark.parametrize("engine", ["arrays", "loops", "moments"])
def test_single_precision_stays_in_memory(monkeypatch, engine):
    monkeypatch.setattr(row_partitions, "LARGE", 1_000_000)
    d, u = sg.data("d", shape=("m",)), sg.parameters("u", shape=("m",))
    loss = sg.losses.mean_squared_error(sg.dot(u, d) + b, y)
    random = np.random.default_rng(0)
    data = {"d": random.random((500_000, 3), np.float32), "y": random.random(500_000)}
    start = {"u": np.zeros(3), "b": 0.0}
    few = {name: each[:100_000] for name, each in data.items()}
    fit(loss, few, start, iterations=3, engine=engine)
    tracemalloc.start()
    run = fit(loss, data, start, iterations=3, engine=engine)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3e6
    assert run.data["d"] is data["d"]
    monkeypatch.setattr(row_partitions, "LARGE", 10**9)
    assert_same(run, fit(loss, data, start, iterations=3, engine="arrays"), to=1e-10)


LOG_LINE = sg.losses.mean_squared_error(w * sp.exp(-x) + b, y)
"""Its moments are sums of exp(-x), which is 0 where x is infinite."""


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
@pytest.mark.parametrize("loss", [LINE, LOG_LINE], ids=["line", "of exponentials"])
@pytest.mark.parametrize("engine", ["auto", "arrays", "loops", "moments"])
@pytest.mark.usefixtures("blocks")
def test_a_number_that_is_not_finite_is_named(engine, loss, wrong):
    data = of(LINE)
    data["x"] = np.where(np.arange(N) == 417, wrong, data["x"])
    with pytest.raises(sg.errors.DataError, match=f"'x' hold {wrong} at position 417"):
        fit(loss, data, LINE_START, engine=engine)


def test_small_arrays_are_used_as_a_whole():
    data = of(LINE)
    assert over_rows.in_rows(sg.derive(LINE), data) is data
