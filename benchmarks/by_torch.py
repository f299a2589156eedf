"""The same losses by PyTorch, its gradients by autograd, in double precision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn
from torch.nn import functional

Iterations = Callable[[int], Any]


def tensors(*arrays: Any) -> list[Any]:
    """The arrays of NumPy as tensors, without a copy."""
    return [torch.from_numpy(array) for array in arrays]


def leaves(start: Mapping[str, Any]) -> list[Any]:
    """Parameters to train."""
    return [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in start.values()]


def descent(
    loss: Callable[..., Any], data: Mapping[str, Any], start: Mapping[str, Any], rate: float
) -> Iterations:
    """Gradient descent for a loss of parameters and data."""
    given = tensors(*data.values())

    def run(iterations: int) -> Any:
        parameters = leaves(start)
        optimizer = torch.optim.SGD(parameters, rate)
        history = []
        for _ in range(iterations):
            optimizer.zero_grad()
            value = loss(*parameters, *given)
            value.backward()
            history.append((value.item(), *(p.detach().clone() for p in parameters)))
            optimizer.step()
        return history

    return run


def line(w: Any, b: Any, x: Any, y: Any) -> Any:
    """The mean squared error of a line."""
    return torch.mean((w * x + b - y) ** 2)


def least_squares(w: Any, x: Any, y: Any) -> Any:
    """The mean squared error with several features."""
    return torch.mean((x @ w - y) ** 2)


def logistic(w: Any, b: Any, x: Any, y: Any) -> Any:
    """The cross-entropy of logistic regression."""
    return functional.binary_cross_entropy_with_logits(x @ w + b, y)


def decay(a: Any, b: Any, c: Any, x: Any, y: Any) -> Any:
    """Huber's loss of a exp(−b x) + c."""
    return functional.huber_loss(a * torch.exp(-b * x) + c, y)


def epoch(data: Mapping[str, Any], start: Mapping[str, Any], rate: float, size: int) -> Callable[[], Any]:
    """An epoch of logistic regression in mini-batches."""
    x, y = tensors(*data.values())

    def run() -> None:
        parameters = leaves(start)
        optimizer = torch.optim.SGD(parameters, rate)
        for first in range(0, len(y), size):
            optimizer.zero_grad()
            logistic(*parameters, x[first : first + size], y[first : first + size]).backward()
            optimizer.step()

    return run


def net(images: Any, labels: Any, rate: float, size: int) -> Iterations:
    """Epochs of the net of two layers."""
    x, t = tensors(images, labels)
    layers = nn.Linear(64, 50, dtype=torch.float64), nn.Linear(50, 10, dtype=torch.float64)
    model, loss = nn.Sequential(layers[0], nn.Sigmoid(), layers[1]), nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), rate)

    def run(epochs: int) -> None:
        for _ in range(epochs):
            order = torch.randperm(len(x))
            mixed, answers = x[order], t[order]
            for first in range(0, len(x), size):
                optimizer.zero_grad()
                loss(model(mixed[first : first + size]), answers[first : first + size]).backward()
                optimizer.step()

    return run
