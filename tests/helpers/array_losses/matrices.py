"""Forms, traces, norms, factorisations: linear algebra."""

import autograd.numpy as np
import sympy as sp

import symgd as sg

from .case import Case
from .functions import norm, rows

x, v, t = sg.data("x", shape=("d",)), sg.data("v", shape=("d",)), sg.data("t", shape=("h",))
X, y = sg.data("X", shape=("m", "d")), sg.data("y")
w, u, a = sg.parameters("w", shape=("d",)), sg.parameters("u", shape=("h",)), sg.parameters("a")
W, B = sg.parameters("W", shape=("h", "d")), sg.parameters("B", shape=("d", "d"))
U, V = sg.parameters("U", shape=("m", "k")), sg.parameters("V", shape=("h", "k"))
S, A = sg.constants("S", shape=("d", "d")), sg.constants("A", shape=("h", "d"))
R, M = sg.constants("R", shape=("m", "h")), sg.constants("M", shape=("m", "h"))
b = sg.parameters("b", shape=("h", 1))
T, C = sg.constants("T", shape=("m", "h", "d")), sg.parameters("C", shape=("m", "h", "d"))
mu = sg.mean(x)
residual = sg.let("E", R - sg.dot(U, sg.transpose(V)))
coded = sg.dot(W, x)

LOSSES = {
    "quadratic form": Case(sg.dot(w, sg.dot(S, w)) / 2 - sg.sum(w), lambda S, w: w @ S @ w / 2 - np.sum(w)),
    "quadratic form of a parameter": Case(
        sg.mean(sg.dot(x, sg.dot(B, x))), lambda x, B: np.mean(np.sum(x @ B * x, axis=1))
    ),
    "bilinear form": Case(
        sg.mean(sg.dot(t, sg.dot(W, x))), lambda t, x, W: np.mean(np.sum(t * (x @ W.T), axis=1))
    ),
    "bilinear form of parameters": Case(
        (sg.dot(u, sg.dot(W, w)) - 1) ** 2, lambda u, W, w: (u @ W @ w - 1) ** 2
    ),
    "metric": Case(
        sg.mean((sg.dot(x - v, sg.dot(B, x - v)) - y) ** 2),
        lambda x, v, y, B: np.mean((np.sum((x - v) @ B * (x - v), axis=1) - y) ** 2),
    ),
    "metric by a factor": Case(
        sg.mean(sg.sum(sg.dot(W, x - v) ** 2)), lambda x, v, W: np.mean(rows(((x - v) @ W.T) ** 2))
    ),
    "trace": Case(sg.trace(sg.dot(W, sg.transpose(A))), lambda W, A: np.trace(W @ A.T)),
    "trace of three": Case(
        sg.trace(sg.dot(sg.dot(W, S), sg.transpose(W))), lambda W, S: np.trace(W @ S @ W.T)
    ),
    "trace of a square": Case(sg.trace(sg.dot(B, B)) ** 2, lambda B: np.trace(B @ B) ** 2),
    "trace of powers": Case(
        sg.trace(sg.dot(sg.dot(B, B), sg.dot(B, S))), lambda B, S: np.trace(B @ B @ B @ S)
    ),
    "frobenius norm": Case(sg.norm(W - A), lambda W, A: norm(W - A)),
    "frobenius norm of a product": Case(
        sg.norm(sg.dot(W, S) - A) ** 2, lambda W, S, A: np.sum((W @ S - A) ** 2)
    ),
    "orthogonal rows": Case(
        sg.sum((sg.dot(W, sg.transpose(W)) - 1) ** 2), lambda W: np.sum((W @ W.T - 1) ** 2)
    ),
    "cosine similarity": Case(
        -sg.mean(sg.dot(x, w) / (sg.norm(x) * sg.norm(w))),
        lambda x, w: -np.mean(x @ w / (np.sqrt(rows(x**2)) * norm(w))),
    ),
    "cosine similarity of codes": Case(
        1 - sg.mean(sg.dot(coded, t) / (sg.norm(coded) * sg.norm(t))),
        lambda x, t, W: (
            1 - np.mean(rows(x @ W.T * t) / (np.sqrt(rows((x @ W.T) ** 2)) * np.sqrt(rows(t**2))))
        ),
    ),
    "rayleigh quotient": Case(
        -sg.dot(w, sg.dot(S, w)) / sg.sum(w**2), lambda w, S: -(w @ S @ w) / np.sum(w**2)
    ),
    "matrix factorisation": Case(
        sg.sum((R - sg.dot(U, sg.transpose(V))) ** 2), lambda R, U, V: np.sum((R - U @ V.T) ** 2)
    ),
    "matrix factorisation, masked": Case(
        sg.sum(M * residual**2) / 2 + a**2 * (sg.losses.l2(U) + sg.losses.l2(V)),
        lambda R, M, U, V, a: np.sum(M * (R - U @ V.T) ** 2) / 2 + a**2 * (np.sum(U**2) + np.sum(V**2)),
        {"M": "mask"},
    ),
    "matrix factorisation, symmetric": Case(
        sg.norm(S - sg.dot(B, sg.transpose(B))) ** 2 / 4, lambda S, B: np.sum((S - B @ B.T) ** 2) / 4
    ),
    "non-negative factorisation": Case(
        sg.sum((R - sg.dot(sp.exp(U), sg.transpose(sp.exp(V)))) ** 2),
        lambda R, U, V: np.sum((R - np.exp(U) @ np.exp(V).T) ** 2),
    ),
    "tensor factorisation": Case(
        sg.sum((T - sg.einsum("mk,hk,d->mhd", U, V, w)) ** 2),
        lambda T, U, V, w: np.sum((T - np.einsum("mk,hk,d->mhd", U, V, w)) ** 2),
    ),
    "principal components": Case(
        sg.mean(sg.sum((x - sg.dot(sg.transpose(W), coded)) ** 2)),
        lambda x, W: np.mean(rows((x - x @ W.T @ W) ** 2)),
    ),
    "principal components, centred": Case(
        sg.mean(sg.sum((x - mu - sg.dot(sg.dot(W, x - mu), W)) ** 2)),
        lambda x, W: np.mean(rows((x - np.mean(x, axis=0) - (x - np.mean(x, axis=0)) @ W.T @ W) ** 2)),
    ),
    "principal component, variance": Case(
        -sg.mean(sg.dot(x, w) ** 2) / sg.dot(w, w), lambda x, w: -np.mean((x @ w) ** 2) / np.sum(w**2)
    ),
    "outer product": Case(
        sg.norm(A - sg.outer(u, w)) ** 2, lambda A, u, w: np.sum((A - np.outer(u, w)) ** 2)
    ),
    "outer product of samples": Case(
        sg.mean(sg.sum((sg.outer(t, x) - W) ** 2)),
        lambda t, x, W: np.mean(rows((t[:, :, None] * x[:, None, :] - W) ** 2)),
    ),
    "column broadcast": Case(sg.sum(sp.exp(W * b) + A * b), lambda W, b, A: np.sum(np.exp(W * b) + A * b)),
    "column broadcast over samples": Case(
        sg.mean(sg.sum((W * x + b) ** 2)), lambda W, x, b: np.mean(rows((W * x[:, None, :] + b) ** 2))
    ),
    "normalised rows": Case(
        sg.sum(A * W**2 / sg.sum(W**2, axis=1, keepdims=True)),
        lambda A, W: np.sum(A * W**2 / np.sum(W**2, axis=1, keepdims=True)),
    ),
    "normalised columns": Case(
        sg.sum(A * sp.exp(W) / sg.sum(sp.exp(W), axis=0)),
        lambda A, W: np.sum(A * np.exp(W) / np.sum(np.exp(W), axis=0)),
    ),
    "einsum": Case(
        sg.mean((sg.einsum("md,hd,h,d->", X, W, u, w) - y) ** 2),
        lambda X, y, W, u, w: np.mean((np.einsum("nmd,hd,h,d->n", X, W, u, w) - y) ** 2),
    ),
    "einsum of a cube": Case(
        sg.sum(sp.sin(sg.einsum("mhd,d,h->m", C, w, u))) + sg.einsum("mhd,mhd->", C, T),
        lambda C, w, u, T: np.sum(np.sin(np.einsum("mhd,d,h->m", C, w, u))) + np.sum(C * T),
    ),
    "diagonal": Case(
        sg.sum(sg.einsum("jj->j", B) ** 3) + sg.sum(B * sg.transpose(B)),
        lambda B: np.sum(np.diag(B) ** 3) + np.sum(B * B.T),
    ),
    "functions": Case(
        sg.sum(sp.sqrt(1 + W**2) + sp.log(1 + A**2 + sp.exp(W)) * sp.sin(W)) + sg.sum(sp.Max(w, 0) ** 2),
        lambda W, A, w: (
            np.sum(np.sqrt(1 + W**2) + np.log(1 + A**2 + np.exp(W)) * np.sin(W))
            + np.sum(np.maximum(w, 0) ** 2)
        ),
    ),
    "absolute values": Case(
        sg.mean(sg.sum(sp.Abs(sg.dot(W, x) - t))), lambda W, x, t: np.mean(rows(np.abs(x @ W.T - t)))
    ),
    "log of positives": Case(
        sg.mean(sg.sum(t * sp.log(u) - u)), lambda t, u: np.mean(rows(t * np.log(u) - u)), {"u": "positive"}
    ),
    "numbers and arrays": Case(
        a * sg.sum(W) ** 2 + sp.exp(a) * sg.dot(w, w) + a**3,
        lambda a, W, w: a * np.sum(W) ** 2 + np.exp(a) * np.sum(w**2) + a**3,
    ),
}
