"""Nets of one to six layers, and attention."""

import autograd.numpy as np
import sympy as sp

import symgd as sg
from symgd.notation.indices import size

from .case import Case
from .functions import gelu, log_softmax, relu, rows, sigmoid, silu, softmax, softplus

x, y, Y = sg.data("x", shape=("d",)), sg.data("y"), sg.data("Y", shape=("k",))
t, D = sg.data("t", shape=("k",), sums_to_one=True), sg.data("D", shape=("h",))
X, V = sg.data("X", shape=("m", "d")), sg.data("V", shape=("m", "d"))
W, b = sg.parameters("W", shape=("h", "d")), sg.parameters("b", shape=("h",))
R = {k: sg.parameters(f"R{k}", shape=("h", "h")) for k in range(2, 7)}
c = {k: sg.parameters(f"c{k}", shape=("h",)) for k in range(2, 7)}
H, e = sg.parameters("H", shape=("k", "h")), sg.parameters("e", shape=("k",))
w, s = sg.parameters("w", shape=("h",)), sg.parameters("s")
mask, M = sg.constants("q", shape=("h",)), sg.constants("M", shape=("m", "m"))
Q, K, P = (sg.parameters(name, shape=("d", "p")) for name in "QKP")
A, B = sg.constants("A", shape=("m", "d")), sg.constants("B", shape=("m", "d"))
d = size("d")


def layer(k, before, act):
    """The layer with the number k of a net of named layers."""
    z = sg.let(f"z{k}", sg.dot(W if k == 1 else R[k], before) + (b if k == 1 else c[k]))
    return sg.let(f"h{k}", act(z))


def net(depth, act):
    """A net of this many layers, the last one linear."""
    h = x
    for k in range(1, depth):
        h = layer(k, h, act)
    return h


def deep(depth, act, x, p):
    """The same by hand."""
    h = x
    for k in range(1, depth):
        W, b = (p["W"], p["b"]) if k == 1 else (p[f"R{k}"], p[f"c{k}"])
        h = act(h @ W.T + b)
    return h


def regressing(depth, act, by_hand):
    """A net of this depth with one output, and its mean squared error."""
    return Case(
        sg.losses.mean_squared_error(sg.let("y_hat", sg.dot(w, net(depth, act)) + s), y),
        lambda x, y, w, s, **p: np.mean((deep(depth, by_hand, x, p) @ w + s - y) ** 2),
    )


def classifying(depth, act, by_hand):
    """A net of this depth with a softmax, and its cross-entropy."""
    z = sg.let("z", sg.dot(H, net(depth, act)) + e)
    return Case(
        sg.losses.cross_entropy(sg.let("p", sg.softmax(z)), t),
        lambda x, t, H, e, **p: -np.mean(rows(t * log_softmax(deep(depth, by_hand, x, p) @ H.T + e))),
        {"t": "labels"},
    )


z1 = sg.let("z1", sg.dot(W, x) + b)
h1 = sg.let("h1", sp.tanh(z1))
h2 = sg.let("h2", h1 + sp.tanh(sg.dot(R[2], h1) + c[2]))
h3 = sg.let("h3", h2 + sg.relu(sg.let("z3", sg.dot(R[3], h2))))
tied = sg.let("h3", sp.tanh(sg.dot(R[2], sg.let("h2", sp.tanh(sg.dot(R[2], h1) + c[2]))) + c[2]))
coded = sg.let("code", sg.sigmoid(sg.dot(W, x) + b))
decoder = sg.parameters("f", shape=("d",))
queries, keys, values = (sg.dot(X, matrix) for matrix in (Q, K, P))
heat = sg.let("Z", sg.einsum("mp,lp->ml", queries, keys) / sp.sqrt(d))
attended = sg.let("H", sg.dot(sg.let("P_a", sg.softmax(heat)), values))


def attention(X, Q, K, P, M=0):
    heat = np.einsum("nmp,nlp->nml", X @ Q, X @ K) / np.sqrt(X.shape[-1])
    return np.einsum("nml,nlp->nmp", softmax(heat + M), X @ P)


def residual(x, W, b, R2, c2):
    h1 = np.tanh(x @ W.T + b)
    return h1 + np.tanh(h1 @ R2.T + c2)


def recurrent(x, W, b, R2, c2):
    h = np.tanh(x @ W.T + b)
    for _ in range(2):
        h = np.tanh(h @ R2.T + c2)
    return h


LOSSES = {
    "net of 1 layer": Case(
        sg.losses.mean_squared_error(sg.let("a", sg.sigmoid(sg.dot(W, x) + b)), D),
        lambda x, D, W, b: np.mean((sigmoid(x @ W.T + b) - D) ** 2),
    ),
    "net of 2 layers, sigmoid, cross-entropy": classifying(2, sg.sigmoid, sigmoid),
    "net of 2 layers, tanh": regressing(2, sp.tanh, np.tanh),
    "net of 3 layers, relu, cross-entropy": classifying(3, sg.relu, relu),
    "net of 3 layers, gelu": regressing(3, sg.gelu, gelu),
    "net of 4 layers, softplus": regressing(4, sg.softplus, softplus),
    "net of 4 layers, silu, cross-entropy": classifying(4, sg.silu, silu),
    "net of 5 layers, sine": regressing(5, sp.sin, np.sin),
    "net of 6 layers, tanh, cross-entropy": classifying(6, sp.tanh, np.tanh),
    "net of 6 layers, relu": regressing(6, sg.relu, relu),
    "net without names": Case(
        sg.mean((sg.dot(w, sp.tanh(sg.dot(R[2], sp.tanh(sg.dot(W, x) + b)) + c[2])) - y) ** 2),
        lambda x, y, w, W, b, R2, c2: np.mean((np.tanh(np.tanh(x @ W.T + b) @ R2.T + c2) @ w - y) ** 2),
    ),
    "residual connections": Case(
        sg.losses.mean_squared_error(sg.dot(w, h2), y),
        lambda x, y, w, **p: np.mean((residual(x, **p) @ w - y) ** 2),
    ),
    "residual connections, deeper": Case(
        sg.losses.softmax_cross_entropy(sg.dot(H, h3) + e, t),
        lambda x, t, H, e, R3, **p: (
            -np.mean(rows(t * log_softmax((residual(x, **p) + relu(residual(x, **p) @ R3.T)) @ H.T + e)))
        ),
        {"t": "labels"},
    ),
    "shared weights": Case(
        sg.losses.mean_squared_error(sg.dot(w, tied), y),
        lambda x, y, w, **p: np.mean((recurrent(x, **p) @ w - y) ** 2),
    ),
    "autoencoder with tied weights": Case(
        sg.mean(sg.sum((sg.dot(sg.transpose(W), coded) + decoder - x) ** 2)) + sg.norm(W) ** 2,
        lambda x, W, b, f: np.mean(rows((sigmoid(x @ W.T + b) @ W + f - x) ** 2)) + np.sum(W**2),
    ),
    "autoencoder, sparse": Case(
        sg.mean(sg.sum((sg.dot(coded, W) - x) ** 2)) + sg.sum(sg.mean(coded) ** 2),
        lambda x, W, b: (
            np.mean(rows((sigmoid(x @ W.T + b) @ W - x) ** 2))
            + np.sum(np.mean(sigmoid(x @ W.T + b), axis=0) ** 2)
        ),
    ),
    "weights used inside and outside": Case(
        sg.losses.mean_squared_error(sg.dot(w, h1) + sg.sum(b), y) + s * sg.losses.l2(W, w) + s**2,
        lambda x, y, w, W, b, s: (
            np.mean((np.tanh(x @ W.T + b) @ w + np.sum(b) - y) ** 2)
            + s * (np.sum(W**2) + np.sum(w**2))
            + s**2
        ),
    ),
    "names without samples": Case(
        sg.let("g", sg.norm(sg.let("G", sg.dot(R[2], W)))) ** 2
        + sg.mean(sg.dot(sg.dot(w, sg.let("G", sg.dot(R[2], W))), x)),
        lambda x, R2, W, w: np.sum((R2 @ W) ** 2) + np.mean(x @ (w @ R2 @ W)),
    ),
    "dropout mask, constant": Case(
        sg.losses.mean_squared_error(sg.dot(w, sg.let("a", mask * sp.tanh(z1))) + s, y),
        lambda x, y, w, s, W, b, q: np.mean(((q * np.tanh(x @ W.T + b)) @ w + s - y) ** 2),
        {"q": "mask"},
    ),
    "dropout mask, one for each sample": Case(
        sg.losses.softmax_cross_entropy(sg.dot(H, D * sg.relu(z1)) + e, t),
        lambda x, t, D, H, e, W, b: -np.mean(rows(t * log_softmax((D * relu(x @ W.T + b)) @ H.T + e))),
        {"D": "mask", "t": "labels"},
    ),
    "gated unit": Case(
        sg.mean((sg.dot(w, sg.sigmoid(z1) * sp.tanh(sg.dot(R[2], h1))) - y) ** 2),
        lambda x, y, w, W, b, R2: np.mean(
            ((sigmoid(x @ W.T + b) * np.tanh(np.tanh(x @ W.T + b) @ R2.T)) @ w - y) ** 2
        ),
    ),
    "radial basis functions": Case(
        sg.mean((sg.dot(w, sg.let("a", sp.exp(-sg.sum((x - W) ** 2, axis=1) * b**2))) - y) ** 2),
        lambda x, y, w, W, b: np.mean(
            (np.exp(-np.sum((x[:, None, :] - W) ** 2, axis=-1) * b**2) @ w - y) ** 2
        ),
    ),
    "attention": Case(
        sg.mean(sg.sum(attended**2)), lambda X, Q, K, P: np.mean(rows(attention(X, Q, K, P) ** 2))
    ),
    "attention, masked": Case(
        sg.mean(sg.sum(sp.tanh(sg.dot(sg.softmax(heat + M), values)))),
        lambda X, Q, K, P, M: np.mean(rows(np.tanh(attention(X, Q, K, P, M)))),
    ),
    "attention on constants": Case(
        sg.norm(
            sg.dot(sg.softmax(sg.dot(sg.dot(A, Q), sg.transpose(sg.dot(A, K))) / sp.sqrt(d)), sg.dot(B, P))
            - 1
        )
        ** 2,
        lambda A, B, Q, K, P: np.sum((softmax(A @ Q @ (A @ K).T / np.sqrt(A.shape[1])) @ B @ P - 1) ** 2),
    ),
    "attention pooling": Case(
        sg.mean(
            (
                sg.dot(
                    sg.dot(sg.softmax(sg.dot(sp.tanh(sg.dot(X, Q)), sg.parameters("g", shape=("p",)))), X),
                    sg.parameters("f", shape=("d",)),
                )
                - y
            )
            ** 2
        ),
        lambda X, y, Q, g, f: np.mean((np.einsum("nm,nmd->nd", softmax(np.tanh(X @ Q) @ g), X) @ f - y) ** 2),
    ),
    "mixture of experts": Case(
        sg.mean(
            (sg.dot(sg.softmax(sg.dot(H, h1)), sg.dot(sg.parameters("G", shape=("k", "d")), x)) - y) ** 2
        ),
        lambda x, y, H, W, b, G: np.mean((rows(softmax(np.tanh(x @ W.T + b) @ H.T) * (x @ G.T)) - y) ** 2),
    ),
}
