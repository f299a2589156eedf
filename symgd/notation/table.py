"""Tables of numbers and words, as aligned text, LaTeX and HTML."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from numbers import Rational, Real
from typing import Any
from unicodedata import combining

from symgd.notation.names import latex_name, text_name


@dataclass(frozen=True)
class Column:
    """A column: its head, which is typeset where it is a name, its cells, and the decimals of floats among them.

    A cell is a number, a word, or None for what there is not: a dash.
    """

    head: str
    cells: tuple[Any, ...]
    decimals: int = 4

    @property
    def of_words(self) -> bool:
        """Whether some cell is a word; such a column is aligned to the left."""
        return any(not isinstance(cell, Real | None) for cell in self.cells)


@dataclass(frozen=True)
class Table:
    """Columns of equal length. ``print`` shows aligned text, a notebook a table.

    >>> print(Table((Column("k", (0, 50)), Column("w_1", (5.44, 0.00001)))))
     k          w₁
    ──────────────
     0      5.4400
    50  1.0000e-05
    """

    columns: tuple[Column, ...]

    @property
    def rows(self) -> tuple[tuple[Any, ...], ...]:
        """The cells, unformatted, row by row."""
        return tuple(zip(*(column.cells for column in self.columns), strict=True))

    @property
    def formatted(self) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        """The heads of the columns and the rows, as text shows them."""
        heads = tuple(_head(column, text_name, str) for column in self.columns)
        cells = [[_text_cell(cell, column.decimals) for cell in column.cells] for column in self.columns]
        return heads, tuple(zip(*cells, strict=True))

    def __str__(self) -> str:
        columns = [_aligned(column) for column in self.columns]
        head, *rows = ("  ".join(row).rstrip() for row in zip(*columns, strict=True))
        width = sum(_width(column[0]) for column in columns) + 2 * (len(columns) - 1)
        return "\n".join([head, "─" * width, *rows])

    def _repr_latex_(self) -> str:
        sides = "".join("l" if column.of_words else "r" for column in self.columns)
        head = " & ".join(_head(column, latex_name, _latex_words) for column in self.columns)
        body = [[_latex_cell(cell, column.decimals) for cell in column.cells] for column in self.columns]
        lines = "".join(" & ".join(row) + r" \\ " for row in zip(*body, strict=True))
        return rf"$\displaystyle \begin{{array}}{{{sides}}} {head} \\ \hline {lines}\end{{array}}$"

    def _repr_html_(self) -> str:
        heads = "".join(f"<th>{_escape(_head(column, text_name, str))}</th>" for column in self.columns)
        body = [[_html_cell(cell, column) for cell in column.cells] for column in self.columns]
        lines = "".join(f"<tr>{''.join(row)}</tr>" for row in zip(*body, strict=True))
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"


def number_text(value: Any, decimals: int = 4) -> str:
    """A number as a table shows it: whole numbers and fractions exactly, floats with *decimals*.

    Floats for which that would leave less than two digits, or many too many, are written with an exponent.

    >>> number_text(472.0, 6), number_text(3.24e-19, 6), number_text(7)
    ('472.000000', '3.240000e-19', '7')
    """
    if isinstance(value, Rational):
        return str(value)
    size = abs(value)
    fixed = size == 0 or 10.0 ** (1 - decimals) <= size < 1e12
    return f"{float(value):.{decimals}f}" if fixed else f"{float(value):.{decimals}e}"


def _head(column: Column, of_name: Callable[[str], str], of_words: Callable[[str], str]) -> str:
    return of_name(column.head) if column.head.isidentifier() else of_words(column.head)


def _aligned(column: Column) -> list[str]:
    lines = [_head(column, text_name, str), *(_text_cell(cell, column.decimals) for cell in column.cells)]
    width = max(map(_width, lines))
    pads = [" " * (width - _width(line)) for line in lines]
    return [line + pad if column.of_words else pad + line for line, pad in zip(lines, pads, strict=True)]


def _width(line: str) -> int:
    """The number of characters that take up room."""
    return sum(not combining(character) for character in line)


def _text_cell(cell: Any, decimals: int) -> str:
    if cell is None:
        return "–"
    return number_text(cell, decimals) if isinstance(cell, Real) else str(cell)


def _latex_cell(cell: Any, decimals: int) -> str:
    if not isinstance(cell, Real):
        return _latex_words(_text_cell(cell, decimals))
    if isinstance(cell, Rational) and cell.denominator != 1:
        return rf"{'-' if cell < 0 else ''}\tfrac{{{abs(cell.numerator)}}}{{{cell.denominator}}}"
    if not isinstance(cell, Rational) and not isfinite(cell):
        return _latex_words(str(cell))
    digits, _, exponent = number_text(cell, decimals).partition("e")
    return rf"{digits} \cdot 10^{{{int(exponent)}}}" if exponent else digits


def _latex_words(words: str) -> str:
    escaped = "".join("\\" + c if c in "_%&#${}" else c for c in words.replace("\\", "/"))
    return rf"\text{{{escaped}}}"


def _html_cell(cell: Any, column: Column) -> str:
    side = "left" if column.of_words else "right"
    return f'<td style="text-align: {side}">{_escape(_text_cell(cell, column.decimals))}</td>'


def _escape(words: str) -> str:
    from html import escape  # Here, as it loads a table of all entities.

    return escape(words)
