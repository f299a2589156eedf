"""Sums in a tree: neighbours in pairs, then pairs of pairs, in an order that the number of values alone decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

Value = TypeVar("Value")


def tree(values: Iterable[Value], join: Callable[[Value, Value], Value]) -> Value:
    """All values joined; of n values no more than about log n wait at a time.

    >>> tree("abcdefg", lambda left, right: f"({left}{right})")
    '(((ab)(cd))((ef)g))'
    """
    waiting: list[tuple[int, Value]] = []
    for value in values:
        joined, size = value, 1
        while waiting and waiting[-1][0] == size:
            joined, size = join(waiting.pop()[1], joined), 2 * size
        waiting.append((size, joined))
    total = waiting.pop()[1]
    while waiting:
        total = join(waiting.pop()[1], total)
    return total
