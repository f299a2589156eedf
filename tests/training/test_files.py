"""Files, in whatever precision, are arrays like others: every engine takes them, and nothing of them is copied."""

import numpy as np
import pytest
from helpers.partitioned import DATA, LINE, LINE_START, assert_same, fit, w, x, y

import symgd as sg
from symgd.training.partitions import over_rows
from symgd.training.partitions import rows as row_partitions
from symgd.training.partitions import sums as partition_sums
from symgd.training.partitions.rows import is_mapped


@pytest.fixture(params=[np.float64, np.float32, np.int16])
def files(request, tmp_path, monkeypatch):
    monkeypatch.setattr(row_partitions, "LARGE", 1000)
    monkeypatch.setattr(partition_sums, "SHORTER", 64)
    for name in ("x", "y"):
        DATA[name].astype(request.param).tofile(tmp_path / name)
    return {name: np.memmap(tmp_path / name, request.param, "r") for name in ("x", "y")}


def doubles(files):
    """The same numbers in memory, in double precision."""
    return {name: np.array(file, np.float64) for name, file in files.items()}


@pytest.mark.parametrize("engine", ["arrays", "loops", "moments"])
def test_every_engine_takes_files(files, engine):
    run = fit(LINE, files, LINE_START, engine=engine)
    assert run.engine.name == engine
    assert is_mapped(run.data["x"])
    assert run.data["x"].dtype == files["x"].dtype
    assert_same(run, fit(LINE, doubles(files), LINE_START), to=1e-10)


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("engine", ["arrays", "loops"])
def test_batches_of_files_are_those_of_arrays(files, engine, shuffle):
    settings = {"engine": engine, "batch_size": 70, "shuffle": shuffle, "seed": 2 if shuffle else None}
    run = fit(LINE, files, LINE_START, **settings)
    assert_same(run, fit(LINE, doubles(files), LINE_START, **settings))


def test_a_loss_of_all_samples_at_once_is_refused_by_arrays_and_taken_by_loops(files):
    loss = sg.mean((w * x - sg.mean(w * x) - y) ** 2)
    with pytest.raises(sg.errors.DerivationError, match=r"holds another sum .* Give the data in memory"):
        fit(loss, files, {"w": 0.0})
    other = fit(loss, doubles(files), {"w": 0.0})
    for engine, name in (("loops", "loops"), ("auto", "moments")):
        run = fit(loss, files, {"w": 0.0}, engine=engine)
        assert run.engine.name == name
        assert_same(run, other, to=1e-10)


def test_loss_over_files_is_that_over_arrays(files):
    run = fit(LINE, files, LINE_START)
    assert isinstance(over_rows.in_rows(run.derivation, run.data), row_partitions.RowPartitions)
    assert run.loss_over_data() == pytest.approx(run.history["loss"][-1], rel=1e-14)


@pytest.mark.parametrize("kind", ["float16", ">f4"])
def test_what_numba_does_not_read_is_left_to_arrays(monkeypatch, kind):
    monkeypatch.setattr(row_partitions, "LARGE", 1000)
    data = {name: DATA[name].astype(kind) for name in ("x", "y")}
    with pytest.raises(sg.errors.TrainingError, match=f"does not read data of the type {kind}"):
        fit(LINE, data, LINE_START, engine="loops")
    for engine in ("arrays", "moments"):
        run = fit(LINE, data, LINE_START, engine=engine)
        assert run.data["x"] is data["x"]
        assert_same(run, fit(LINE, doubles(data), LINE_START), to=1e-10)
