"""Data of Dask: its arrays and dataframes in their own partitions, computed by its own scheduler.

Whatever scheduler or client is active does the work. What a worker that dies had done, others do again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from symgd.codegen.binding import check_lengths, columns_of
from symgd.derivation.derive import Derivation
from symgd.errors import DataError
from symgd.notation.mapping import name_of
from symgd.training.partitions.partitions import Partitions, Result
from symgd.training.partitions.tree import tree


class DaskPartitions(Partitions):
    """Partitions that are not computed yet: each of *pieces* is delayed."""

    def each(self, task: Callable[[Any], Result]) -> Iterable[Result]:
        """What *task* says of each partition, in their order."""
        import dask

        found: tuple[Result, ...] = dask.compute(*map(_delayed(task), self.pieces))
        return found

    def joined(self, task: Callable[[Any], Result], join: Callable[[Result, Result], Result]) -> Result:
        """What *task* gives for each partition, joined where the partitions are: only the result comes here."""
        result: Result = tree(map(_delayed(task), self.pieces), _delayed(join)).compute()
        return result

    def read(self) -> Iterator[Any]:
        """The partitions one by one, in memory."""
        return (piece.compute() for piece in self.pieces)


def is_dask(data: Any) -> bool:
    """Whether data are a dataframe of Dask, or a mapping with something of Dask; told without importing it."""
    values = data.values() if isinstance(data, Mapping) else [data]
    return any(type(value).__module__.partition(".")[0] == "dask" for value in values)


def dask_partitions(derivation: Derivation, data: Any) -> DaskPartitions:
    """The partitions of a dataframe of Dask, or of a mapping with its arrays; DataError for what does not fit."""
    names = [name_of(symbol) for symbol in derivation.problem.data]
    given = columns_of(names, data)
    pieces = _by_rows(given) if isinstance(data, Mapping) else data[names].to_delayed()
    return DaskPartitions(derivation, pieces)


def _by_rows(given: Mapping[str, Any]) -> list[Any]:
    """Arrays in the same partitions of the samples, all other axes in one piece."""
    arrays = {name: _array(name, values) for name, values in given.items()}
    check_lengths({name: range(a.shape[0]) for name, a in arrays.items() if not math.isnan(a.shape[0])})
    first, *_ = (array for name, array in arrays.items() if hasattr(given[name], "dask"))
    aligned = {name: _aligned(name, array, first.chunks[0]) for name, array in arrays.items()}
    blocks = {name: array.to_delayed().ravel() for name, array in aligned.items()}
    # Delayed as a whole: that is found out once, not in each iteration.
    return [_delayed(dict(zip(blocks, row, strict=True))) for row in zip(*blocks.values(), strict=True)]


def _array(name: str, values: Any) -> Any:
    """A column as an array of Dask."""
    import dask.array

    array = values.to_dask_array() if hasattr(values, "to_dask_array") else dask.array.asarray(values)
    if not array.ndim:
        raise DataError(f"the data {name!r} are one number: at least one sample is needed, in a sequence.")
    return array


def _aligned(name: str, array: Any, chunks: tuple[float, ...]) -> Any:
    """An array in these partitions of the samples; sizes that Dask does not know yet are compared later."""
    whole = dict.fromkeys(range(1, array.ndim), -1)
    if any(map(math.isnan, (*array.chunks[0], *chunks))):
        if len(array.chunks[0]) != len(chunks):
            raise DataError(
                f"the data {name!r} come in {len(array.chunks[0])} chunks, others in {len(chunks)}, and their sizes "
                "are unknown: call compute_chunk_sizes() of them."
            )
        return array.rechunk(whole)
    return array.rechunk({0: chunks, **whole})


def _delayed(value: Any) -> Any:
    from dask import delayed

    return delayed(value, pure=False)
