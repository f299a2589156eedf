"""The data of a written problem: in the text, or in a CSV file below the folder of the pages."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from symgd.views.written.entries import Entry

SAMPLES, BYTES = 100_000, 4_000_000
"""The most samples, and the most bytes of a file."""

USAGE = "{x: [1, 2, 3], y: [2, 4, 6]}, {csv: points.csv}, or [x, y] for a derivation alone"


def data_of(entry: Entry | None, folder: Path) -> tuple[dict[str, Any], tuple[Path, ...]]:
    """The columns by name, None for those that have names alone, and the files that they come from."""
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


def _inside(entry: Entry, folder: Path) -> Path:
    """The file that is meant, which stands below the folder, links followed."""
    name = entry.word()
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise entry.error(f"{name[:80]!r} leaves the folder of the pages: put the file below it.")
    if not path.is_file():
        raise entry.error(f"there is no file {name[:80]!r} below the folder of the pages.")
    if path.stat().st_size > BYTES:
        raise entry.error(f"{name[:80]!r} has more than {BYTES:,} bytes.")
    return path


def _columns(entry: Entry, path: Path) -> dict[str, Any]:
    try:
        rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    except (UnicodeDecodeError, csv.Error):
        raise entry.error("this is no CSV file in UTF-8.") from None
    if len(rows) < 2 or len(rows) - 1 > SAMPLES:
        raise entry.error(f"the file needs a line of names, then 1 to {SAMPLES:,} lines of numbers.")
    names = [name.strip() for name in rows[0]]
    for number, row in enumerate(rows, 1):
        if len(row) != len(names):
            raise entry.error(f"line {number} of the file has {len(row)} values for {len(names)} names.")
    cells = {name: [row[k] for row in rows[1:]] for k, name in enumerate(names)}
    return {name: [_number(entry, name, cell) for cell in column] for name, column in cells.items()}


def _number(entry: Entry, name: str, cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise entry.error(f"{cell[:40]!r} in column {name[:40]} of the file is no number.") from None
