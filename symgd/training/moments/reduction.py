"""A run without its data: loss and gradient from rows that take the place of the samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from symgd.codegen.blocks import Blocks, Named, blocks_of
from symgd.codegen.precision import floats
from symgd.derivation.derive import Derivation
from symgd.derivation.moments import Moments, NoMoments
from symgd.derivation.rows import N
from symgd.errors import TrainingError
from symgd.notation.mapping import name_of
from symgd.training.blocks import Samples
from symgd.training.moments.partition_triangles import triangles_of
from symgd.training.partitions.partitions import Partitions
from symgd.training.setup import Setup

_KNOWN: WeakKeyDictionary[Derivation, Blocks] = WeakKeyDictionary()


@dataclass(frozen=True)
class Reduction:
    """The generated functions of a loss over rows, and the *rows* of some samples by the names of its constants.

    *part* are the rows of the part of the samples that stands for all; None where all are few, or elsewhere larger.
    """

    blocks: Blocks
    setup: Setup
    samples: Samples | Partitions
    rows: Mapping[str, Any]
    part: Mapping[str, Any] | None

    @property
    def count(self) -> int:
        """How many rows take the place of the samples."""
        return max(len(each) for each in self.rows.values())

    @property
    def sees_data(self) -> bool:
        """Whether a number of the data that is not finite would have shown in the sums: all data are squared."""
        squared = {column.name for column in self.blocks.columns.values() if isinstance(column, Named)}
        return squared >= set(self.setup.values.data)

    @property
    def fixed(self) -> dict[str, Any]:
        """The constants of the run, by name, and the number of samples."""
        return _fixed(self.setup, self.samples.count)

    def without_data(self) -> Setup:
        """The run, its loss and gradient computed from the rows; in double precision."""
        function = self.blocks.program.function("loss_and_gradient")
        fixed, start = self._constants, floats(self.setup.values.start)
        count = len(start)

        def loss_and_gradient(*arguments: Any) -> Any:
            return function(*arguments[:count], *fixed)

        return replace(self.setup, values=replace(self.setup.values, start=start), reduced=loss_and_gradient)

    def loss(self, parameters: Sequence[Any]) -> float:
        """The loss from the rows."""
        return float(self.blocks.program.function("loss")(*parameters, *self._constants))

    @property
    def _constants(self) -> tuple[Any, ...]:
        """The constants of the loss over rows, in the order of its generated functions."""
        known = {**self.fixed, **self.rows}
        return tuple(known[name_of(each)] for each in self.blocks.program.derivation.problem.constants)

    @property
    def compared(self) -> Reduction:
        """The same for the part of the samples that stands for all; itself if none does."""
        if self.part is None or isinstance(self.samples, Partitions) or self.samples.part is None:
            return self
        return replace(self, samples=self.samples.part, rows=self.part, part=None)


def reduction_of(setup: Setup, moments: Moments) -> Reduction:
    """The rows for the data of a run, found in one pass; LinAlgError where a column is not finite."""
    blocks, values = _blocks(setup.program.derivation, moments), setup.values
    with np.errstate(all="ignore"):
        samples, whole, part = triangles_of(blocks.columns, _fixed(setup, values.samples), values.data)
    return Reduction(blocks, setup, samples, whole, part)


def blocks_for(derivation: Derivation) -> Blocks:
    """The generated functions of a loss that has moments."""
    moments = derivation.moments
    if isinstance(moments, NoMoments):
        raise TrainingError(f"the loss has no moments: {moments}")
    return _blocks(derivation, moments)


def _blocks(derivation: Derivation, moments: Moments) -> Blocks:
    """The same, written once for each derivation."""
    if derivation not in _KNOWN:
        _KNOWN[derivation] = blocks_of(moments)
    return _KNOWN[derivation]


def _fixed(setup: Setup, samples: int) -> dict[str, Any]:
    return {**floats(setup.values.constants), N.name: float(samples)}
