"""A run without its data: loss and gradient from rows that take the place of the samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from symgd.codegen.blocks import Blocks, blocks_of
from symgd.codegen.precision import floats
from symgd.derivation.derive import Derivation
from symgd.derivation.moments import Moments, NoMoments
from symgd.derivation.rows import N
from symgd.errors import TrainingError
from symgd.notation.mapping import name_of
from symgd.training.blocks import every
from symgd.training.setup import Setup
from symgd.training.triangles import triangle_of

_KNOWN: WeakKeyDictionary[Derivation, Blocks] = WeakKeyDictionary()


@dataclass(frozen=True)
class Reduction:
    """The generated functions of a loss over rows, and the *rows* of one run's data by the names of its constants."""

    blocks: Blocks
    setup: Setup
    rows: Mapping[str, Any]

    @property
    def count(self) -> int:
        """How many rows take the place of the samples."""
        return max(len(each) for each in self.rows.values())

    @property
    def fixed(self) -> dict[str, Any]:
        """The constants of the run, by name, and the number of samples."""
        return {**floats(self.setup.values.constants), N.name: float(self.setup.values.samples)}

    def without_data(self) -> Setup:
        """The run, its loss and gradient computed from the rows; in double precision."""
        function = self.blocks.program.functions["loss_and_gradient"]
        fixed, start = self._constants(self.rows), floats(self.setup.values.start)
        count = len(start)

        def loss_and_gradient(*arguments: Any) -> Any:
            return function(*arguments[:count], *fixed)

        return replace(self.setup, values=replace(self.setup.values, start=start), reduced=loss_and_gradient)

    def loss(self, parameters: Sequence[Any], rows: Mapping[str, Any] | None = None) -> float:
        """The loss from the rows, or from others in their place."""
        return float(self.blocks.program.functions["loss"](*parameters, *self._constants(rows or self.rows)))

    def _constants(self, rows: Mapping[str, Any]) -> tuple[Any, ...]:
        """The constants of the loss over rows, in the order of its generated functions."""
        known = {**self.fixed, **rows}
        return tuple(known[name_of(each)] for each in self.blocks.program.derivation.problem.constants)

    def of_part(self, samples: int) -> Reduction:
        """The same for about so many *samples* from all over the data; itself if these are all, or tell too little."""
        values = self.setup.values
        part = replace(values, data=every(values.data, samples))
        if part.samples == values.samples:
            return self
        try:
            return _with_rows(self.blocks, replace(self.setup, values=part))
        except np.linalg.LinAlgError:
            return self


def reduction_of(setup: Setup, moments: Moments) -> Reduction:
    """The rows for the data of a run, found in one pass; LinAlgError where they cannot be told apart."""
    return _with_rows(_blocks(setup.program.derivation, moments), setup)


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


def _with_rows(blocks: Blocks, setup: Setup) -> Reduction:
    reduction = Reduction(blocks, setup, {})
    with np.errstate(all="ignore"):
        rows = triangle_of(blocks.columns, reduction.fixed, setup.values.data)
    return replace(reduction, rows=rows)
