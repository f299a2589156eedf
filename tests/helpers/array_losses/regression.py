"""Linear models: regression, and classification into two classes and more."""

import autograd.numpy as np
import sympy as sp

import symgd as sg

from .case import Case
from .functions import log_softmax, norm, relu, sigmoid, softmax, softplus

x, X = sg.data("x", shape=("d",)), sg.data("X", shape=("m", "d"))
y, Y, s = sg.data("y"), sg.data("Y", shape=("k",)), sg.data("s")
t = sg.data("t", shape=("k",), sums_to_one=True)
w, b, c = sg.parameters("w", shape=("d",)), sg.parameters("b"), sg.parameters("c", shape=("k",))
W, V = sg.parameters("W", shape=("k", "d")), sg.parameters("V", shape=("d", "k"))
r, q = sg.constants("r"), sg.constants("q", shape=("d",))
A, g = sg.constants("A", shape=("m", "d")), sg.constants("g", shape=("m",))

score = sg.dot(x, w) + b
scores = sg.dot(W, x) + c
z = sg.let("z", scores)
p = sg.let("p", sg.softmax(z))
mse = sg.losses.mean_squared_error(score, y)

LOSSES = {
    "least squares": Case(mse, lambda x, y, w, b: np.mean((x @ w + b - y) ** 2)),
    "least squares, no intercept": Case(
        sg.losses.sum_squared_error(sg.dot(w, x), y), lambda x, y, w: np.sum((x @ w - y) ** 2) / 2
    ),
    "least squares, root": Case(
        sg.losses.root_mean_squared_error(score, y), lambda x, y, w, b: np.sqrt(np.mean((x @ w + b - y) ** 2))
    ),
    "least squares, named prediction": Case(
        sg.losses.mean_squared_error(sg.let("y_hat", score), y),
        lambda x, y, w, b: np.mean((x @ w + b - y) ** 2),
    ),
    "least squares, several targets": Case(
        sg.mean(sg.sum((scores - Y) ** 2)),
        lambda x, Y, W, c: np.mean(np.sum((x @ W.T + c - Y) ** 2, axis=1)),
    ),
    "least squares, several targets, transposed": Case(
        sg.losses.mean_squared_error(sg.dot(x, V) + c, Y), lambda x, Y, V, c: np.mean((x @ V + c - Y) ** 2)
    ),
    "least squares, weighted": Case(
        sg.mean(s * (score - y) ** 2), lambda x, y, s, w, b: np.mean(s * (x @ w + b - y) ** 2)
    ),
    "least squares without samples": Case(
        sg.sum((sg.dot(A, w) - g) ** 2) / 2, lambda A, g, w: np.sum((A @ w - g) ** 2) / 2
    ),
    "least squares of matrices": Case(
        sg.mean(sg.sum((sg.dot(X, w) - g) ** 2)),
        lambda X, g, w: np.mean(np.sum((X @ w - g) ** 2, axis=1)),
    ),
    "ridge": Case(
        mse + r * sg.losses.l2(w), lambda x, y, w, b, r: np.mean((x @ w + b - y) ** 2) + r * np.sum(w**2)
    ),
    "lasso": Case(
        mse + r * sg.losses.l1(w),
        lambda x, y, w, b, r: np.mean((x @ w + b - y) ** 2) + r * np.sum(np.abs(w)),
    ),
    "elastic net": Case(
        mse + r * sg.losses.l1(w) + (1 - r) / 2 * sg.losses.l2(w),
        lambda x, y, w, b, r: (
            np.mean((x @ w + b - y) ** 2) + r * np.sum(np.abs(w)) + (1 - r) / 2 * np.sum(w**2)
        ),
    ),
    "group lasso": Case(
        sg.mean(sg.sum((scores - Y) ** 2)) + sg.sum(sp.sqrt(sg.sum(W**2, axis=1))),
        lambda x, Y, W, c: (
            np.mean(np.sum((x @ W.T + c - Y) ** 2, axis=1)) + np.sum(np.sqrt(np.sum(W**2, axis=1)))
        ),
    ),
    "ridge, weighted": Case(
        mse + sg.dot(q, w**2), lambda x, y, w, b, q: np.mean((x @ w + b - y) ** 2) + np.sum(q * w**2)
    ),
    "logistic": Case(
        sg.losses.logistic(score, s), lambda x, s, w, b: np.mean(softplus(-s * (x @ w + b))), {"s": "sign"}
    ),
    "logistic, as cross-entropy": Case(
        sg.losses.binary_cross_entropy(sg.let("p", sg.sigmoid(score)), y),
        lambda x, y, w, b: (
            -np.mean(y * np.log(sigmoid(x @ w + b)) + (1 - y) * np.log(1 - sigmoid(x @ w + b)))
        ),
        {"y": "share"},
    ),
    "hinge": Case(
        sg.losses.hinge(score, s) + sg.losses.l2(w),
        lambda x, s, w, b: np.mean(relu(1 - s * (x @ w + b))) + np.sum(w**2),
        {"s": "sign"},
    ),
    "hinge of several classes": Case(
        sg.mean(sg.sum(sg.relu(scores - sg.dot(t, scores) + 1 - t))),
        lambda x, t, W, c: np.mean(
            np.sum(relu(x @ W.T + c - np.sum(t * (x @ W.T + c), axis=1, keepdims=True) + 1 - t), axis=1)
        ),
        {"t": "labels"},
    ),
    "huber": Case(
        sg.losses.huber(score, y, 1),
        lambda x, y, w, b: np.mean(
            np.where(np.abs(x @ w + b - y) <= 1, (x @ w + b - y) ** 2 / 2, np.abs(x @ w + b - y) - 1 / 2)
        ),
    ),
    "poisson": Case(
        sg.losses.poisson(score, y), lambda x, y, w, b: np.mean(np.exp(x @ w + b) - y * (x @ w + b))
    ),
    "softmax with cross-entropy": Case(
        sg.losses.cross_entropy(p, t),
        lambda x, t, W, c: -np.mean(np.sum(t * np.log(softmax(x @ W.T + c)), axis=1)),
    ),
    "softmax with cross-entropy, one-hot": Case(
        sg.losses.cross_entropy(p, t),
        lambda x, t, W, c: -np.mean(np.sum(t * np.log(softmax(x @ W.T + c)), axis=1)),
        {"t": "labels"},
    ),
    "softmax with cross-entropy, unnamed": Case(
        sg.losses.softmax_cross_entropy(scores, t),
        lambda x, t, W, c: -np.mean(np.sum(t * log_softmax(x @ W.T + c), axis=1)),
    ),
    "softmax with cross-entropy, labels of any sum": Case(
        sg.losses.softmax_cross_entropy(z, Y),
        lambda x, Y, W, c: -np.mean(np.sum(Y * log_softmax(x @ W.T + c), axis=1)),
    ),
    "cross-entropy of a named p, labels of any sum": Case(
        sg.losses.cross_entropy(p, Y) + r * sg.losses.l2(W),
        lambda x, Y, W, c, r: -np.mean(np.sum(Y * np.log(softmax(x @ W.T + c)), axis=1)) + r * np.sum(W**2),
        {"Y": "positive"},
    ),
    "cross-entropy with smoothed labels": Case(
        sg.losses.cross_entropy(p, (1 - r) * t + r / 3),
        lambda x, t, W, c, r: -np.mean(np.sum(((1 - r) * t + r / 3) * np.log(softmax(x @ W.T + c)), axis=1)),
        {"t": "labels", "r": "share"},
    ),
    "focal loss": Case(
        -sg.mean(sg.sum(t * (1 - p) ** 2 * sp.log(p))),
        lambda x, t, W, c: (
            -np.mean(np.sum(t * (1 - softmax(x @ W.T + c)) ** 2 * log_softmax(x @ W.T + c), axis=1))
        ),
        {"t": "labels"},
    ),
    "square of softmax": Case(
        sg.mean(sg.sum((p - t) ** 2)),
        lambda x, t, W, c: np.mean(np.sum((softmax(x @ W.T + c) - t) ** 2, axis=1)),
    ),
    "entropy of softmax": Case(
        -sg.mean(sg.sum(p * sp.log(p))),
        lambda x, W, c: -np.mean(np.sum(softmax(x @ W.T + c) * log_softmax(x @ W.T + c), axis=1)),
    ),
    "distance to a line": Case(
        sg.mean((score - y) ** 2) / (1 + sg.sum(w**2)),
        lambda x, y, w, b: np.mean((x @ w + b - y) ** 2) / (1 + np.sum(w**2)),
    ),
    "margin": Case(
        sg.mean(s * score) / sg.norm(w), lambda x, s, w, b: np.mean(s * (x @ w + b)) / norm(w), {"s": "sign"}
    ),
}
