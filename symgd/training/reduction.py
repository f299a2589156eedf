"""A run without its data: the loss from rows that take the place of the samples, compared with the data at the end."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from symgd.codegen.blocks import Blocks, blocks_of
from symgd.codegen.precision import floats
from symgd.derivation.derive import Derivation
from symgd.derivation.moments import Moments
from symgd.derivation.rows import N
from symgd.notation.mapping import name_of
from symgd.training.accumulating import part, slices, triangle
from symgd.training.setup import Setup

AGREES = 1e-9
"""The loss from rows and that from the data differ by this part of themselves at most."""

ROUNDINGS, DRAWS = 64, 4
"""Or by what this many units in the last place of the rows, which stand for those of the data, change it by."""

_KNOWN: WeakKeyDictionary[Derivation, Blocks] = WeakKeyDictionary()


@dataclass(frozen=True)
class Reduction:
    """The values of the constants of the loss over rows, by name, and the functions that use them."""

    blocks: Blocks
    setup: Setup
    rows: Mapping[str, Any]

    @property
    def count(self) -> int:
        """How many rows take the place of the samples."""
        return max(len(each) for each in self.rows.values())

    def without_data(self) -> Setup:
        """The run, its loss and gradient computed from the rows."""
        function = self.blocks.program.functions["loss_and_gradient"]
        fixed = tuple(self._constants(self.rows))
        start = floats(self.setup.values.start)
        parameters = len(start)

        def loss_and_gradient(*arguments: Any) -> Any:
            return function(*arguments[:parameters], *fixed)

        values = replace(self.setup.values, start=start)
        return replace(self.setup, values=values, reduced=loss_and_gradient)

    def disagreement(self, last: Sequence[Any]) -> str | None:
        """How the loss from rows differs from the loss over the data, at the start, the end or between; None if not."""
        names = tuple(self.setup.values.start)
        points = [dict(zip(names, each, strict=True)) for each in _points(self.setup.start, last)]
        with np.errstate(all="ignore"):
            direct = self._over_data(points)
            for where, point, value in zip(("start", "end", "random point"), points, direct, strict=True):
                found = self._loss(point, self.rows)
                if not _agree(found, value, self._rounding(point)):
                    return f"at the {where} they give {found:.10g} where the data give {value:.10g}"
        return None

    def _constants(self, rows: Mapping[str, Any]) -> Iterator[Any]:
        """The constants of the loss over rows, in the order of its generated functions."""
        known = {**floats(self.setup.values.constants), **rows, N.name: float(self.setup.values.samples)}
        for constant in self.blocks.program.derivation.problem.constants:
            yield known[name_of(constant)]

    def _loss(self, point: Mapping[str, Any], rows: Mapping[str, Any]) -> float:
        return float(self.blocks.program.functions["loss"](*point.values(), *self._constants(rows)))

    def _rounding(self, point: Mapping[str, Any]) -> float:
        """How much the loss changes with the last digits of the rows."""
        random = np.random.default_rng(0)
        loss, changes = self._loss(point, self.rows), [0.0]
        for _ in range(DRAWS):
            moved = {
                name: value * (1 + np.finfo(np.float64).eps * random.choice([-1, 1], np.shape(value)))
                for name, value in self.rows.items()
            }
            changes.append(abs(self._loss(point, moved) - loss))
        return ROUNDINGS * max(changes)

    def _over_data(self, points: Sequence[Mapping[str, Any]]) -> list[float]:
        """The loss as it was written, over all data, at each of the points: block by block."""
        setup = self.setup
        data, constants = setup.values.data, floats(setup.values.constants)
        width = sum(np.size(each) for each in data.values()) // setup.values.samples
        known = [{**constants, **floats(point), N.name: float(setup.values.samples)} for point in points]
        for name, total in self.blocks.sums.items():
            sums: list[list[float]] = [[] for _ in points]
            for which in slices(setup.values.samples, width):
                block = part({}, data, which)
                for values, found in zip(known, sums, strict=True):
                    found.append(float(total({**values, **block})))
            for values, found in zip(known, sums, strict=True):
                values[name] = _exact_sum(found)
        return [float(self.blocks.loss(values)) for values in known]


def reduction_of(setup: Setup, moments: Moments) -> Reduction:
    """The rows for the data of a run, found in one pass; LinAlgError where they do not determine the loss."""
    derivation = setup.program.derivation
    if derivation not in _KNOWN:
        _KNOWN[derivation] = blocks_of(moments)
    blocks = _KNOWN[derivation]
    values = {**floats(setup.values.constants), N.name: float(setup.values.samples)}
    with np.errstate(all="ignore"):
        return Reduction(blocks, setup, triangle(blocks.columns, values, setup.values.data))


def _points(start: Sequence[Any], last: Sequence[Any]) -> tuple[Sequence[Any], ...]:
    """Both ends of a run, and a point whose coordinates lie between theirs."""
    random = np.random.default_rng(0)
    between = [a + random.uniform(size=np.shape(a)) * (b - a) for a, b in zip(start, last, strict=True)]
    return start, last, between


def _agree(found: float, value: float, rounding: float) -> bool:
    if not math.isfinite(value):
        return not math.isfinite(found)
    return abs(found - value) <= max(AGREES * abs(value), rounding)


def _exact_sum(values: Iterable[float]) -> float:
    listed = list(values)
    return math.fsum(listed) if all(map(math.isfinite, listed)) else sum(listed)
