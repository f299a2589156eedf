"""Data on a cluster of two worker processes: the result of a run in memory, even where a worker dies."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from benchmarks import losses
from benchmarks.figures import Figure, at_most

ITERATIONS = 20


def cluster(_: int) -> Iterator[Figure]:
    """Logistic regression on Dask arrays; the largest relative difference of the trained parameters."""
    from dask import array
    from dask.distributed import Client, LocalCluster

    job = losses.logistic(1_000_000)
    expected = job(iterations=ITERATIONS).parameters
    chunk = len(job.data["y"]) // 8
    parted = {
        name: array.from_array(values, chunks=(chunk, *values.shape[1:])) for name, values in job.data.items()
    }
    there = losses.Job(job.derivation, parted, job.start, job.rate)
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as workers, Client(workers):
        start = time.perf_counter()
        whole = difference(there(iterations=ITERATIONS).parameters, expected)
        took = time.perf_counter() - start
        worker = next(iter(workers.workers.values())).pid
        killer = threading.Timer(took / 2, partial(os.kill, worker, signal.SIGKILL))
        killer.start()
        broken = difference(there(iterations=ITERATIONS).parameters, expected)
        killer.join()
    figures = {"symgd": whole, "with a worker killed in mid-run": broken, "the aim": 1e-10}
    aims = (at_most(1, "the aim"), at_most(1, "the aim", ours="with a worker killed in mid-run"))
    title = (
        "Two worker processes of Dask: difference from the run in memory; and where one is killed in mid-run"
    )
    yield Figure(title, figures, aims, unit="")


def difference(found: Any, expected: Any) -> float:
    """The largest difference relative to the largest entry."""
    return max(
        float(np.max(np.abs(np.subtract(found[name], value))) / np.max(np.abs(value)))
        for name, value in expected.items()
    )
