"""The data of a written problem: in the text, or in a CSV file below the folder of the pages."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path, PureWindowsPath
from typing import Any

from symgd.errors import NotationError
from symgd.notation.screening import screen_name
from symgd.views.written.entries import Entry
from symgd.views.written.numbers import Number, number_of

SAMPLES, BYTES, COLUMNS = 10_000, 1_000_000, 100
"""The most samples, and the most bytes and columns of a file."""

USAGE = "{x: [1, 2, 3], y: [2, 4, 6]}, {csv: points.csv}, or [x, y] for a derivation alone"


def data_of(entry: Entry | None, folder: Path) -> tuple[dict[str, Any], tuple[Path, ...]]:
    """The columns by name, None for those that have names alone, and the files that they come from.

    The columns of a file are the texts of their cells: a loss may use some of them (:func:`numbers_in`).
    """
    if entry is None:
        return {}, ()
    if isinstance(entry.value, list):
        return dict.fromkeys(entry.words()), ()
    columns = entry.mapping(USAGE)
    if set(columns) == {"csv"}:
        path = _inside(columns["csv"], folder)
        return _columns(columns["csv"], path), (path,)
    read = {name: [each.number() for each in column.items()] for name, column in columns.items()}
    for name, values in read.items():
        if len(values) > SAMPLES:
            raise columns[name].error(f"{len(values):,} samples are too many for a page; give {SAMPLES:,}.")
    return read, ()


def numbers_in(entry: Entry, name: str, cells: Sequence[str]) -> list[Number]:
    """The numbers of one column of a file."""
    found = []
    for line, cell in enumerate(cells, start=1):
        number = number_of(cell.strip())
        if number is None:
            raise entry.error(
                f"{cell[:40]!r} in column {name[:40]} of the file, sample {line}, is no number."
            )
        found.append(number)
    return found


def _inside(entry: Entry, folder: Path) -> Path:
    """The file that is meant, which stands below the folder, links followed."""
    name = entry.word()
    try:
        path = (folder / name).resolve()
        inside = path.is_relative_to(folder.resolve()) and not PureWindowsPath(name).anchor
        size = path.stat().st_size if inside and path.is_file() else None
    except (OSError, RuntimeError, ValueError):
        # A path may be too long, hold what no file system takes, or be a link to itself.
        raise entry.error(f"{name[:80]!r} is no path of a file.") from None
    if not inside:
        raise entry.error(f"{name[:80]!r} leaves the folder of the pages: put the file below it.")
    if size is None:
        raise entry.error(f"there is no file {name[:80]!r} below the folder of the pages.")
    if size > BYTES:
        raise entry.error(f"{name[:80]!r} has more than {BYTES:,} bytes.")
    return path


def _columns(entry: Entry, path: Path) -> dict[str, list[str]]:
    try:
        lines = path.read_bytes()[: BYTES + 1].decode("utf-8-sig").splitlines()
        rows = [row for row in csv.reader(lines, strict=True) if row]
    except (OSError, UnicodeDecodeError, csv.Error):
        raise entry.error("this is no CSV file in UTF-8.") from None
    if len(rows) < 2 or len(rows) - 1 > SAMPLES:
        raise entry.error(f"the file needs a line of names, then 1 to {SAMPLES:,} lines of numbers.")
    names = [name.strip() for name in rows[0]]
    twice = [name for name in names if names.count(name) > 1]
    if twice or len(names) > COLUMNS:
        raise entry.error(
            f"{twice[0][:40]!r} names two columns." if twice else f"at most {COLUMNS} columns are read."
        )
    for number, row in enumerate(rows, 1):
        if len(row) != len(names):
            raise entry.error(f"row {number} of the file has {len(row)} values for {len(names)} names.")
    return {name: [row[k] for row in rows[1:]] for k, name in enumerate(names) if _can_be_used(name)}


def _can_be_used(name: str) -> bool:
    """Whether a loss could contain the column: others may have names of any kind."""
    try:
        return screen_name(name) == name
    except NotationError:
        return False
