"""Source text that knows what it computes: how strongly it binds, and the axes of its array."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import permutations
from typing import NamedTuple

from symgd.notation.indices import Index, order

# Precedence of what an expression's text ends up as. A product of matrices stands in parentheses inside products.
ADD, MATMUL, MULTIPLY, POWER, ATOM = 1, 2, 3, 4, 5

Axes = tuple[Index, ...]

# Of so many axes all orders are looked at.
_FEW = 4


class Written(NamedTuple):
    """The source of an expression; *axes* are the indices of its array, one for each dimension.

    Where *text* takes the one entry along axes of size 1, *whole* is the array with these axes: None stands for each
    of them in *places*.
    """

    text: str
    precedence: int = ATOM
    axes: Axes = ()
    whole: str = ""
    places: tuple[Index | None, ...] = ()

    def within(self, least: int) -> str:
        """The text, in parentheses if it binds less than *least*."""
        return self.text if self.precedence >= least else f"({self.text})"


def in_order(indices: Iterable[Index], wanted: Sequence[Index] = ()) -> Axes:
    """Indices in the order wanted; samples first, then axes from the left, where none is."""
    places = {index: place for place, index in enumerate(wanted)}
    return tuple(sorted(set(indices), key=lambda index: (places.get(index, len(places)), order(index))))


def joint(operands: Collection[Written], wanted: Sequence[Index] = ()) -> Axes:
    """The axes of what is computed entry by entry: in the order that fewest operands must be transposed for."""
    everything = {index for operand in operands for index in operand.axes}
    orders = [in_order(everything, wanted), in_order(everything), *(operand.axes for operand in operands)]
    complete = [axes for axes in orders if set(axes) == everything]

    def turned(axes: Axes) -> int:
        return sum(_kept(axes, operand.axes) != operand.axes for operand in operands)

    best = min(complete, key=turned)
    if turned(best) and len(everything) <= _FEW:
        best = min((best, *permutations(best)), key=turned)
    return best


def aligned(operand: Written, axes: Axes) -> Written:
    """The operand with its axes in the order of *axes*, so that NumPy broadcasts it along those that it lacks."""
    if operand.whole and _broadcasts(operand.places, axes):
        return Written(operand.whole, ATOM, axes)
    turned = transposed(operand, _kept(axes, operand.axes))
    places = [":" if index in operand.axes else "None" for index in axes]
    while places and places[0] == "None":
        places.pop(0)
    while places and places[-1] == ":":
        places.pop()
    return Written(turned.text, turned.precedence, axes) if not places else indexed(turned, places, axes)


def transposed(operand: Written, axes: Axes) -> Written:
    """The operand with its axes in this order."""
    if axes == operand.axes:
        return operand
    if axes == operand.axes[::-1] and len(axes) == 2:
        return Written(f"{operand.within(ATOM)}.T", ATOM, axes)
    moved = [k for k, (new, old) in enumerate(zip(axes, operand.axes, strict=True)) if new != old]
    if len(moved) == 2:
        return Written(f"{operand.within(ATOM)}.swapaxes({moved[0]}, {moved[1]})", ATOM, axes)
    places = tuple(map(operand.axes.index, axes))
    return Written(f"np.transpose({operand.text}, {places})", ATOM, axes)


def indexed(operand: Written, places: Sequence[str], axes: Axes) -> Written:
    """The operand with an index for each place: ``x[:, None]``."""
    return Written(f"{operand.within(ATOM)}[{', '.join(places)}]", ATOM, axes)


def _broadcasts(places: tuple[Index | None, ...], axes: Axes) -> bool:
    """Whether NumPy lays an array with these places along these axes."""
    last = axes[-len(places) :]
    return len(last) == len(places) and all(
        index == place or (place is None and index not in places)
        for place, index in zip(places, last, strict=True)
    )


def _kept(axes: Axes, of: Axes) -> Axes:
    return tuple(index for index in axes if index in of)
