"""⟨g, v⟩ with the sum over the samples outside: (1/n) Σ_i r_i Σ_j x_ij v_j, not Σ_j v_j (1/n) Σ_i r_i x_ij.

Both are one number. The first asks each sample for its own slope along v, X v: in its derivative, the Hessian times v,
no array is larger than the data. That of the second holds the Hessian.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sympy import Expr, Sum

from symgd.notation.algebra import OrderedSum, add, factors, multiply, terms
from symgd.notation.arrays import sum as summed
from symgd.notation.indices import Axis, Sample, indices_of

Product = tuple[tuple[Expr, ...], Any, Expr]
"""Of c Σ_i b_i the factors c, the limits of the sum and b_i; without a sum, the limits are None."""


def inner_product(slopes: Iterable[Expr], vectors: Iterable[Expr]) -> Expr:
    """Σ ∂L/∂W · v_W over all entries of all parameters; sums over the samples with the same factor become one.

    >>> from symgd import data, derive, dot, mean, parameters
    >>> x, w, b = data("x", shape=("d",)), parameters("w", shape=("d",)), parameters("b")
    >>> slopes = derive(mean((dot(x, w) + b) ** 2)).gradient
    >>> inner_product([slopes[w], slopes[b]], [parameters("u", shape=("d",)), parameters("c")])
    2*Sum((Sum(x[i, s1]*w[s1], (s1, 1, d)) + b)*(Sum(x[i, s1]*u[s1], (s1, 1, d)) + c), (i, 1, n))/n
    """
    products = [
        _along(term, vector) for slope, vector in zip(slopes, vectors, strict=True) for term in terms(slope)
    ]
    bodies: dict[Any, list[Expr]] = {}
    for outside, limits, body in products:
        bodies.setdefault((outside, limits), []).append(body)
    return add(*(_written(outside, limits, found) for (outside, limits), found in bodies.items()))


def _along(term: Expr, vector: Expr) -> Product:
    """One term of ∂L/∂W, times v_W and summed over its entries."""
    listed = factors(term)
    over = [factor for factor in listed if isinstance(factor, Sum) and _over_samples(factor)]
    outside = tuple(factor for factor in listed if factor not in over)
    if len(over) != 1 or any(map(_has_entries, outside)):
        return (), None, summed(multiply(term, vector))
    inside = factors(over[0].function)
    entries = [factor for factor in inside if _has_entries(factor)]
    rest = [factor for factor in inside if factor not in entries]
    return outside, over[0].limits, multiply(*rest, summed(multiply(*entries, vector)))


def _written(outside: Sequence[Expr], limits: Any, bodies: Sequence[Expr]) -> Expr:
    if limits is None:
        return add(*bodies)
    common = [f for f in factors(bodies[0]) if all(f in factors(body) for body in bodies[1:])]
    rest = (multiply(*(f for f in factors(body) if f not in common)) for body in bodies)
    body = multiply(*common, add(*rest)) if len(bodies) > 1 else bodies[0]
    return multiply(*outside, OrderedSum(body, *limits))


def _over_samples(node: Any) -> bool:
    return len(node.limits) == 1 and isinstance(node.variables[0], Sample)


def _has_entries(expr: Expr) -> bool:
    """Whether there is one value for each entry of a parameter."""
    return any(isinstance(index, Axis) for index in indices_of(expr))
