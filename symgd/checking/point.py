"""The compiled loss and gradient at given values: what is checked is what runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from sympy import Expr

from symgd.checking.complex_step import ComplexStep
from symgd.checking.crossings import Crossings, crossings
from symgd.checking.differences import Sweep, spacings_around, sweep
from symgd.checking.lines import Line
from symgd.checking.slopes import EPSILON, SAFETY
from symgd.codegen.binding import bind_data, bind_values, floats, sizes_of
from symgd.codegen.loading import load
from symgd.codegen.module import expression_source
from symgd.codegen.program import compile_numpy
from symgd.derivation.derive import Derivation
from symgd.derivation.kinks import kinks
from symgd.errors import DataError
from symgd.notation.indices import Axis, Bound, axis, indices_of
from symgd.notation.mapping import name_of
from symgd.notation.reindexing import reindexed


class Point:
    """A loss, its gradient and its kinks at values of parameters, data and constants, in double precision."""

    def __init__(self, derivation: Derivation, at: Any, data: Any, constants: Any) -> None:
        problem = self._problem = derivation.problem
        self.values = floats(
            {
                **bind_values(problem.parameters, at, "at"),
                **bind_data(problem, data),
                **bind_values(problem.constants, constants, "constants"),
            }
        )
        sizes_of(problem, self.values)
        self._functions = compile_numpy(derivation).functions
        self._step = ComplexStep(problem, self.values)
        self.loss = self._loss({})
        if not np.isfinite(self.loss):
            where = ", ".join(self._told(name_of(parameter)) for parameter in problem.parameters)
            raise DataError(
                f"the loss is {self.loss} at {where}: choose a point where it is a finite number."
            )

    @cached_property
    def gradient(self) -> dict[str, Any]:
        """The compiled gradient: a number or an array for each parameter."""
        return self._gradient({})

    @cached_property
    def noise(self) -> tuple[float, dict[str, Any]]:
        """What rounding does to the loss and to each entry of the gradient: as much as rounding the values does."""
        loss, gradient = 0.0, {name: SAFETY * EPSILON * abs(slope) for name, slope in self.gradient.items()}
        for name, value in self.values.items():
            rounded = {name: value * (1 + EPSILON)}
            loss += float(_change(self._loss(rounded), self.loss))
            for other, slope in self._gradient(rounded).items():
                gradient[other] = gradient[other] + SAFETY * _change(slope, self.gradient[other])
        return loss, gradient

    def sweep(self, line: Line) -> Sweep:
        """The loss along a line."""
        swept: Sweep = sweep(lambda t: self._loss(line.at(t)), 0.0, spacings_around(line.size))
        return swept

    def crossings(self, line: Line, swept: Sweep) -> Crossings:
        """The kinks along a line."""
        expressions, functions = self._kinks

        def values(t: float) -> list[Any]:
            return [self._call(function, line.at(t)) for function in functions]

        with np.errstate(all="ignore"):
            return crossings(expressions, values, 0.0, swept.spacings)

    def complex_step(self, line: Line) -> float | None:
        """The slope along a line by the complex step, where that is possible."""
        return self._step.slope(line)

    def ignores(self, line: Line) -> bool:
        """Whether no change along the line reaches the loss here, as where a relu is 0."""
        return self._step.ignores(line)

    @cached_property
    def _kinks(self) -> tuple[tuple[Expr, ...], list[Any]]:
        """The kink expressions, and each as a compiled function."""
        found = kinks(self._problem.loss)
        sources = [expression_source(replace(self._problem, loss=kink)) for kink in found]
        return tuple(map(_at_axes, found)), [load(source)["evaluate"] for source in sources]

    def _loss(self, changed: Mapping[str, Any]) -> float:
        return float(self._call(self._functions["loss"], changed))

    def _gradient(self, changed: Mapping[str, Any]) -> dict[str, Any]:
        return floats(self._call(self._functions["gradient"], changed))

    def _call(self, function: Any, changed: Mapping[str, Any]) -> Any:
        with np.errstate(all="ignore"):
            return function(*{**self.values, **changed}.values())

    def _told(self, name: str) -> str:
        value = self.values[name]
        return f"{name} of shape {value.shape}" if value.shape else f"{name}={value:g}"


def _change(after: Any, before: Any) -> Any:
    change = np.abs(np.subtract(after, before))
    return np.where(np.isfinite(change), change, 0.0)


def _at_axes(kink: Expr) -> Any:
    """An expression from inside a sum, the summed indices turned into axes: formulas give those their letters."""
    indices = indices_of(kink)
    count = max((index.number for index in indices if isinstance(index, Axis)), default=0)
    summed = [index for index in indices if isinstance(index, Bound)]
    return reindexed(kink, {index: axis(count + k) for k, index in enumerate(reversed(summed), 1)})
