"""Expressions of arrays: the generated code against index notation read literally, for many patterns and sizes."""

from typing import Any

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.codegen.expression import value_of
from symgd.notation.algebra import OrderedSum
from symgd.notation.deltas import delta
from symgd.notation.extremes import LogSumExp
from symgd.notation.indices import OTHER, SAMPLE, SAMPLES, axis, bound, indices_of, size
from symgd.notation.reindexing import reindexed

from .interpreter import Interpreter
from .problems import posed, random_values

x, v = sg.data("x", shape=("d",)), sg.data("v", shape=("d",))
t, X, y = sg.data("t", shape=("h",)), sg.data("X", shape=("m", "d")), sg.data("y")
w, u, q = sg.parameters("w", shape=("d",)), sg.parameters("u", shape=("h",)), sg.parameters("q")
W, V, B = (
    sg.parameters("W", shape=("h", "d")),
    sg.parameters("V", shape=("d", "h")),
    sg.parameters("B", shape=("h", "d")),
)
S, c, T = (
    sg.constants("S", shape=("d", "d")),
    sg.constants("c", shape=("h", 1)),
    sg.constants("T", shape=("m", "h", "d")),
)
D = size("d")
z = sg.let("z", sg.dot(W, x) + u)
h = sg.let("h", sp.tanh(z))
p = sg.let("p", sg.softmax(z))
a1, a2, a3 = axis(1), axis(2), axis(3)
s1, s2, s3 = bound(1), bound(2), bound(3)


def over(body: Any, index: Any, count: Any) -> Any:
    return OrderedSum(body, (index, sp.S.One, count if isinstance(count, sp.Basic) else size(count)))


EXPRESSIONS: dict[str, Any] = {
    "vectors": sg.dot(w, w),
    "matrix and vector": sg.dot(W, w),
    "vector and matrix": sg.dot(u, W),
    "matrices": sg.dot(W, V),
    "matrices, transposed": sg.dot(sg.transpose(V), sg.transpose(W)),
    "matrices, result turned": sg.transpose(sg.dot(W, V)),
    "samples": sg.dot(W, x),
    "samples, vector": sg.dot(x, w),
    "layer": sg.dot(W, x) + u,
    "bilinear": sg.dot(t, sg.dot(W, x)),
    "quadratic form": sg.dot(w, sg.dot(S, w)),
    "quadratic form of samples": sg.dot(x, sg.dot(S, x)),
    "rows": sg.dot(x, v),
    "rows of three": sg.sum(x * v * w),
    "rows weighted": sg.dot(x, v) * y,
    "total of squares": sg.total(sg.sum((x - v) ** 2)),
    "total of products": sg.total(sg.sum(x * v)),
    "mean of squares": sg.mean(sg.sum((sg.dot(W, x) - t) ** 2)),
    "mean of a vector": sg.mean(x),
    "mean of a product": sg.mean(x * y),
    "mean of rows": sg.mean(x * v),
    "mean of a layer": sg.mean(sg.dot(W, x)),
    "outer": sg.outer(u, w),
    "outer of samples": sg.mean(sg.outer(t, x)),
    "outer by hand": over(reindexed(t, {a1: a2}) * x, SAMPLE, SAMPLES),
    "outer turned": over(x.subs(a1, a2) * t, SAMPLE, SAMPLES),
    "outer with weights": over(reindexed(t, {a1: a2}) * x * y, SAMPLE, SAMPLES) / SAMPLES,
    "column": W * c,
    "column summed": sg.sum(W * c, axis=0),
    "column of samples": sg.sum(W * c * x, axis=1),
    "sum of entries": sg.sum(W),
    "sum of an axis": sg.sum(W, axis=0),
    "sum kept": W / sg.sum(W, axis=1, keepdims=True),
    "average": sg.sum(W, axis=1) / D,
    "norm": sg.norm(W - B),
    "cosine": sg.dot(x, w) / (sg.norm(x) * sg.norm(w)),
    "trace": sg.trace(S),
    "trace of a product": sg.trace(sg.dot(W, V)),
    "diagonal": sg.einsum("jj->j", S),
    "diagonal weighted": sg.einsum("jj,j->", S, w),
    "einsum of three": sg.einsum("jk,jk,jk->j", W, B, W + 1),
    "einsum of a cube": sg.einsum("mjk,k->mj", T, w),
    "einsum of two axes": sg.einsum("mjk,jk->m", T, W),
    "einsum with what is left": sg.einsum("mjk,jk,k->m", T, W, w),
    "einsum without a sum": sg.einsum("jk,k->kj", W, w),
    "batch of matrices": sg.einsum("md,hd->mh", X, W),
    "batch against batch": sg.einsum("md,ld->ml", X, X),
    "three on one index": over(x.subs(a1, a3) * reindexed(t, {a1: a2}) * v, SAMPLE, SAMPLES),
    "chain": sg.dot(sg.dot(W, V), sg.dot(W, w)),
    "sum of a product and a vector": over(
        reindexed(W, {a1: s1}).subs(a2, a1) * reindexed(x, {a1: s1}) + reindexed(w, {a1: s1}), s1, "d"
    ),
    "product with a sum inside": sg.sum((W + sg.outer(u, w)) * x, axis=1),
    "spread sum": over(
        (reindexed(x, {a1: s1}) + reindexed(W, {a1: s1}).subs(a2, a1)) * reindexed(w, {a1: s1}), s1, "d"
    ),
    "distances": sg.sum((x - W) ** 2, axis=1),
    "nearest": sp.Max(sg.dot(x, w), y, 0),
    "pairs": sg.total(sg.norm(x - sg.other(x)) ** 2 * y) / SAMPLES**2,
    "pairs per sample": sg.total(abs(y - sg.other(y)), over="others"),
    "products of pairs": sg.mean(sg.dot(x, sg.other(x)) * y * sg.other(y)),
    "centred": x - sg.mean(x),
    "standardised": (x - sg.mean(x)) / sp.sqrt(sg.mean((x - sg.mean(x)) ** 2) + 1),
    "covariance": sg.mean(sg.outer(x - sg.mean(x), x - sg.mean(x))),
    "softmax": p,
    "softmax along the first axis": sg.softmax(W, axis=0),
    "attention": sg.einsum("ml,ld->md", sg.softmax(sg.einsum("md,ld->ml", X, X) / sp.sqrt(D)), X),
    "logsumexp": sg.logsumexp(W * x),
    "log of softmax": sg.mean(sg.sum(t * sp.log(p))),
    "softmax by hand": sp.exp(z) / sg.sum(sp.exp(z)),
    "logsumexp by hand": sp.log(sg.sum(sp.exp(z))),
    "mixture": -sg.mean(sg.logsumexp(-sg.sum((x - W) ** 2, axis=1) / 2 + u)),
    "logsumexp of what is even": LogSumExp(y * q, (s1, sp.S.One, D)) + t,
    "delta": delta(a2, a1, D) * 2 + S,
    "delta contracted": over(delta(a1, s1, D) * reindexed(x, {a1: s1}), s1, "d"),
    "delta of samples": over(delta(SAMPLE, OTHER, SAMPLES) * sg.other(y), OTHER, SAMPLES),
    "conditions": sp.Piecewise((W * x, (x > w) & (W <= 1)), (u.subs(a1, a2), True)),
    "functions": sg.relu(sg.dot(W, x) - 1) + sg.gelu(t) * sg.sigmoid(q),
    "other axes of a let": sg.dot(h, reindexed(h, {})) + sg.sum(h * reindexed(h, {}) * u),
    "let twice": over(reindexed(h, {a1: a2}) * h, SAMPLE, SAMPLES),
    "constant in the sum": over(w * q, SAMPLE, SAMPLES) + over(u.subs(a1, a2), s1, "d"),
    "sum of sums": sg.total(sg.sum(x * w) * sg.sum(x * v)),
    "number of an axis": sg.sum(sg.parameters("k", shape=(4,)) * sg.data("k_x", shape=(4,))) / size(4),
    "cubes": sg.total(sg.einsum("md,h->mhd", X, u) * T),
    "cubes against cubes": sg.einsum("mjk,mlk->jl", T, T),
}

SIZES = [
    {"n": 4, "d": 3, "h": 2, "m": 5},
    {"n": 1, "d": 1, "h": 1, "m": 1},
    {"n": 3, "d": 1, "h": 4, "m": 2},
    {"n": 1, "d": 4, "h": 1, "m": 2},
]


@pytest.mark.parametrize("name", EXPRESSIONS)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_agrees_with_index_notation(name: str, sizes: dict[str, int]) -> None:
    problem = posed(EXPRESSIONS[name], *([x] if EXPRESSIONS[name].free_symbols & {SAMPLES} else []), W)
    values = random_values(problem, sizes)
    axes = indices_of(problem.loss)
    known = dict.fromkeys(axes, D)
    expected = Interpreter(values, sizes).array(problem.loss, axes, known)
    np.testing.assert_allclose(value_of(problem, values), expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_precision_and_order_in_memory(name: str) -> None:
    problem = posed(EXPRESSIONS[name], *([x] if EXPRESSIONS[name].free_symbols & {SAMPLES} else []), W)
    values = random_values(problem, SIZES[0])
    double = value_of(problem, values)
    single = {key: np.asfortranarray(np.float32(value)) for key, value in values.items()}
    answer = np.asarray(value_of(problem, single))
    np.testing.assert_allclose(answer, double, rtol=2e-5)
    assert not answer.shape or answer.dtype == np.float32
    mirrored = {key: np.flip(np.flip(value).copy()) for key, value in values.items()}
    np.testing.assert_allclose(value_of(problem, mirrored), double, rtol=1e-13)
