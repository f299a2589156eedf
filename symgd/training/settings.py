"""Settings of optimizers and schedules: numbers that have a symbol in the formulas and a range."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from fractions import Fraction
from numbers import Rational, Real
from typing import Any

from sympy import Symbol

from symgd.errors import OptimizerError

Number = float | Fraction


@dataclass(frozen=True)
class Range:
    """The numbers that a setting may have, how an error says so, and what else than numbers it may be."""

    text: str
    holds: Callable[[Any], bool]
    others: tuple[type, ...] = ()

    def __contains__(self, value: object) -> bool:
        if isinstance(value, self.others):
            return True
        if isinstance(value, bool) or not isinstance(value, Real):
            return False
        return (isinstance(value, Rational) or math.isfinite(value)) and self.holds(value)


POSITIVE = Range("a finite number above 0", lambda value: value > 0)
NOT_NEGATIVE = Range("a finite number, 0 or more", lambda value: value >= 0)
BELOW_ONE = Range("a number from 0 to below 1", lambda value: 0 <= value < 1)
FACTOR = Range("a number above 0, 1 at most", lambda value: 0 < value <= 1)
WHOLE = Range("a whole number, 0 or more", lambda value: value >= 0 and value == int(value))
COUNT = Range("a whole number, 1 or more", lambda value: value >= 1 and value == int(value))


def setting(default: Any, symbol: Symbol, allowed: Range) -> Any:
    """A field of a :class:`Settings`: its default, its symbol in the formulas, and the range of its value."""
    return field(default=default, metadata={"symbol": symbol, "allowed": allowed})


@dataclass(frozen=True)
class Settings:
    """Base of optimizers and schedules: fields made by :func:`setting`, checked at construction.

    Raises OptimizerError that names the argument for a value out of its range.
    """

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if value not in each.metadata["allowed"]:
                raise OptimizerError(
                    f"{type(self).__name__}({each.name}={value!r}): the {each.name.replace('_', ' ')} must be "
                    f"{each.metadata['allowed'].text}; the default is {each.default}."
                )

    def numbers(self) -> dict[Symbol, Number]:
        """The value of each symbol; a schedule's are the schedule's own."""
        values = {each.metadata["symbol"]: getattr(self, each.name) for each in fields(self)}
        return {symbol: value for symbol, value in values.items() if not isinstance(value, Settings)}
