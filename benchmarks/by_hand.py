"""Training loops written by hand with NumPy, and in plain Python."""

from __future__ import annotations

from typing import Any

import numpy as np


def line(x: Any, y: Any, w: float, b: float, rate: float, iterations: int) -> Any:
    """Gradient descent for the mean squared error of a line, with the history of loss and parameters."""
    history = []
    for _ in range(iterations):
        residual = w * x + b - y
        history.append((np.mean(residual**2), w, b))
        w, b = w - rate * 2 * np.mean(residual * x), b - rate * 2 * np.mean(residual)
    history.append((np.mean((w * x + b - y) ** 2), w, b))
    return np.array(history)


def one_at_a_time(x: Any, y: Any, w: float, b: float, rate: float, epochs: int) -> Any:
    """Updates by one sample each, with the history of loss and parameters."""
    history = []
    for _ in range(epochs):
        for x_i, y_i in zip(x, y, strict=True):
            residual = w * x_i + b - y_i
            history.append((residual**2, w, b))
            w, b = w - rate * 2 * residual * x_i, b - rate * 2 * residual
    return np.array(history)


def five_sums(x: Any, y: Any) -> Any:
    """All that the mean squared error of a line needs of the data."""
    return x.sum(), y.sum(), x @ x, x @ y, y @ y


def least_squares(x: Any, y: Any, w: Any, rate: float, iterations: int) -> Any:
    """Gradient descent for least squares."""
    for _ in range(iterations):
        residual = x @ w - y
        np.mean(residual**2)
        w = w - rate * 2 / len(y) * (x.T @ residual)
    return w


def logistic(x: Any, y: Any, w: Any, b: float, rate: float, iterations: int) -> Any:
    """Gradient descent for logistic regression; exp of what is not positive cannot overflow."""
    for _ in range(iterations):
        z = x @ w + b
        decay = np.exp(-np.abs(z))
        np.mean(np.maximum(z, 0) + np.log1p(decay) - y * z)
        residual = np.where(z >= 0, 1, decay) / (1 + decay) - y
        w, b = w - rate / len(y) * (x.T @ residual), b - rate * np.mean(residual)
    return w, b


def decay(x: Any, y: Any, a: float, b: float, c: float, rate: float, iterations: int) -> Any:
    """Gradient descent for Huber's loss of a exp(−b x) + c."""
    for _ in range(iterations):
        decayed = np.exp(-b * x)
        residual = a * decayed + c - y
        size = np.abs(residual)
        np.mean(np.where(size <= 1, residual**2 / 2, size - 0.5))
        slope = np.clip(residual, -1, 1)
        slopes = np.mean(slope * decayed), np.mean(-slope * a * x * decayed), np.mean(slope)
        a, b, c = (value - rate * each for value, each in zip((a, b, c), slopes, strict=True))
    return a, b, c
