"""Numbers as a person writes them, and nothing that only a programming language takes for one."""

from __future__ import annotations

import re
from fractions import Fraction
from math import isfinite

Number = int | float | Fraction

_WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")
_FRACTION = re.compile(r"([+-]?[0-9]{1,15})/([0-9]{1,15})")


def number_of(text: str) -> Number | None:
    """The finite number that *text* writes: whole, decimal, or a fraction, which stays exact; None for any other.

    >>> number_of("4"), number_of("1e-3"), number_of("1/3"), number_of("nan")
    (4, 0.001, Fraction(1, 3), None)
    """
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text) if isfinite(float(text)) else None
    parts = _FRACTION.fullmatch(text)
    return Fraction(int(parts[1]), int(parts[2])) if parts and int(parts[2]) else None
