"""The lines through a point along which the loss is varied: through the entries of a parameter, or across many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from symgd.checking.differences import Array
from symgd.notation.names import text_name

FEW = 24
"""An array of at most so many entries is checked entry by entry, a larger one along directions."""

DIRECTIONS = 3
"""Along so many."""

# Directions hold few bits, so that a spacing that is a power of 2 moves every entry as good as exactly.
_PARTS = 64


@dataclass(frozen=True, eq=False)
class Line:
    """The points θ + t·v of one *parameter*, whose value is θ: *here*, and v the *direction*.

    *place* says which line it is, as "[0, 2]" or " along direction 1"; it is empty where θ is a number.
    """

    parameter: str
    place: str
    here: Any
    direction: Any

    @property
    def name(self) -> str:
        """What the line is called: w, W[0, 2], W along direction 1."""
        return self.parameter + self.place

    @property
    def typeset(self) -> str:
        """The same in Unicode."""
        return text_name(self.parameter) + self.place

    @property
    def size(self) -> float:
        """The size of the numbers that are varied: that of the largest."""
        return float(np.max(abs(self.here), where=self.direction != 0, initial=0.0))

    def at(self, t: float) -> dict[str, Any]:
        """The parameter's value at a point of the line, by its name."""
        return {self.parameter: self.here + t * self.direction}

    def slope(self, gradient: Any) -> float:
        """⟨gradient, v⟩. What v does not touch does not count, be it nan."""
        return self._summed(gradient * self.direction)

    def rounding(self, errors: Any) -> float:
        """The error of the slope where the gradient has these."""
        return self._summed(errors * abs(self.direction))

    def _summed(self, products: Any) -> float:
        return float(np.sum(products, where=self.direction != 0))


def lines(parameter: str, here: Any) -> Iterator[Line]:
    """The lines along which a parameter is checked.

    >>> [line.name for line in lines("W", np.ones((1, 2)))]
    ['W[0, 0]', 'W[0, 1]']
    >>> [line.name for line in lines("W", np.ones((10, 10)))][0]
    'W along direction 1'
    """
    if not np.ndim(here):
        yield Line(parameter, "", here, np.float64(1))
    elif np.size(here) > FEW:
        for k, direction in enumerate(_directions(np.shape(here)), 1):
            yield Line(parameter, f" along direction {k}", here, direction)
    else:
        for at in np.ndindex(np.shape(here)):
            direction = np.zeros(np.shape(here))
            direction[at] = 1
            yield Line(parameter, f"[{', '.join(map(str, at))}]", here, direction)


def _directions(shape: tuple[int, ...]) -> Array:
    """Random directions, the same ones each time; none has a 0, so each sees every entry."""
    random = np.random.default_rng(1)
    sizes = random.integers(1, _PARTS + 1, (DIRECTIONS, *shape)) / _PARTS
    directions: Array = random.choice([-1.0, 1.0], sizes.shape) * sizes
    return directions
