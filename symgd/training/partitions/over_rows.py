"""The loss and its gradient from large arrays in memory: block by block, so that no temporary is as long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from symgd.codegen.program import Program
from symgd.derivation.derive import Derivation
from symgd.notation.mapping import name_of
from symgd.training.partitions.partitions import Partitions
from symgd.training.partitions.rows import RowPartitions, Rows, are_large, is_mapped
from symgd.training.partitions.sums import LossAndSlopes, OverPartitions, over_partitions
from symgd.training.values import Values


@dataclass
class OverRows:
    """The loss and its gradient as a function of parameters, data and constants, like the generated one.

    Batches that are small go to that one, and so do all of a loss that is no function of sums over the samples; of data
    in files these raise DerivationError.
    """

    program: Program
    values: Values

    def __call__(self, *arguments: Any) -> LossAndSlopes:
        """The loss of a batch, and its slopes by the names of the parameters."""
        first = len(self.values.start)
        last = first + len(self.values.data)
        found = self._of(arguments[first:last])
        if found is None:
            function = self.program.function("loss_and_gradient")
            batch = self._converted(arguments[first:last])
            answer: LossAndSlopes = function(*arguments[:first], *batch, *arguments[last:])
            return answer
        return found(*arguments[:first], *arguments[last:])

    def _converted(self, batch: Sequence[Any]) -> tuple[Any, ...]:
        """A batch in the precision of the run; all data are converted once."""
        return self._all if self._is_whole(batch) else tuple(self._arrays(batch))

    def _is_whole(self, batch: Sequence[Any]) -> bool:
        return all(a is b for a, b in zip(batch, self.values.arrays, strict=True))

    def _arrays(self, batch: Sequence[Any]) -> Iterator[Any]:
        return (np.asarray(array, self.values.dtype) for array in batch)

    @cached_property
    def _all(self) -> tuple[Any, ...]:
        return tuple(self._arrays(self.values.arrays))

    def suspect(self, parameters: Sequence[Any], batch: Sequence[Any]) -> dict[str, Any]:
        """The arrays of a batch, by name; of a large one those rows alone whose sums are not finite."""
        found = self._of(batch)
        if found is None:
            return dict(zip(self.values.data, batch, strict=True))
        return found.suspect(*parameters, *self.values.constants.values())

    @cached_property
    def _adds_up(self) -> bool:
        return self._rows.adds_up

    @cached_property
    def refused(self) -> bool:
        """Whether the data stand in files, which may be more than memory holds, and must be used as a whole."""
        return any(map(is_mapped, self.values.arrays)) and not self._adds_up

    @cached_property
    def _rows(self) -> RowPartitions:
        """All data."""
        return rows_of(self.program.derivation, self.values.data)

    @cached_property
    def _over_all(self) -> OverPartitions:
        """The function for all data: kept, as it knows its answers at the start and at the end."""
        return self._over(self._rows)

    def _of(self, batch: Sequence[Any]) -> OverPartitions | None:
        """The function for the rows of a large batch."""
        if not are_large(batch):
            return None
        if not self._adds_up:
            # Where arrays as long as the data may not fit, the reason is told.
            return self._over_all if self.refused else None
        if self._is_whole(batch):
            return self._over_all
        return self._over(rows_of(self.program.derivation, dict(zip(self.values.data, batch, strict=True))))

    def _over(self, rows: RowPartitions) -> OverPartitions:
        return OverPartitions(rows, (*self.values.start, *self.values.constants), self.values.dtype)


def rows_of(derivation: Derivation, arrays: Mapping[str, Any]) -> RowPartitions:
    """The rows of arrays that were checked."""
    names = map(name_of, derivation.problem.data)
    return RowPartitions(derivation, Rows({name: arrays[name] for name in names}))


def in_parts(program: Program, values: Values) -> OverPartitions | OverRows | None:
    """The loss and its gradient for the values of a run where data are not used as a whole; None where they are."""
    if values.exact or not are_large(values.arrays):
        return over_partitions(program, values)
    return OverRows(program, values)


def in_rows(derivation: Derivation, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data of a run, by rows where they are large and in memory and the loss adds up to sums of such."""
    if isinstance(data, Partitions) or not are_large(data.values()):
        return data
    rows = rows_of(derivation, data)
    return rows if rows.adds_up else data
