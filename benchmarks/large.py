"""Large data, where memory counts: time of an iteration over all samples, and of an epoch of mini-batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks import by_hand, by_jax, by_numba, by_torch, losses
from benchmarks.figures import Figure, at_most, faster
from benchmarks.timing import medians, per_iteration

ITERATIONS, TIMED = 500, 10


def line(rounds: int) -> Iterator[Figure]:
    """A line through many points: the five sums are all that an iteration needs."""
    job = losses.line(10_000_000)
    data = tuple(job.data.values())
    tasks = {
        "symgd": lambda: job(iterations=ITERATIONS),
        "the five sums": lambda: by_hand.five_sums(*data),
        "NumPy by hand": lambda: by_hand.line(*data, 0.0, 0.0, job.rate, TIMED),
    }
    figures = medians(tasks, rounds)
    figures["NumPy by hand"] *= ITERATIONS / TIMED
    title = f"A line through {len(data[0]):,} points, {ITERATIONS} iterations"
    aims = (at_most(3, "the five sums"), faster(300, "NumPy by hand"))
    yield Figure(title, figures, aims, str(job(iterations=ITERATIONS).engine))


def least_squares(rounds: int) -> Iterator[Figure]:
    """Least squares with twenty features."""
    job = losses.least_squares(1_000_000)
    rows = job.data["x"]
    jax_loop = by_jax.descent(by_jax.least_squares, job.data, job.start, job.rate)
    torch_loop = by_torch.descent(by_torch.least_squares, job.data, job.start, job.rate)
    tasks = {
        "symgd": lambda: job(iterations=ITERATIONS),
        "XᵀX": lambda: rows.T @ rows,
        "JAX": lambda: jax_loop(TIMED),
        "PyTorch": lambda: torch_loop(TIMED),
    }
    figures = medians(tasks, rounds)
    figures |= {name: figures[name] * ITERATIONS / TIMED for name in ("JAX", "PyTorch")}
    title = f"Least squares, {len(rows):,} samples of 20, {ITERATIONS} iterations"
    yield Figure(
        title, figures, (at_most(2, "XᵀX"), faster(50, "JAX")), str(job(iterations=ITERATIONS).engine)
    )


def logistic(rounds: int) -> Iterator[Figure]:
    """Logistic regression with twenty features."""
    job = losses.logistic(1_000_000)
    at = (*job.data.values(), *job.start.values(), job.rate)
    tasks = _peers(job, "logistic") | {
        "Numba by hand": lambda count: by_numba.logistic(*at, count),
        "NumPy by hand": lambda count: by_hand.logistic(*at, count),
    }
    title = f"Logistic regression, {len(at[1]):,} samples of 20, an iteration"
    aims = (faster(2, "PyTorch"), faster(2, "JAX"), at_most(1.2, "Numba by hand"))
    yield Figure(title, per_iteration(tasks, rounds), aims, str(job(iterations=50).engine))


def decay(rounds: int) -> Iterator[Figure]:
    """A loss that nobody has built in."""
    job = losses.decay(1_000_000)
    data, start = tuple(job.data.values()), (1.0, 1.0, 0.0, job.rate)
    tasks = _peers(job, "decay") | {
        "Numba by hand": lambda count: by_numba.huber(*data, *start, count),
        "NumPy by hand": lambda count: by_hand.decay(*data, *start, count),
    }
    title = f"Huber's loss of a·exp(−b x) + c, {len(data[0]):,} samples, an iteration"
    aims = (faster(2, "PyTorch"), faster(2, "JAX"))
    yield Figure(title, per_iteration(tasks, rounds), aims, str(job(iterations=50).engine))


def mini_batches(rounds: int) -> Iterator[Figure]:
    """An epoch of logistic regression in batches of a hundred samples."""
    from sklearn.linear_model import SGDClassifier

    job = losses.logistic(1_000_000)
    rows, labels = job.data.values()
    at = (rows, labels, *job.start.values(), job.rate, 100)
    fitted = SGDClassifier(loss="log_loss", penalty=None, max_iter=1, tol=None, shuffle=False)
    tasks = {
        "symgd": lambda: job(epochs=1, batch_size=100),
        "PyTorch": by_torch.epoch(job.data, job.start, job.rate, 100),
        "scikit-learn's SGDClassifier": lambda: fitted.fit(rows, labels),
        "Numba by hand": lambda: by_numba.batches(*at),
    }
    job(epochs=1, batch_size=100, engine="loops")
    title = f"Logistic regression, {len(labels):,} samples of 20, an epoch of batches of 100"
    aims = (faster(5, "PyTorch"), at_most(1, "scikit-learn's SGDClassifier"))
    yield Figure(title, medians(tasks, rounds), aims, str(job(epochs=1, batch_size=100).engine))


def net(rounds: int) -> Iterator[Figure]:
    """The net of two layers on digits, an epoch of shuffled batches of a hundred; PyTorch with one thread is faster."""
    import torch

    job = losses.digits()
    settings = {"batch_size": 100, "shuffle": True, "seed": 0}
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    tasks = {
        "symgd": lambda count: job(epochs=count, **settings),
        "PyTorch": by_torch.net(job.data["x"], job.data["t"], job.rate, 100),
    }
    figures = per_iteration(tasks, rounds, 10, 40)
    torch.set_num_threads(threads)
    title = "A net of two layers on digits, an epoch of batches of 100"
    yield Figure(title, figures, (at_most(1, "PyTorch"),), str(job(epochs=10, **settings).engine))


def _peers(job: losses.Job, name: str) -> dict[str, Any]:
    """Ours compiled beforehand, and the peers."""
    job(iterations=2, engine="loops")
    return {
        "symgd": job.iterations(),
        "PyTorch": by_torch.descent(getattr(by_torch, name), job.data, job.start, job.rate),
        "JAX": by_jax.descent(getattr(by_jax, name), job.data, job.start, job.rate),
    }
