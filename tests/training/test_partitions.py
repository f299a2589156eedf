"""Training on data in partitions: as in memory, whatever the partitions are."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from helpers.partitioned import (
    DATA,
    LINE,
    LINE_START,
    LOSSES,
    N,
    assert_same,
    b,
    fit,
    of,
    pieces,
    stored,
    v,
    w,
    x,
    y,
    z,
)

import symgd as sg
from symgd.training.partitions import rows as row_partitions
from symgd.training.partitions.tree import tree


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("sizes", [(), (1, 250), (100,) * 5])
def test_a_run_is_the_one_in_memory(name, sizes):
    loss, start = LOSSES[name]
    run = fit(loss, pieces(of(loss), *sizes), start)
    assert_same(run, fit(loss, of(loss), start))
    assert run.status.outcome == fit(loss, of(loss), start).status.outcome
    assert run.loss_over_data() == pytest.approx(run.history["loss"][-1], rel=1e-14)


def test_a_run_is_gradient_descent_written_by_hand():
    slope, shift = 1.0, 0.0
    for _ in range(30):
        residuals = slope * DATA["x"] + shift - DATA["y"]
        slope, shift = slope - 0.2 * (residuals * DATA["x"]).mean(), shift - 0.2 * residuals.mean()
    rate = sg.optimizers.GradientDescent(0.1)
    run = fit(LINE, pieces(of(LINE), 70, 330), LINE_START, optimizer=rate, iterations=30)
    assert run.parameters["w"] == pytest.approx(slope, rel=1e-12)
    assert run.parameters["b"] == pytest.approx(shift, rel=1e-12)


def test_tolerances_end_a_run_as_in_memory():
    run, other = (
        fit(LINE, data, LINE_START, iterations=2000, gradient_tolerance=1e-3)
        for data in (pieces(of(LINE), 70), of(LINE))
    )
    assert run.iterations == other.iterations < 2000
    assert run.status.outcome == other.status.outcome


def test_data_read_the_same_values_again():
    run = fit(LINE, pieces(of(LINE), 70), LINE_START)
    assert run.batches.samples == N
    assert list(run.data) == ["x", "y"]
    np.testing.assert_array_equal(run.data["x"], DATA["x"])
    with pytest.raises(KeyError):
        run.data["q"]


def test_the_data_of_a_run_are_data_of_another():
    loss = sg.losses.mean_squared_error(w * x**2 + b, y)
    again = fit(loss, fit(LINE, pieces(of(LINE), 70), LINE_START).data, LINE_START)
    assert_same(again, fit(loss, of(LINE), LINE_START))


def test_single_precision_stays_single():
    loss, _ = LOSSES["vectors"]
    single = {name: values.astype(np.float32) for name, values in of(loss).items()}
    started = {"v": np.zeros(3, np.float32), "b": 0.0}
    run, other = (fit(loss, data, started) for data in (pieces(single, 70), single))
    assert run.parameters["v"].dtype == other.parameters["v"].dtype == np.float32
    assert_same(run, other, to=1e-5)


def test_initializers_find_the_sizes_of_axes():
    d = sg.data("d", shape=("m",))
    u = sg.parameters("u", shape=("m",))
    loss = sg.losses.mean_squared_error(sg.dot(u, d), y) + sg.sum(u**2)
    data = {"d": DATA["z"], "y": DATA["y"]}
    start = {"u": sg.initializers.Normal(seed=1)}
    assert_same(fit(loss, pieces(data, 50, 50), start), fit(loss, data, start))


def test_the_order_of_a_tree_is_fixed_by_the_number_of_values():
    assert [tree("abcde"[:n], lambda one, two: f"({one}{two})") for n in (1, 2, 3, 5)] == [
        "a",
        "(ab)",
        "((ab)c)",
        "(((ab)(cd))e)",
    ]


# Files


def test_a_small_file_is_read(tmp_path):
    files = {name: stored(tmp_path, name, DATA[name]) for name in ("x", "y")}
    assert isinstance(fit(LINE, files, LINE_START).data["x"], np.ndarray)


@pytest.mark.parametrize("engine", ["arrays", "moments"])
def test_a_run_takes_the_memory_of_few_partitions(tmp_path, engine):
    # A hole in a file reads as zeros and takes no room on the disk.
    files = {name: np.memmap(tmp_path / name, np.float32, "w+", shape=10_000_000) for name in ("x", "y")}
    files["x"][::1000] = 1.0
    small = pieces({name: np.array(file[:1000]) for name, file in files.items()})
    fit(LINE, small, LINE_START, iterations=2, engine=engine)
    tracemalloc.start()
    run = fit(LINE, files, LINE_START, iterations=2, engine=engine)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert run.engine.name == engine
    assert peak < 6 * row_partitions.PARTITION


# Pieces that are read one by one


class Csv:
    """A CSV file, so many lines at a time; it counts how often it is read."""

    def __init__(self, path, lines):
        self.path, self.lines, self.passes = path, lines, 0

    def __iter__(self):
        self.passes += 1
        with pd.read_csv(self.path, chunksize=self.lines) as reader:
            yield from reader


@pytest.fixture
def table(tmp_path):
    pd.DataFrame(of(LINE)).assign(other="text").to_csv(tmp_path / "table.csv", index=False)
    return tmp_path / "table.csv"


def test_a_file_of_text_is_read_in_pieces(table):
    file = Csv(table, 128)
    run = fit(LINE, file, LINE_START, iterations=4)
    # Looked at once, then read for the start and after each iteration: at the end, nothing is computed again.
    assert file.passes == 1 + 5
    assert_same(run, fit(LINE, of(LINE), LINE_START, iterations=4))


def test_a_generator_is_refused():
    with pytest.raises(sg.errors.DataError, match=r"generator, which can be read once; .* whose __iter__"):
        fit(LINE, (piece for piece in pieces(of(LINE), 70)), LINE_START)


# Batches


def test_batches_are_consecutive_samples_of_a_partition():
    run = fit(LINE, pieces(of(LINE), 200, 200), LINE_START, batch_size=50, iterations=None, epochs=3)
    assert run.iterations == 36
    assert_same(run, fit(LINE, of(LINE), LINE_START, batch_size=50, iterations=None, epochs=3))


def test_the_last_batch_of_a_partition_holds_what_is_left():
    run = fit(LINE, pieces(of(LINE), 250), LINE_START, batch_size=100, iterations=None, epochs=1)
    slices = [(0, 100), (100, 200), (200, 250), (250, 350), (350, 450), (450, 550), (550, 600)]
    errors = [
        np.mean((w * DATA["x"][i:j] + b - DATA["y"][i:j]) ** 2)
        for (i, j), w, b in zip(slices, run.history["w"], run.history["b"], strict=False)
    ]
    np.testing.assert_allclose(run.history["loss"][:-1], errors, rtol=1e-12)


def test_a_tolerance_is_judged_over_all_partitions():
    run = fit(LINE, pieces(of(LINE), 250), LINE_START, batch_size=300, gradient_tolerance=10.0)
    assert run.iterations == 0


def test_shuffling_is_refused():
    with pytest.raises(sg.errors.TrainingError, match="shuffle them once before"):
        fit(LINE, pieces(of(LINE), 70), LINE_START, batch_size=10, shuffle=True)


# Moments


def test_rows_of_partitions_replace_the_samples():
    loss = sg.losses.mean_squared_error(sg.dot(v, z) + b, y)
    start = {"v": np.zeros(3), "b": 0.0}
    run = fit(loss, pieces(of(loss), 100, 2, 300), start, iterations=4000, engine="moments")
    found = np.linalg.lstsq(np.column_stack([DATA["z"], np.ones(N)]), DATA["y"], rcond=None)[0]
    np.testing.assert_allclose([*run.parameters["v"], run.parameters["b"]], found, rtol=1e-10)
    assert "600 samples in 4 partitions enter the loss through 5 rows" in str(run.engine)


def test_moments_are_chosen_where_reading_again_takes_longer(table):
    file = Csv(table, 128)
    run = fit(LINE, file, LINE_START, iterations=20_000, engine="auto")
    assert run.engine.name == "moments"
    # Looked at, reduced, compared.
    assert file.passes == 3
    found = np.polyfit(DATA["x"], DATA["y"], 1)
    np.testing.assert_allclose([run.parameters["w"], run.parameters["b"]], found, rtol=1e-9)


def test_columns_of_a_partition_may_depend_on_one_another():
    data = {"x": np.repeat([1.0, 2.0, 5.0], 50), "y": DATA["y"][:150]}
    run, other = (
        fit(LINE, given, LINE_START, iterations=200, engine=engine)
        for given, engine in ((pieces(data, 50, 50), "moments"), (data, "arrays"))
    )
    assert run.engine.name == "moments"
    assert_same(run, other)


def test_rows_keep_the_digits_of_values_far_from_zero():
    data = {"x": DATA["x"] + 1e7, "y": DATA["y"] + 1e7}
    loss = sg.losses.mean_squared_error(w * (x - 10**7) + b, y)
    run, other = (
        fit(loss, given, {"w": 0.0, "b": 1e7}, iterations=50, engine=engine)
        for given, engine in ((pieces(data, 100, 100), "moments"), (data, "arrays"))
    )
    assert run.engine.name == "moments"
    np.testing.assert_allclose(run.history["loss"], other.history["loss"], rtol=1e-7)


def test_a_sum_in_a_sum_needs_data_in_memory_or_moments():
    loss = sg.mean((w * x - sg.mean(w * x) - y) ** 2)
    with pytest.raises(sg.errors.DerivationError, match=r"holds another sum .* Give the data in memory"):
        fit(loss, pieces(of(loss), 70), {"w": 0.0})
    run = fit(loss, pieces(of(loss), 70), {"w": 0.0}, engine="auto")
    assert run.engine.name == "moments"
    assert_same(run, fit(loss, of(loss), {"w": 0.0}), to=1e-10)
