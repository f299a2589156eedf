"""Names used in other places and at other indices, axes of size 1, the catalogue of losses, rarer forms."""

import autograd.numpy as np
import sympy as sp

import symgd as sg

from .case import Case
from .functions import log_softmax, logsumexp, norm, relu, rows, sigmoid, softmax, softplus

x, X, y, Y = (
    sg.data("x", shape=("d",)),
    sg.data("X", shape=("m", "d")),
    sg.data("y"),
    sg.data("Y", shape=("h",)),
)
W, w, u = (
    sg.parameters("W", shape=("h", "d")),
    sg.parameters("w", shape=("d",)),
    sg.parameters("u", shape=("h",)),
)
s, B, b = sg.parameters("s"), sg.parameters("B", shape=("d", "d")), sg.parameters("b", shape=("h", 1))
r, U = sg.parameters("r", shape=(1, "d")), sg.parameters("U", shape=("n", "k"))
A, S, K = (
    sg.constants("A", shape=("h", "d")),
    sg.constants("S", shape=("d", "d")),
    sg.constants("K", shape=("n", "n")),
)
Q, V = sg.parameters("Q", shape=("d", "g", "p")), sg.parameters("V", shape=("d", "g", "p"))
v3, x3, c = sg.parameters("v", shape=(3,)), sg.data("x3", shape=(3,)), sg.constants("c")

G = sg.let("G", sg.dot(W, sg.transpose(W)))
squares = sg.let("q", sg.sum(W**2, axis=1, keepdims=True))
z = sg.let("z", sg.dot(W, x) + u)
p = sg.let("p", sg.softmax(z))
centred = sg.let("a", z - sg.mean(z))
mean_z = sg.let("m_z", sg.mean(z))
distance = sg.let("e", sg.sum((x - w) ** 2))
direction = sg.let("o", s * w / sg.norm(w))
heads = sg.let("k_h", sg.einsum("md,dgp->mgp", X, Q))
heat = sg.let("P_h", sg.softmax(sg.einsum("mgp,lgp->gml", heads, heads)))


def scores(x, W, u):
    return x @ W.T + u


def moved(x, W, u):
    return scores(x, W, u) - np.mean(scores(x, W, u), axis=0)


def attended(X, Q, V):
    heads = np.einsum("nmd,dgp->nmgp", X, Q)
    heat = softmax(np.einsum("nmgp,nlgp->ngml", heads, heads))
    return np.einsum("ngml,nlgp->nmgp", heat, np.einsum("nmd,dgp->nmgp", X, V))


LOSSES = {
    "name and its transpose": Case(
        sg.sum((sg.dot(G, sg.transpose(G)) - G) ** 2), lambda W: np.sum((W @ W.T @ W @ W.T - W @ W.T) ** 2)
    ),
    "name, its trace": Case(
        sg.trace(G) ** 2 + sg.sum(G * sg.transpose(G)), lambda W: np.sum(W**2) ** 2 + np.sum((W @ W.T) ** 2)
    ),
    "name, its diagonal": Case(
        sg.sum(sg.einsum("jj->j", G) ** 3) + sg.einsum("jj,j->", G, u),
        lambda W, u: np.sum(np.diag(W @ W.T) ** 3) + np.diag(W @ W.T) @ u,
    ),
    "name with an axis of size 1": Case(
        sg.sum(A * W**2 / squares) + sg.sum(sp.sqrt(squares)),
        lambda A, W: (
            np.sum(A * W**2 / np.sum(W**2, axis=1, keepdims=True)) + np.sum(np.sqrt(np.sum(W**2, axis=1)))
        ),
    ),
    "name that broadcasts": Case(
        sg.sum(sg.let("M", W * w + b) ** 2), lambda W, w, b: np.sum((W * w + b) ** 2)
    ),
    "row of shape (1, d)": Case(
        sg.sum((W - r) ** 2) + sg.norm(r), lambda W, r: np.sum((W - r) ** 2) + norm(r)
    ),
    "softmax along the first axis": Case(
        sg.sum(sg.softmax(G, axis=0) * G) + sg.sum(sg.logsumexp(G, axis=0) ** 2),
        lambda W: np.sum(softmax(W @ W.T, axis=0) * (W @ W.T)) + np.sum(logsumexp(W @ W.T, axis=0) ** 2),
    ),
    "contrastive, aligned rows": Case(
        -sg.trace(sg.log_softmax(sg.dot(W, sg.transpose(A)))), lambda W, A: -np.trace(log_softmax(W @ A.T))
    ),
    "trace of a softmax": Case(sg.trace(sg.softmax(G)), lambda W: np.trace(softmax(W @ W.T))),
    "softmax of a softmax": Case(
        sg.mean(sg.sum(sg.softmax(p) ** 2)),
        lambda x, W, u: np.mean(rows(softmax(softmax(scores(x, W, u))) ** 2)),
    ),
    "softmax of a matrix for each sample": Case(
        sg.mean(sg.sum(sg.softmax(sg.outer(Y, x) * W, axis=0) ** 2)),
        lambda Y, x, W: np.mean(rows(softmax(Y[:, :, None] * x[:, None, :] * W, axis=1) ** 2)),
    ),
    "logsumexp, named": Case(
        sg.mean(sg.let("l_z", sg.logsumexp(z)) ** 2), lambda x, W, u: np.mean(logsumexp(scores(x, W, u)) ** 2)
    ),
    "log of softmax, named": Case(
        -sg.mean(sg.dot(Y, sg.let("l_p", sg.log_softmax(z)))),
        lambda x, W, u, Y: -np.mean(rows(Y * log_softmax(scores(x, W, u)))),
    ),
    "divergence of two softmaxes": Case(
        sg.sum(sg.softmax(u) * (sg.log_softmax(u) - sg.log_softmax(sg.dot(A, w)))),
        lambda u, A, w: np.sum(softmax(u) * (log_softmax(u) - log_softmax(A @ w))),
    ),
    "attention of several heads": Case(
        sg.mean(sg.sum(sg.einsum("gml,lgp->mgp", heat, sg.einsum("md,dgp->mgp", X, V)) ** 2)),
        lambda X, Q, V: np.mean(rows(attended(X, Q, V) ** 2)),
    ),
    "several labels": Case(
        sg.losses.binary_cross_entropy(sg.let("q", sg.sigmoid(z)), Y),
        lambda x, W, u, Y: (
            -np.mean(Y * np.log(sigmoid(scores(x, W, u))) + (1 - Y) * np.log(1 - sigmoid(scores(x, W, u))))
        ),
        {"Y": "share"},
    ),
    "several labels, from scores": Case(
        sg.losses.binary_cross_entropy_with_logits(z, Y),
        lambda x, W, u, Y: np.mean(softplus(scores(x, W, u)) - Y * scores(x, W, u)),
        {"Y": "share"},
    ),
    "root mean squared error of vectors": Case(
        sg.losses.root_mean_squared_error(z, Y),
        lambda x, W, u, Y: np.sqrt(np.mean((scores(x, W, u) - Y) ** 2)),
    ),
    "quantiles of vectors": Case(
        sg.losses.quantile(z, Y, sp.Rational(3, 4)),
        lambda x, W, u, Y: np.mean(np.maximum(0.75 * (Y - scores(x, W, u)), -0.25 * (Y - scores(x, W, u)))),
    ),
    "insensitive to small errors": Case(
        sg.losses.epsilon_insensitive(z, Y),
        lambda x, W, u, Y: np.mean(relu(np.abs(scores(x, W, u) - Y) - 0.1)),
    ),
    "log cosh of vectors": Case(
        sg.losses.log_cosh(z, Y), lambda x, W, u, Y: np.mean(np.log(np.cosh(scores(x, W, u) - Y)))
    ),
    "normalised weights": Case(
        sg.mean((sg.dot(direction, x) - y) ** 2), lambda x, w, s, y: np.mean((x @ w * s / norm(w) - y) ** 2)
    ),
    "parameters for each sample": Case(
        sg.sum((K - sg.dot(U, sg.transpose(U))) ** 2), lambda K, U: np.sum((K - U @ U.T) ** 2)
    ),
    "pairs of a name": Case(
        sg.mean((distance - sg.other(distance)) ** 2 * y),
        lambda x, w, y: np.mean((rows((x - w) ** 2)[:, None] - rows((x - w) ** 2)) ** 2 * y[:, None]),
    ),
    "pairs of a vector's name": Case(
        sg.mean(sg.dot(p, sg.other(p))),
        lambda x, W, u: np.mean(softmax(scores(x, W, u)) @ softmax(scores(x, W, u)).T),
    ),
    "mean under a name": Case(
        sg.sum(mean_z**2) + sg.mean(sg.dot(z, mean_z)),
        lambda x, W, u: 2 * np.sum(np.mean(scores(x, W, u), axis=0) ** 2),
    ),
    "centred under a name": Case(
        sg.mean(sg.sum(centred**3)) + sg.sum(u**2),
        lambda x, W, u: np.mean(rows(moved(x, W, u) ** 3)) + np.sum(u**2),
    ),
    "correlated codes": Case(
        sg.sum((sg.let("C_z", sg.mean(sg.outer(centred, centred))) - 1) ** 2) + sg.sum(u**2),
        lambda x, W, u: np.sum((moved(x, W, u).T @ moved(x, W, u) / len(x) - 1) ** 2) + np.sum(u**2),
    ),
    "ordered times": Case(
        -sg.mean(
            sg.dot(x, w)
            - sp.log(sg.total(sg.step(sg.other(y) - y + c) * sp.exp(sg.dot(sg.other(x), w)), over="others"))
        ),
        lambda x, w, y, c: (
            -np.mean(
                x @ w - np.log(np.sum(np.where(y - y[:, None] + c > 0, 1.0, 0.0) * np.exp(x @ w), axis=1))
            )
        ),
        {"c": "positive"},
    ),
    "powers": Case(
        sg.sum(sp.exp(W) ** s) + sg.sum((1 + A**2) ** w),
        lambda W, s, A, w: np.sum(np.exp(W) ** s) + np.sum((1 + A**2) ** w),
    ),
    "largest of several": Case(
        sg.sum(sp.Max(W, 2 * w, s) ** 2) + sg.sum(sp.Max(W, A, 0)),
        lambda W, w, s, A: (
            np.sum(np.maximum(np.maximum(W, 2 * w), s) ** 2) + np.sum(np.maximum(np.maximum(W, A), 0))
        ),
    ),
    "geometric mean": Case(
        sp.exp(sg.mean(sp.log(1 + sg.dot(x, w) ** 2))), lambda x, w: np.exp(np.mean(np.log(1 + (x @ w) ** 2)))
    ),
    "valley": Case(
        sg.sum((1 - w) ** 2 + 100 * (sg.dot(S, w) - w**2) ** 2),
        lambda w, S: np.sum((1 - w) ** 2 + 100 * (S @ w - w**2) ** 2),
    ),
    "applied three times": Case(
        sg.sum(sg.dot(B, sg.dot(B, sg.dot(B, w))) ** 2), lambda B, w: np.sum((B @ B @ B @ w) ** 2)
    ),
    "numbers as sizes": Case(
        sg.mean((sg.dot(x3, v3) - y) ** 2) + sg.norm(v3),
        lambda x3, v, y: np.mean((x3 @ v - y) ** 2) + norm(v),
    ),
}
