"""What one would write for one loss alone: training loops in NumPy, in plain Python and with Numba."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, prange

FAST = {"fastmath": True, "error_model": "numpy"}


def line_numpy(x: Any, y: Any, w: float, b: float, rate: float, iterations: int) -> Any:
    """Gradient descent for the mean squared error of a line, with the history of loss and parameters."""
    history = []
    for _ in range(iterations):
        residual = w * x + b - y
        history.append((np.mean(residual**2), w, b))
        w, b = w - rate * 2 * np.mean(residual * x), b - rate * 2 * np.mean(residual)
    history.append((np.mean((w * x + b - y) ** 2), w, b))
    return np.array(history)


@njit(**FAST)
def line(x, y, w, b, rate, iterations):
    """The same with Numba."""
    history = np.empty((iterations + 1, 3))
    n = len(x)
    for t in range(iterations + 1):
        loss = slope_w = slope_b = 0.0
        for i in range(n):
            residual = w * x[i] + b - y[i]
            loss += residual * residual
            slope_w += residual * x[i]
            slope_b += residual
        history[t] = loss / n, w, b
        w -= rate * 2 * slope_w / n
        b -= rate * 2 * slope_b / n
    return history


def _one_at_a_time(x, y, w, b, rate, epochs):
    n = len(x)
    history = np.empty((epochs * n, 3))
    for t in range(epochs * n):
        i = t % n
        residual = w * x[i] + b - y[i]
        history[t] = residual * residual, w, b
        w -= rate * 2 * residual * x[i]
        b -= rate * 2 * residual
    return history


one_at_a_time_python = _one_at_a_time
one_at_a_time = njit(**FAST)(_one_at_a_time)


@njit(**FAST, parallel=True)
def logistic(X, y, W, b, rate, iterations):
    """Logistic regression in one pass for loss and gradient, the samples shared out among threads."""
    n, d = X.shape
    parts, losses = 2, np.empty(iterations)
    for t in range(iterations):
        sums = np.zeros((parts, d + 2))
        for part in prange(parts):
            own = np.zeros(d)
            loss = slope = 0.0
            for i in range(part * n // parts, (part + 1) * n // parts):
                z = b
                for j in range(d):
                    z += W[j] * X[i, j]
                decay = np.exp(-abs(z))
                loss += max(z, 0.0) + np.log1p(decay) - y[i] * z
                residual = (1.0 if z >= 0 else decay) / (1.0 + decay) - y[i]
                for j in range(d):
                    own[j] += residual * X[i, j]
                slope += residual
            sums[part, :d], sums[part, d], sums[part, d + 1] = own, slope, loss
        losses[t] = sums[:, d + 1].sum() / n
        W = W - rate * sums[:, :d].sum(axis=0) / n
        b = b - rate * sums[:, d].sum() / n
    return losses, W, b


@njit(**FAST)
def batches(X, y, W, b, rate, size):
    """One epoch of logistic regression, so many samples at a time."""
    n, d = X.shape
    W, own = W.copy(), np.empty(d)
    losses = np.empty(n // size)
    for t in range(n // size):
        own[:] = 0.0
        loss = slope = 0.0
        for i in range(t * size, (t + 1) * size):
            z = b
            for j in range(d):
                z += W[j] * X[i, j]
            decay = np.exp(-abs(z))
            loss += max(z, 0.0) + np.log1p(decay) - y[i] * z
            residual = (1.0 if z >= 0 else decay) / (1.0 + decay) - y[i]
            for j in range(d):
                own[j] += residual * X[i, j]
            slope += residual
        losses[t] = loss / size
        W -= rate * own / size
        b -= rate * slope / size
    return losses, W, b


@njit(**FAST, parallel=True)
def huber(x, y, a, b, c, rate, iterations):
    """Huber's loss of a decay, the samples shared out among threads."""
    n = len(x)
    losses = np.empty(iterations)
    for t in range(iterations):
        loss = slope_a = slope_b = slope_c = 0.0
        for i in prange(n):
            decay = np.exp(-b * x[i])
            residual = a * decay + c - y[i]
            size = abs(residual)
            loss += 0.5 * residual * residual if size <= 1 else size - 0.5
            slope = residual if size <= 1 else np.sign(residual)
            slope_a += slope * decay
            slope_b -= slope * a * x[i] * decay
            slope_c += slope
        losses[t] = loss / n
        a, b, c = a - rate * slope_a / n, b - rate * slope_b / n, c - rate * slope_c / n
    return losses, a, b, c
