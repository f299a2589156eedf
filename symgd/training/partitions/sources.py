"""Which data come in partitions: pieces that are read one by one, and what Dask holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from symgd.derivation.derive import Derivation
from symgd.errors import DataError
from symgd.training.partitions.dask_partitions import dask_partitions, is_dask
from symgd.training.partitions.partitions import Partitions


def data_for(derivation: Derivation, data: Any) -> Any:
    """The data as they were given, or in partitions where they are not to be read as a whole.

    Raises DataError for pieces that can be read only once.
    """
    if not derivation.problem.data:
        return data
    if isinstance(data, Partitions):
        # Those of another run, whose loss may have other data.
        return type(data)(derivation, data.pieces)
    if is_dask(data):
        return dask_partitions(derivation, data)
    return _pieces(derivation, data) if _in_pieces(data) else data


def _in_pieces(data: Any) -> bool:
    """Whether data are several mappings or dataframes."""
    whole = (str, bytes, np.ndarray, Mapping)
    return isinstance(data, Iterable) and not isinstance(data, whole) and not _is_frame(data)


def _is_frame(data: Any) -> bool:
    return hasattr(data, "columns")


def _pieces(derivation: Derivation, data: Iterable[Any]) -> Partitions:
    if isinstance(data, Iterator):
        raise DataError(
            f"data is a {type(data).__name__}, which can be read once; training reads the data in every iteration. "
            "Give a list, or an object whose __iter__ starts anew each time."
        )
    return Partitions(derivation, data)
