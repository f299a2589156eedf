"""Tables of a page, and how numbers stand in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from symgd.notation.table import Table

# Of an array, so many entries stand in a table.
SHOWN = 3


@dataclass(frozen=True)
class Grid:
    """A table: the heads of its columns, and its rows."""

    head: tuple[Any, ...]
    rows: tuple[tuple[Any, ...], ...]


def number(value: Any, digits: int = 6) -> str:
    """A number as it stands in a table: fractions as they are, others to *digits* digits.

    >>> number(0.1 + 0.2), number(Fraction(11, 5)), number(-144.0), number(3.5e-9)
    ('0.3', '11/5', '−144', '3.5e−09')
    """
    written = str(value) if isinstance(value, Fraction | int) else f"{float(value):.{digits}g}"
    return written.replace("-", "−")


def numbers(value: Any, digits: int = 4) -> str:
    """A number, or the first numbers of an array.

    >>> numbers(0.5), numbers(np.eye(2)), numbers(np.zeros(2))
    ('0.5', '1, 0, 0, …', '0, 0')
    """
    if np.ndim(value) == 0:
        return number(value)
    listed = [number(entry, digits) for entry in np.ravel(value)[:SHOWN]]
    return ", ".join([*listed, *["…"] * (np.size(value) > SHOWN)])


def first_rows(columns: Mapping[str, Sequence[Any]], rows: int) -> Grid:
    """The first rows of columns of numbers, or of arrays with one row for each sample."""
    chosen = list(zip(*(values[:rows] for values in columns.values()), strict=True))
    return Grid(tuple(columns), tuple(tuple(map(numbers, row)) for row in chosen))


def grid_of(table: Table) -> Grid:
    """A table of the earlier stages for a page."""
    heads, rows = table.formatted
    return Grid(heads, tuple(tuple(_minus(cell) for cell in row) for row in rows))


def _minus(cell: str) -> str:
    """A cell with a minus sign for the hyphen that begins a number or its exponent."""
    return re.sub(r"(^|(?<=e))-(?=\d)", "−", cell)
