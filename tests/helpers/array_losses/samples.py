"""Losses whose samples meet: centred and standardised inputs, pairs, triplets, mixtures and clusters."""

import autograd.numpy as np
import sympy as sp

import symgd as sg

from .case import Case
from .functions import logsumexp, relu, rows, softmax

x, v, o = sg.data("x", shape=("d",)), sg.data("v", shape=("d",)), sg.data("o", shape=("d",))
y, t = sg.data("y"), sg.data("t", shape=("h",))
w, b = sg.parameters("w", shape=("d",)), sg.parameters("b")
W, u, s = (
    sg.parameters("W", shape=("h", "d")),
    sg.parameters("u", shape=("h",)),
    sg.parameters("s", shape=("h",)),
)
C, rho = sg.parameters("C", shape=("k", "d")), sg.parameters("rho", shape=("k",))
c = sg.constants("c")

z = sg.let("z", sg.dot(W, x) + u)
mean_z = sg.let("m_z", sg.mean(z))
spread = sg.let("v_z", sg.mean((z - mean_z) ** 2))
code, other_code = sg.dot(W, x), sg.dot(W, v)
near, far = sg.sum(sg.dot(W, x - v) ** 2), sg.sum(sg.dot(W, x - o) ** 2)
distances = sg.sum((x - C) ** 2, axis=1)
pair = sg.let("e", sg.sum((code - sg.other(code)) ** 2))
likeness = sg.dot(code, sg.other(other_code))
centred = x - sg.mean(x)
standardised = centred / sp.sqrt(sg.mean(centred**2) + 1)


def normalised(z):
    return (z - np.mean(z, axis=0)) / np.sqrt(np.mean((z - np.mean(z, axis=0)) ** 2, axis=0) + 1)


def gaps(x):
    """The differences of all pairs of rows."""
    return x[:, None, :] - x[None, :, :]


LOSSES = {
    "variance of codes": Case(
        -sg.mean(sg.sum((code - sg.mean(code)) ** 2)), lambda x, W: -np.sum(np.var(x @ W.T, axis=0))
    ),
    "logsumexp of centred scores": Case(
        sg.mean(sg.logsumexp(code - sg.mean(code))),
        lambda x, W: np.mean(logsumexp(x @ W.T - np.mean(x @ W.T, axis=0))),
    ),
    "variance of a softmax": Case(
        sg.mean(sg.sum((sg.softmax(code) - sg.mean(sg.softmax(code))) ** 2)),
        lambda x, W: np.sum(np.var(softmax(x @ W.T), axis=0)),
    ),
    "centred inputs": Case(
        sg.mean((sg.dot(w, centred) - y) ** 2),
        lambda x, y, w: np.mean(((x - np.mean(x, axis=0)) @ w - y) ** 2),
    ),
    "standardised inputs": Case(
        sg.mean((sg.dot(w, standardised) + b - y) ** 2),
        lambda x, y, w, b: np.mean((normalised(x) @ w + b - y) ** 2),
    ),
    "variance of a score": Case(
        -sg.mean((sg.dot(w, x) - sg.mean(sg.dot(w, x))) ** 2), lambda x, w: -np.var(x @ w)
    ),
    "correlation": Case(
        -sg.mean((sg.dot(w, x) - sg.mean(sg.dot(w, x))) * y)
        / sp.sqrt(sg.mean((sg.dot(w, x) - sg.mean(sg.dot(w, x))) ** 2) + 1),
        lambda x, y, w: -np.mean((x @ w - np.mean(x @ w)) * y) / np.sqrt(np.var(x @ w) + 1),
    ),
    "batch normalisation": Case(
        sg.mean(sg.sum((s * (z - sg.mean(z)) / sp.sqrt(sg.mean((z - sg.mean(z)) ** 2) + 1) - t) ** 2)),
        lambda x, t, W, u, s: np.mean(rows((s * normalised(x @ W.T + u) - t) ** 2)),
    ),
    "batch normalisation, all named": Case(
        sg.mean(sg.sum((sp.tanh(sg.let("a", s * (z - mean_z) / sp.sqrt(spread + 1))) - t) ** 2)),
        lambda x, t, W, u, s: np.mean(rows((np.tanh(s * normalised(x @ W.T + u)) - t) ** 2)),
    ),
    "layer normalisation": Case(
        sg.mean(sg.sum((z - sg.sum(z)) ** 3 / sp.sqrt(sg.sum(z**2) + 1) * t)),
        lambda x, t, W, u: np.mean(
            rows(
                (x @ W.T + u - np.sum(x @ W.T + u, axis=1, keepdims=True)) ** 3
                / np.sqrt(np.sum((x @ W.T + u) ** 2, axis=1, keepdims=True) + 1)
                * t
            )
        ),
    ),
    "covariance, off the diagonal": Case(
        sg.sum(sg.mean(sg.outer(code, code)) ** 2) - sg.sum(sg.mean(code**2) ** 2),
        lambda x, W: np.sum((W @ x.T @ x @ W.T / len(x)) ** 2) - np.sum(np.mean((x @ W.T) ** 2, axis=0) ** 2),
    ),
    "contrastive pairs": Case(
        sg.mean(y * near + (1 - y) * sg.relu(1 - near)),
        lambda x, v, y, W: np.mean(
            y * rows(((x - v) @ W.T) ** 2) + (1 - y) * relu(1 - rows(((x - v) @ W.T) ** 2))
        ),
        {"y": "mask"},
    ),
    "contrastive, all pairs": Case(
        sg.mean(y * sg.other(y) * sg.sum((code - sg.other(code)) ** 2)),
        lambda x, y, W: np.mean(y[:, None] * y * np.sum(gaps(x @ W.T) ** 2, axis=-1)),
    ),
    "contrastive, all pairs, named": Case(
        sg.mean(sp.exp(-pair) * sg.other(y)),
        lambda x, y, W: np.mean(np.exp(-np.sum(gaps(x @ W.T) ** 2, axis=-1)) * y),
    ),
    "embedding of distances": Case(
        sg.mean((sp.sqrt(sg.sum((code - sg.other(code)) ** 2) + 1) - abs(y - sg.other(y))) ** 2),
        lambda x, y, W: np.mean(
            (np.sqrt(np.sum(gaps(x @ W.T) ** 2, axis=-1) + 1) - np.abs(y[:, None] - y)) ** 2
        ),
    ),
    "ranking": Case(
        sg.mean(sg.softplus(-(y - sg.other(y)) * (sg.dot(w, x) - sg.dot(w, sg.other(x))))),
        lambda x, y, w: np.mean(np.log(1 + np.exp(-(y[:, None] - y) * ((x @ w)[:, None] - x @ w)))),
    ),
    "InfoNCE": Case(
        sg.mean(sp.log(sg.total(sp.exp(likeness), over="others")) - sg.dot(code, other_code)),
        lambda x, v, W: np.mean(logsumexp(x @ W.T @ W @ v.T) - rows(x @ W.T * (v @ W.T))),
    ),
    "InfoNCE, named": Case(
        -sg.mean(
            sp.log(sg.let("q", sp.exp(sg.dot(code, other_code)) / sg.total(sp.exp(likeness), over="others")))
        ),
        lambda x, v, W: np.mean(logsumexp(x @ W.T @ W @ v.T) - rows(x @ W.T * (v @ W.T))),
    ),
    "neighbourhood components": Case(
        -sg.mean(
            sg.total(sp.exp(-sg.sum((code - sg.other(code)) ** 2)) * y * sg.other(y), over="others")
            / sg.total(sp.exp(-sg.sum((code - sg.other(code)) ** 2)), over="others")
        ),
        lambda x, y, W: (
            -np.mean(np.sum(softmax(-np.sum(gaps(x @ W.T) ** 2, axis=-1)) * y[:, None] * y, axis=1))
        ),
    ),
    "triplets": Case(
        sg.mean(sg.relu(near - far + 1)),
        lambda x, v, o, W: np.mean(relu(rows(((x - v) @ W.T) ** 2) - rows(((x - o) @ W.T) ** 2) + 1)),
    ),
    "triplets of norms, smooth": Case(
        sg.mean(sg.softplus(sg.norm(sg.dot(W, x - v)) - sg.norm(sg.dot(W, x - o)))),
        lambda x, v, o, W: np.mean(
            np.log(1 + np.exp(np.sqrt(rows(((x - v) @ W.T) ** 2)) - np.sqrt(rows(((x - o) @ W.T) ** 2))))
        ),
    ),
    "gaussian mixture": Case(
        -sg.mean(sg.logsumexp(sg.log_softmax(rho) - distances / 2)),
        lambda x, C, rho: (
            -np.mean(logsumexp(np.log(softmax(rho)) - np.sum((x[:, None, :] - C) ** 2, axis=-1) / 2))
        ),
    ),
    "gaussian mixture with variances": Case(
        -sg.mean(sg.logsumexp(-distances * sp.exp(rho) / 2 + rho * 3 / 2)),
        lambda x, C, rho: (
            -np.mean(logsumexp(-np.sum((x[:, None, :] - C) ** 2, axis=-1) * np.exp(rho) / 2 + rho * 3 / 2))
        ),
    ),
    "two means": Case(
        sg.mean(sp.Min(sg.sum((x - w) ** 2), sg.sum((x + w) ** 2 + b**2))),
        lambda x, w, b: np.mean(
            np.minimum(np.sum((x - w) ** 2, axis=1), np.sum((x + w) ** 2 + b**2, axis=1))
        ),
    ),
    "soft k-means": Case(
        -sg.mean(sg.logsumexp(-c * distances)) / c,
        lambda x, C, c: -np.mean(logsumexp(-c * np.sum((x[:, None, :] - C) ** 2, axis=-1))) / c,
        {"c": "positive"},
    ),
    "k-means, weighted": Case(
        sg.mean(sg.dot(sg.let("r", sg.softmax(-distances)), distances)),
        lambda x, C: np.mean(
            np.sum(
                softmax(-np.sum((x[:, None, :] - C) ** 2, axis=-1))
                * np.sum((x[:, None, :] - C) ** 2, axis=-1),
                axis=-1,
            )
        ),
    ),
}
