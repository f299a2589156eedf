"""Fewer points that look the same: a curve of 100,000 values is drawn on a few hundred pixels."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST = 600


def kept(*columns: Any, hasty: bool = False) -> NDArray[np.intp]:
    """The positions of some 600 points of a curve, with the extremes of each column in each stretch of it.

    For a logarithmic axis, a *hasty* curve keeps more of its beginning.

    >>> kept([0.0, 1.0, 2.0]).tolist()
    [0, 1, 2]
    >>> peak = np.zeros(100_000)
    >>> peak[31_415] = 1
    >>> 31_415 in kept(peak), len(kept(peak)) <= MOST + 2
    (True, True)
    """
    arrays = [np.asarray(column, dtype=float) for column in columns]
    length = len(arrays[0])
    if length <= MOST:
        return np.arange(length)
    stretches = MOST // (2 * len(arrays)) + 1
    edges = np.geomspace(1, length, stretches) if hasty else np.linspace(0, length, stretches)
    found = {0, length - 1}
    for first, end in pairwise(np.unique(edges.round().astype(int))):
        for array in arrays:
            found |= {first + int(array[first:end].argmin()), first + int(array[first:end].argmax())}
    return np.array(sorted(found))


def some(values: Any) -> NDArray[np.intp]:
    """The positions of 600 points of a cloud at most, evenly spaced in their order.

    >>> some([5.0, 6.0, 7.0]).tolist(), len(some(np.zeros(100_000)))
    ([0, 1, 2], 600)
    """
    length = len(values)
    return np.arange(length) if length <= MOST else np.linspace(0, length - 1, MOST).astype(int)
