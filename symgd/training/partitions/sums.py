"""The loss and its gradient from data in partitions: sums of each, added in a tree, and a function of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from symgd.codegen.binding import columns_of
from symgd.codegen.loading import loaded
from symgd.codegen.partial_sums import COMBINE, PartialSums
from symgd.codegen.precision import floats, precision
from symgd.codegen.program import Program
from symgd.codegen.sizes import sizes_of
from symgd.errors import DataError
from symgd.training.blocks import SHORTER, length
from symgd.training.partitions.partitions import Partitions, arrays_of, as_array
from symgd.training.partitions.tree import tree
from symgd.training.values import Values

Sums = tuple[Any, ...]
LossAndSlopes = tuple[Any, dict[str, Any]]


@dataclass(frozen=True)
class SumsOf:
    """A task for a partition, which a worker elsewhere can do too: it holds the source of functions, not themselves.

    *names* are those of the data, *values* the parameters and all else that is the same for all partitions.
    """

    code: PartialSums
    names: list[str]
    values: Mapping[str, Any]
    dtype: Any

    def __call__(self, piece: Any) -> Sums:
        """The number of samples, the sums and their slopes, in double precision."""
        given = columns_of(self.names, piece)
        columns = [as_array(given[name]) for name in self.names]
        samples, functions = len(columns[0]), loaded(self.code.source)
        step = length(sum(column[:1].size for column in columns), SHORTER)
        # Block by block, as a partition is too long for the cache, and an empty one is a block too.
        firsts = range(0, samples, step) if samples else range(1)
        with np.errstate(all="ignore"):
            return tree((self._of([c[k : k + step] for c in columns], functions) for k in firsts), add)

    def _of(self, columns: list[Any], functions: Mapping[str, Callable[..., Any]]) -> Sums:
        """The same for some of the samples."""
        arrays = {n: np.asarray(c, self.dtype) for n, c in zip(self.names, columns, strict=True)}
        given = {**self.values, **arrays}
        found: list[Any] = [len(columns[0])]
        for part in self.code.parts:
            found += functions[part.function](*(given[name] for name in part.arguments))
        return tuple(np.asarray(value, dtype=np.float64)[()] for value in found)


def add(left: Sums, right: Sums) -> Sums:
    """The sums of two partitions together."""
    with np.errstate(all="ignore"):
        return tuple(a + b for a, b in zip(left, right, strict=True))


@dataclass
class OverPartitions:
    """The loss and its gradient as a function of parameters and constants, in the order of *names*.

    With a batch between them it is *of_batch*, the function for data in memory. The answers at the first and the last
    point are kept, for at the end of a run they are asked for again.
    """

    data: Partitions
    names: tuple[str, ...]
    dtype: Any
    of_batch: Callable[..., LossAndSlopes] | None = None
    _known: list[tuple[tuple[Any, ...], LossAndSlopes]] = field(default_factory=list)

    def __call__(self, *arguments: Any) -> LossAndSlopes:
        """The loss over all samples, and its slopes by the names of the parameters."""
        if self.of_batch and len(arguments) > len(self.names):
            return self.of_batch(*arguments)
        for point, answer in self._known:
            if all(a is b for a, b in zip(point, arguments, strict=True)):
                return answer
        answer = self._computed(dict(zip(self.names, arguments, strict=True)))
        self._known = [*self._known[:1], (arguments, answer)]
        return answer

    def suspect(self, *arguments: Any) -> dict[str, Any]:
        """The arrays of the first partition whose sums are not finite; of the last one if all are."""
        task, arrays = self._task(dict(zip(self.names, arguments, strict=True))), {}
        for piece in self.data.read():
            arrays = arrays_of(self.data.names, piece, self.dtype)
            if not all(np.isfinite(value).all() for value in task(piece)):
                break
        return arrays

    def _task(self, values: dict[str, Any]) -> SumsOf:
        given = {**values, **self._counts(values)}
        return SumsOf(self.data.code, self.data.names, given, self.dtype)

    def _counts(self, values: dict[str, Any]) -> dict[str, Any]:
        """The number of samples and the sizes of axes, under the names that the code has for them."""
        sizes = sizes_of(self.data.derivation.problem, {**values, **self.data.stand_ins})
        return {name: np.float64(sizes[size]) for size, name in self.data.code.counts.items()}

    def _computed(self, values: dict[str, Any]) -> LossAndSlopes:
        code, task = self.data.code, self._task(values)
        samples, *sums = self.data.joined(task, add)
        if samples != self.data.samples:
            raise DataError(
                f"the partitions hold {samples:.0f} samples now, and held {self.data.samples} when they were first "
                "read: give partitions that are the same each time."
            )
        given = {**task.values, **dict(zip(code.results, sums, strict=True))}
        with np.errstate(all="ignore"):
            loss, slopes = loaded(code.source)[COMBINE](*(given[name] for name in code.outer))
        return loss, {name: _like(values[name], slope) for name, slope in slopes.items()}


def over_partitions(program: Program, values: Values) -> OverPartitions | None:
    """The loss and its gradient for the values of a run whose data come in partitions."""
    if not isinstance(values.data, Partitions):
        return None
    names = (*values.start, *values.constants)
    return OverPartitions(values.data, names, values.dtype, program.function("loss_and_gradient"))


def loss_over(data: Partitions, values: Mapping[str, Any]) -> float:
    """The loss for values of parameters and constants by name."""
    kind = precision([*values.values(), *data.stand_ins.values()])
    dtype = kind if data.derivation.problem.has_arrays else np.float64
    found = OverPartitions(data, tuple(values), dtype)(*floats(values, dtype).values())
    return float(found[0])


def _like(parameter: Any, slope: Any) -> Any:
    """A slope in the precision of its parameter."""
    return np.asarray(slope, dtype=parameter.dtype)[()]
