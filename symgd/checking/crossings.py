"""Which kinks lie between θ − h and θ + h."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import Expr

from symgd.checking.differences import Array
from symgd.checking.slopes import Mask

# The value of each kink expression, one for each sample or a single one, at some value of the parameter.
Values = Callable[[float], Sequence[Any]]


@dataclass(frozen=True)
class Crossings:
    """The kinks near a point.

    *here* are the kink expressions that are 0 at the point, *near* the first to become 0 beside it. *avoided* says
    of each spacing whether it reaches no kink but those that are here.
    """

    here: tuple[Expr, ...]
    near: tuple[Expr, ...]
    avoided: Mask


def crossings(kinks: Sequence[Expr], values: Values, at: float, spacings: Array) -> Crossings:
    """Look for kinks at more and more distant spacings, up to the first."""
    if not kinks:
        return Crossings((), (), np.ones(len(spacings), dtype=bool))
    here = values(at)

    def around(spacing: float) -> list[Any]:
        return [
            _signs(*sides) for sides in zip(here, values(at + spacing), values(at - spacing), strict=True)
        ]

    nearest = around(spacings[0])
    at_point = tuple(kink for kink, signs in zip(kinks, nearest, strict=True) if _is_zero(signs))
    avoided = np.zeros(len(spacings), dtype=bool)
    for k, spacing in enumerate(spacings):
        pairs = zip(kinks, nearest, around(spacing), strict=True)
        crossed = tuple(
            kink for kink, before, now in pairs if not np.array_equal(before, now, equal_nan=True)
        )
        if crossed:
            return Crossings(at_point, crossed, avoided)
        avoided[k] = True
    return Crossings(at_point, (), avoided)


def _signs(here: Any, above: Any, below: Any) -> Any:
    """The signs of a kink expression at the point and on both sides, and whether the point is a valley.

    A root of a mean of squares comes to 0 and leaves it again with the same sign: then the point is a valley.
    """
    here, above, below = np.broadcast_arrays(here, above, below)
    valley = 2 * abs(here) < np.minimum(abs(above), abs(below))
    return np.stack([np.sign(here), np.sign(above), np.sign(below), valley])


def _is_zero(signs: Any) -> bool:
    """Whether some sample's expression is 0 at the point itself, or as good as 0."""
    here, above, below, valley = signs
    return bool(((above != here) | (below != here) | (valley > 0)).any())
