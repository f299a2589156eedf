"""Training on data of Dask: as in memory, whoever computes them."""

import os
import signal

import numpy as np
import pandas as pd
import pytest
from helpers.partitioned import DATA, LINE, LINE_START, LOSSES, N, assert_same, fit, of, pieces

import symgd as sg


@pytest.mark.parametrize("chunks", [(100, 600), (250, 250), (600, 1)])
@pytest.mark.parametrize("scheduler", ["threads", "sync"])
def test_arrays_of_dask(chunks, scheduler):
    array = pytest.importorskip("dask.array")
    import dask

    loss, start = LOSSES["vectors"]
    lazy = {
        "z": array.from_array(DATA["z"], chunks=(chunks[0], 2)),
        "y": array.from_array(DATA["y"], chunks=chunks[1]),
    }
    with dask.config.set(scheduler=scheduler):
        run = fit(loss, lazy, start, iterations=5)
    assert_same(run, fit(loss, of(loss), start, iterations=5))
    ends = [chunks[0]] * (N // chunks[0] - (N % chunks[0] == 0))
    in_turn = fit(loss, pieces(of(loss), *ends), start, iterations=5)
    np.testing.assert_array_equal(run.history["loss"], in_turn.history["loss"])


def test_moments_of_arrays_of_dask():
    array = pytest.importorskip("dask.array")
    lazy = {name: array.from_array(values, chunks=150) for name, values in of(LINE).items()}
    run = fit(LINE, lazy, LINE_START, engine="moments")
    assert "in 4 partitions" in run.engine.reason
    assert_same(run, fit(LINE, of(LINE), LINE_START))


def test_arrays_of_dask_beside_others_and_of_unknown_sizes():
    array = pytest.importorskip("dask.array")
    other = fit(LINE, of(LINE), LINE_START, iterations=3)
    lazy = array.from_array(DATA["x"], chunks=200)
    assert_same(fit(LINE, {"x": lazy, "y": DATA["y"]}, LINE_START, iterations=3), other)
    unknown = {"x": lazy[lazy >= 0], "y": array.from_array(DATA["y"], chunks=200)[lazy >= 0]}
    assert_same(fit(LINE, unknown, LINE_START, iterations=3), other)
    with pytest.raises(sg.errors.DataError, match=r"come in 1 chunks, others in 3, .* compute_chunk_sizes"):
        fit(LINE, {"x": lazy[lazy >= 0], "y": DATA["y"]}, LINE_START)
    with pytest.raises(sg.errors.DataError, match="x has 600, y has 599"):
        fit(LINE, {"x": lazy, "y": DATA["y"][1:]}, LINE_START)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_dataframes_of_dask():
    frames = pytest.importorskip("dask.dataframe")
    frame = frames.from_pandas(pd.DataFrame(of(LINE)).assign(other="text"), npartitions=4)
    other = fit(LINE, of(LINE), LINE_START, iterations=3)
    assert_same(fit(LINE, frame, LINE_START, iterations=3), other)
    assert_same(fit(LINE, {"x": frame["x"], "y": frame["y"]}, LINE_START, iterations=3), other)
    with pytest.raises(sg.errors.DataError, match="no value for 'y'"):
        fit(LINE, frame[["x"]], LINE_START)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="processes cannot be killed here")
@pytest.mark.filterwarnings("ignore")
def test_a_worker_that_dies_costs_time_not_the_result(tmp_path):
    distributed, array = pytest.importorskip("distributed"), pytest.importorskip("dask.array")
    from dask import delayed

    def column(values):
        """Compute a part of a column; the worker that does it for the 60th time dies, once."""
        with (tmp_path / "calls").open("ab") as calls:
            calls.write(b".")
        if (tmp_path / "calls").stat().st_size > 60:
            try:
                (tmp_path / "killed").touch(exist_ok=False)
            except FileExistsError:
                return values
            os.kill(os.getpid(), signal.SIGKILL)
        return values

    def lazy(values):
        parts = [delayed(column)(values[i : i + 100]) for i in range(0, N, 100)]
        return array.concatenate([array.from_delayed(part, (100,), float) for part in parts])

    loss, start = LOSSES["root and penalty"]
    workers = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.LocalCluster(**workers) as cluster, distributed.Client(cluster):
        run = fit(loss, {name: lazy(values) for name, values in of(loss).items()}, start, iterations=10)
    assert (tmp_path / "killed").exists()
    in_turn = fit(loss, pieces(of(loss), *[100] * 5), start, iterations=10)
    np.testing.assert_array_equal(run.history["loss"], in_turn.history["loss"])
