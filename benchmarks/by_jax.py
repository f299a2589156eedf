"""The same losses by JAX, compiled, in double precision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import jax
from jax import numpy as jnp

jax.config.update("jax_enable_x64", True)

Iterations = Callable[[int], Any]


def descent(
    loss: Callable[..., Any], data: Mapping[str, Any], start: Mapping[str, Any], rate: float
) -> Iterations:
    """Gradient descent for a loss of parameters and data: one compiled function for loss and gradient."""
    given = [jnp.asarray(values) for values in data.values()]
    compiled = jax.jit(jax.value_and_grad(lambda parameters: loss(*parameters, *given)))

    def run(iterations: int) -> Any:
        parameters = [jnp.asarray(value, jnp.float64) for value in start.values()]
        history = []
        for _ in range(iterations):
            value, slopes = compiled(parameters)
            history.append((float(value), *parameters))
            parameters = [p - rate * slope for p, slope in zip(parameters, slopes, strict=True)]
        return jax.block_until_ready(parameters)

    return run


def scanned(
    loss: Callable[..., Any], data: Mapping[str, Any], start: Mapping[str, Any], rate: float
) -> Iterations:
    """The same with the loop of training compiled too."""
    given = [jnp.asarray(values) for values in data.values()]
    both = jax.value_and_grad(lambda parameters: loss(*parameters, *given))

    def step(parameters: Any, _: Any) -> Any:
        value, slopes = both(parameters)
        return [p - rate * s for p, s in zip(parameters, slopes, strict=True)], (value, *parameters)

    @partial(jax.jit, static_argnums=1)
    def loop(parameters: Any, iterations: int) -> Any:
        return jax.lax.scan(step, parameters, None, length=iterations)

    def run(iterations: int) -> Any:
        parameters = [jnp.asarray(value, jnp.float64) for value in start.values()]
        return jax.block_until_ready(loop(parameters, iterations))

    return run


def line(w: Any, b: Any, x: Any, y: Any) -> Any:
    """The mean squared error of a line."""
    return jnp.mean((w * x + b - y) ** 2)


def least_squares(w: Any, x: Any, y: Any) -> Any:
    """The mean squared error with several features."""
    return jnp.mean((x @ w - y) ** 2)


def logistic(w: Any, b: Any, x: Any, y: Any) -> Any:
    """The cross-entropy of logistic regression."""
    z = x @ w + b
    return jnp.mean(jax.nn.softplus(z) - y * z)


def decay(a: Any, b: Any, c: Any, x: Any, y: Any) -> Any:
    """Huber's loss of a exp(−b x) + c."""
    residual = a * jnp.exp(-b * x) + c - y
    size = jnp.abs(residual)
    return jnp.mean(jnp.where(size <= 1, residual**2 / 2, size - 0.5))
