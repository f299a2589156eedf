"""The triangle R of a matrix with a row for each sample, of data in memory or in partitions.

Each partition gives its own R, two of them stacked give that of both by QR again, and so on in a tree: TSQR (Demmel,
Grigori, Hoemmen and Langou, Communication-optimal parallel and sequential QR and LU factorizations, 2012). Each step
keeps the sums of squares to the last digits, whatever the columns are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from symgd.training.moments.accumulating import Triangles, triangles
from symgd.training.moments.matrix import Columns
from symgd.training.partitions.partitions import Partitions, arrays_of

Rows = dict[str, Any]


def triangles_of(columns: Columns, values: Mapping[str, Any], data: Mapping[str, Any]) -> Triangles:
    """R of the matrix whose columns are given, a part for each; LinAlgError if a column is not finite."""
    if not isinstance(data, Partitions):
        return triangles(columns, values, data)
    rows = data.joined(TriangleOf(columns, values, data.names), stacked)
    if not all(np.isfinite(each).all() for each in rows.values()):
        raise np.linalg.LinAlgError
    return Triangles(data, rows, None)


@dataclass(frozen=True)
class TriangleOf:
    """A task for a partition: its R."""

    columns: Columns
    values: Mapping[str, Any]
    names: list[str]

    def __call__(self, piece: Any) -> Rows:
        """R; by QR of all columns where one is not finite, so that it tells."""
        data = arrays_of(self.names, piece, np.float64)
        with np.errstate(all="ignore"):
            try:
                return triangles(self.columns, self.values, data).whole
            except np.linalg.LinAlgError:
                samples = len(next(iter(data.values())))
                values = {**self.values, **data}
                return reduced({name: _column(of(values), samples) for name, of in self.columns.items()})


def stacked(upper: Rows, lower: Rows) -> Rows:
    """R of two partitions together."""
    return reduced({name: np.concatenate([upper[name], lower[name]]) for name in upper})


def reduced(rows: Rows) -> Rows:
    """R of some rows; nan where one of them is not finite."""
    flat = {name: np.reshape(each, (len(each), -1)) for name, each in rows.items()}
    found = np.linalg.qr(np.hstack(list(flat.values())), mode="r")
    ends = np.cumsum([each.shape[1] for each in flat.values()])
    parts = np.split(found, ends[:-1], axis=1)
    return {
        name: part.reshape(len(found), *rows[name].shape[1:]) for name, part in zip(rows, parts, strict=True)
    }


def _column(value: Any, samples: int) -> Any:
    """A column, also where it is one number for all samples."""
    return value if np.ndim(value) else np.full(samples, value)
