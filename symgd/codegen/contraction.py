"""In which order a product of several arrays is summed: the cheapest pair first, nothing larger than it must be."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from math import prod
from typing import Any

from symgd.codegen.products import einsum, product
from symgd.codegen.written import ATOM, MULTIPLY, Written, aligned, joint
from symgd.notation.indices import Index, Sample, number_of

# What a size is taken to be while it is a name.
_SAMPLES, _AXIS = 1000, 30

Pair = tuple[Written, Written, frozenset[Index]]


def contracted(operands: Iterable[Written], summed: Mapping[Index, Any], wanted: Sequence[Index]) -> Written:
    """Σ of the product of *operands* over the indices *summed*, each with its size."""
    arrays, left = list(operands), set(summed)
    cost = _cost(summed)
    while left:
        arrays = [_reduced_alone(array, left, arrays) for array in arrays]
        left &= {index for array in arrays for index in array.axes}
        if left:
            arrays = _one_less(arrays, left, wanted, cost)
            left &= {index for array in arrays for index in array.axes}
    return _multiplied(arrays, wanted)


def reduction(array: Written, over: Iterable[Index], function: str) -> Written:
    """``np.sum`` or a mean along some of the axes."""
    places = [array.axes.index(index) for index in over]
    axes = tuple(index for index in array.axes if index not in set(over))
    if not axes and function == "np.sum" and _is_diagonal(array.text):
        return Written(array.text.replace("np.diagonal(", "np.trace(", 1))
    which = f", axis={places[0] if len(places) == 1 else tuple(sorted(places))}" if axes else ""
    return Written(f"{function}({array.text}{which})", ATOM, axes)


def _is_diagonal(text: str) -> bool:
    """Whether a source is one call of ``np.diagonal``, not a power or a product that starts with one."""
    call = ast.parse(text, mode="eval").body
    return isinstance(call, ast.Call) and ast.unparse(call.func) == "np.diagonal"


def _cost(summed: Mapping[Index, Any]) -> Callable[[Iterable[Index]], int]:
    """The number of entries of an array with some indices."""

    def entries(index: Index) -> int:
        known = number_of(summed[index]) if index in summed else None
        return known or (_SAMPLES if isinstance(index, Sample) else _AXIS)

    return lambda indices: prod(map(entries, indices))


def _reduced_alone(array: Written, left: set[Index], arrays: Sequence[Written]) -> Written:
    """The array, summed over the indices that no other one has."""
    if len(arrays) == 1:
        return reduction(array, [index for index in array.axes if index in left], "np.sum")
    uses = Counter(index for other in arrays for index in other.axes)
    own = [index for index in array.axes if index in left and uses[index] == 1]
    return reduction(array, own, "np.sum") if own else array


def _one_less(
    arrays: list[Written], left: set[Index], wanted: Sequence[Index], cost: Callable[[Iterable[Index]], int]
) -> list[Written]:
    """The arrays with the cheapest two replaced by their product, summed over what only these two have."""
    pairs = _pairs(arrays, left)
    if pairs:
        a, b, shared = min(pairs, key=lambda pair: cost({*pair[0].axes, *pair[1].axes}))
        return _replaced(arrays, (a, b), product(a, b, shared, wanted))
    nested = [(a, b) for a in arrays for b in arrays if a is not b and set(a.axes) <= set(b.axes)]
    if nested:
        a, b = min(nested, key=lambda pair: cost(pair[1].axes))
        return _replaced(arrays, (a, b), _multiplied([a, b], b.axes))
    return [einsum(arrays, left, wanted)]


def _pairs(arrays: Sequence[Written], left: set[Index]) -> list[Pair]:
    """Any two arrays that have an index of a sum for themselves."""
    uses = Counter(index for array in arrays for index in array.axes)
    found = []
    for a, b in combinations(arrays, 2):
        shared = frozenset(i for i in set(a.axes) & set(b.axes) & left if uses[i] == 2)
        if shared:
            found.append((a, b, shared))
    return found


def _replaced(arrays: Sequence[Written], two: Sequence[Written], by: Written) -> list[Written]:
    """The product stands where the first of the two stood."""
    position = min(k for k, array in enumerate(arrays) if array is two[0] or array is two[1])
    rest = [array for array in arrays if array is not two[0] and array is not two[1]]
    return [*rest[:position], by, *rest[position:]]


def _multiplied(arrays: Sequence[Written], wanted: Sequence[Index]) -> Written:
    """The product entry by entry."""
    if len(arrays) == 1:
        return arrays[0]
    axes = joint(arrays, wanted)
    return Written(" * ".join(aligned(array, axes).within(MULTIPLY) for array in arrays), MULTIPLY, axes)
