"""Turns sums over indices into products of matrices: Σ_k A_jk B_kl is A B."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sympy import Expr

from symgd.derivation.matrix_algebra import (
    diagonal,
    entrywise_product,
    frobenius,
    inner_product,
    matrix_product,
    parted,
    spread,
    transposed,
)
from symgd.derivation.matrix_nodes import Array, Ones
from symgd.notation.algebra import multiply
from symgd.notation.indices import Bound, Index, order

Axes = tuple[Index, ...]
Sizes = Mapping[Index, Expr]


class UnfitError(Exception):
    """An expression has no matrix form."""


class Form(NamedTuple):
    """A number, vector or matrix, and the index that each of its axes stands for."""

    node: Any
    axes: Axes


def sorted_axes(indices: Iterable[Index]) -> Axes:
    """Indices as rows and columns: samples first, then axes from the left, then what sums bind as they come."""
    found = tuple(
        sorted(dict.fromkeys(indices), key=lambda s: (1,) if isinstance(s, Bound) else (0, order(s)))
    )
    if len(found) > 2:
        raise UnfitError
    return found


def aligned(form: Form, axes: Axes, sizes: Sizes) -> Any:
    """The node of *form* where it meets others of these axes entry by entry.

    A number is left for NumPy to broadcast, and so is a row that has a name, as b in X W + b; else it is 1 vᵀ.
    """
    if len(form.axes) == 2 and form.axes != axes:
        return transposed(form.node)
    if len(axes) == 2 and form.axes == axes[:1]:
        return spread(form.node, None, sizes[axes[1]])
    if len(axes) == 2 and form.axes == axes[1:] and not _is_named(form):
        return spread(form.node, sizes[axes[0]], None)
    return form.node


def _is_named(form: Form) -> bool:
    return isinstance(parted(form.node)[1], Array)


def filled(form: Form, axes: Axes, sizes: Sizes) -> Any:
    """The node of *form* with all of *axes*, those that it does not vary with included."""
    missing = [index not in form.axes for index in axes]
    if not any(missing):
        return aligned(form, axes, sizes)
    rows = sizes[axes[0]] if missing[0] else None
    columns = sizes[axes[1]] if len(axes) == 2 and missing[1] else None
    return spread(form.node, rows, columns)


def common_axes(forms: Sequence[Form]) -> Axes:
    """The axes of a sum of forms, in the order of the first matrix among them."""
    union = sorted_axes(index for form in forms for index in form.axes)
    return next((form.axes for form in forms if len(form.axes) == 2), union)


def contracted(factors: Sequence[Form], summed: Sequence[Index], sizes: Sizes) -> Form:
    """The sum over *summed* indices of a product."""
    fronts = [form.node for form in factors if not form.axes]
    arrays = [form for form in factors if form.axes]
    waiting = list(summed)
    while waiting:
        index = next((s for s in waiting if _fits(arrays, s)), None)
        if index is None:
            raise UnfitError
        arrays, gone = _summed(arrays, index, waiting, sizes)
        waiting = [other for other in waiting if other not in gone]
        fronts += [form.node for form in arrays if not form.axes]
        arrays = [form for form in arrays if form.axes]
    node, axes = _together(arrays, sizes) if arrays else (multiply(), ())
    return Form(multiply(*fronts, node), axes)


def _fits(arrays: Sequence[Form], index: Index) -> bool:
    return len({other for form in arrays if index in form.axes for other in form.axes}) <= 3


def _summed(
    arrays: list[Form], index: Index, waiting: list[Index], sizes: Sizes
) -> tuple[list[Form], set[Index]]:
    """The factors after one index is summed over, and the indices that are done with."""
    touching = [form for form in arrays if index in form.axes]
    rest = [form for form in arrays if index not in form.axes]
    partners = sorted_axes(other for form in touching for other in form.axes if other != index)
    if not touching:
        return [*rest, Form(sizes[index], ())], {index}
    if not partners:
        return [*rest, Form(inner_product([form.node for form in touching], sizes[index]), ())], {index}
    if len(partners) == 1 and partners[0] in waiting and _only_here(arrays, index, partners[0]):
        axes = touching[0].axes
        nodes = [aligned(form, axes, sizes) for form in touching]
        return [*rest, Form(frobenius(nodes, sizes[axes[0]], sizes[axes[1]]), ())], {index, partners[0]}
    return [*rest, _product(touching, index, partners, sizes)], {index}


def _only_here(arrays: Sequence[Form], first: Index, second: Index) -> bool:
    """Whether all factors with one of two indices have both."""
    pair = {first, second}
    return all(set(form.axes) == pair for form in arrays if pair & set(form.axes))


def _product(touching: Sequence[Form], index: Index, partners: Axes, sizes: Sizes) -> Form:
    """Rows times columns: A v, A B or A diag(v) B."""
    vectors = [form.node for form in touching if form.axes == (index,)]
    left = _matrix(touching, (partners[0], index), sizes)
    if len(partners) == 1:
        return Form(
            matrix_product(left, entrywise_product(vectors) if vectors else Ones(sizes[index])), partners
        )
    between = [diagonal(vectors)] if vectors else []
    return Form(matrix_product(left, *between, _matrix(touching, (index, partners[1]), sizes)), partners)


def _matrix(touching: Sequence[Form], axes: Axes, sizes: Sizes) -> Any:
    """The product, entry by entry, of the factors with these axes, in whatever order they have them."""
    forms = [form for form in touching if set(form.axes) == set(axes)]
    own = forms[0].axes
    return aligned(Form(entrywise_product([aligned(form, own, sizes) for form in forms]), own), axes, sizes)


def _together(arrays: Sequence[Form], sizes: Sizes) -> Form:
    """The product of factors over whose indices nothing is summed."""
    axes = common_axes(arrays)
    down = [form.node for form in arrays if form.axes == axes[:1]]
    along = [form for form in arrays if len(axes) == 2 and form.axes == axes[1:]]
    if len(axes) == 1:
        return Form(entrywise_product(down), axes)
    if len(down) + len(along) == len(arrays):
        row = transposed(entrywise_product([form.node for form in along]))
        return Form(matrix_product(entrywise_product(down), row), axes)
    scaling = [] if all(map(_is_named, along)) else along
    within = [aligned(form, axes, sizes) for form in arrays if form.axes != axes[:1] and form not in scaling]
    left = [diagonal(down)] if down else []
    right = [diagonal([form.node for form in scaling])] if scaling else []
    return Form(matrix_product(*left, entrywise_product(within), *right), axes)
