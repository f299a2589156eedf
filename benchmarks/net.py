"""The two-layer net on digits beside PyTorch: one epoch of mini-batches of 100, float64, medians and their ratio.

Run as ``python benchmarks/net.py``; it needs scikit-learn and PyTorch.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

import symgd as sg

ROUNDS, FEW, MANY, BATCH, RATE = 7, 10, 40, 100, 0.5


def main() -> None:
    """Measure both in turns, and print."""
    images, labels = digits()
    ours, theirs = our_training(images, labels), their_training(images, labels)
    pairs = [(per_epoch(ours), per_epoch(theirs)) for _ in range(ROUNDS)]
    mine, other = (median(each) for each in zip(*pairs, strict=True))
    print(f"symgd   {mine * 1e3:6.2f} ms an epoch")
    print(f"PyTorch {other * 1e3:6.2f} ms an epoch")
    print(f"ratio   {mine / other:6.2f}")


def digits() -> tuple[Any, Any]:
    """Four of five images of scikit-learn's digits, and their labels."""
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    chosen = np.random.default_rng(0).permutation(len(images))[: len(images) * 4 // 5]
    return images[chosen] / 16, labels[chosen]


def per_epoch(train: Callable[[int], Any]) -> float:
    """The time of an epoch: what many take more than few, so that the start of a run does not count."""
    few, many = seconds(train, FEW), seconds(train, MANY)
    return (many - few) / (MANY - FEW)


def seconds(train: Callable[[int], Any], epochs: int) -> float:
    """The time of a training run."""
    start = perf_counter()
    train(epochs)
    return perf_counter() - start


def our_training(images: Any, labels: Any) -> Callable[[int], Any]:
    """Training by symgd."""
    x, t = sg.data("x", shape=("d",)), sg.data("t", shape=(10,), sums_to_one=True)
    W1, b1 = sg.parameters("W1", shape=(50, "d")), sg.parameters("b1", shape=(50,))
    W2, b2 = sg.parameters("W2", shape=(10, 50)), sg.parameters("b2", shape=(10,))
    z1 = sg.let("z1", sg.dot(W1, x) + b1)
    z2 = sg.let("z2", sg.dot(W2, sg.let("h", sg.sigmoid(z1))) + b2)
    derivation = sg.derive(sg.losses.cross_entropy(sg.let("p", sg.softmax(z2)), t))
    glorot, zeros = sg.initializers.Glorot(seed=1), sg.initializers.Zeros()
    start = {"W1": glorot, "b1": zeros, "W2": glorot, "b2": zeros}
    data, rule = {"x": images, "t": np.eye(10)[labels]}, sg.optimizers.GradientDescent(RATE)

    def train(epochs: int) -> Any:
        return sg.train(derivation, data, start, rule, epochs=epochs, batch_size=BATCH, shuffle=True, seed=0)

    return train


def their_training(images: Any, labels: Any) -> Callable[[int], Any]:
    """The same by PyTorch."""
    import torch
    from torch import nn

    x, t = torch.tensor(images), torch.tensor(labels)
    linear = [nn.Linear(64, 50, dtype=torch.float64), nn.Linear(50, 10, dtype=torch.float64)]
    net, loss = nn.Sequential(linear[0], nn.Sigmoid(), linear[1]), nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), RATE)

    def train(epochs: int) -> None:
        for _ in range(epochs):
            order = torch.randperm(len(x))
            images, labels = x[order], t[order]
            for first in range(0, len(x), BATCH):
                optimizer.zero_grad()
                loss(net(images[first : first + BATCH]), labels[first : first + BATCH]).backward()
                optimizer.step()

    return train


if __name__ == "__main__":
    main()
