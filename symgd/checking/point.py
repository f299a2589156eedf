"""The compiled loss and gradient at given values: what is checked is what runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from sympy import Abs, Expr, Function, Heaviside, Max, Min, Piecewise, sign

from symgd.checking.crossings import Crossings, crossings
from symgd.checking.differences import Sweep, sweep
from symgd.checking.slopes import EPSILON, SAFETY
from symgd.codegen.binding import bind_data, bind_scalars, floats
from symgd.codegen.module import expression_source
from symgd.codegen.program import compile_numpy, load
from symgd.derivation.derive import Derivation
from symgd.derivation.evaluation import Evaluator
from symgd.derivation.grid import Grid
from symgd.derivation.kinks import kinks
from symgd.derivation.numbers import COMPLEX
from symgd.derivation.special import SMOOTH
from symgd.errors import DataError
from symgd.notation.functions import relu, step
from symgd.notation.intermediates import in_order
from symgd.notation.mapping import name_of

# Other functions go through mpmath, one sample at a time.
_MANY = 1000
_COMPLEX = (*SMOOTH, Abs, sign, Heaviside, Max, Min, Piecewise, relu, step)


class Point:
    """A loss, its gradient and its kinks at values of parameters, data and constants, in double precision."""

    def __init__(self, derivation: Derivation, at: Any, data: Any, constants: Any) -> None:
        problem = self._problem = derivation.problem
        self.values = floats(
            {
                **bind_scalars(problem.parameters, at, "at"),
                **bind_data(problem, data),
                **bind_scalars(problem.constants, constants, "constants"),
            }
        )
        self._functions = compile_numpy(derivation).functions
        self.loss = self._loss({})
        if not np.isfinite(self.loss):
            where = ", ".join(f"{p}={self.values[p]:g}" for p in map(name_of, problem.parameters))
            raise DataError(
                f"the loss is {self.loss} at {where}: choose a point where it is a finite number."
            )

    @cached_property
    def gradient(self) -> dict[str, float]:
        """The compiled gradient."""
        return self._gradient({})

    @cached_property
    def noise(self) -> tuple[float, dict[str, float]]:
        """What rounding does to the loss and to each entry of the gradient: as much as rounding the values does."""
        loss, gradient = 0.0, {name: SAFETY * EPSILON * abs(slope) for name, slope in self.gradient.items()}
        for name, value in self.values.items():
            rounded = {name: value * (1 + EPSILON)}
            loss += _change(self._loss(rounded), self.loss)
            for other, slope in self._gradient(rounded).items():
                gradient[other] += SAFETY * _change(slope, self.gradient[other])
        return loss, gradient

    def sweep(self, name: str) -> Sweep:
        """The loss along one parameter."""
        swept: Sweep = sweep(lambda value: self._loss({name: value}), self.values[name])
        return swept

    def crossings(self, name: str, swept: Sweep) -> Crossings:
        """The kinks along one parameter."""
        expressions, functions = self._kinks

        def values(value: float) -> list[Any]:
            return [self._call(function, {name: value}) for function in functions]

        with np.errstate(all="ignore"):
            return crossings(expressions, values, self.values[name], swept.spacings)

    def complex_step(self, name: str) -> float | None:
        """The imaginary part of L(θ + iε)/ε, free of cancellation (Squire and Trapp 1998).

        None where a function of the loss is not one of a complex argument, or its value there is not finite.
        """
        slope = self._complex_step(name) if self._is_complex else np.nan
        return slope if np.isfinite(slope) else None

    def ignores(self, name: str) -> bool:
        """Whether no change of the parameter reaches the loss here, as where a relu is 0."""
        return (self._is_complex or self._samples <= _MANY) and self._complex_step(name) == 0

    @cached_property
    def _kinks(self) -> tuple[tuple[Expr, ...], list[Any]]:
        """The kink expressions, and each as a compiled function."""
        found = kinks(self._problem.loss)
        sources = [expression_source(replace(self._problem, loss=kink)) for kink in found]
        return found, [load(source)["evaluate"] for source in sources]

    @cached_property
    def _is_complex(self) -> bool:
        parts = (self._problem.loss, *(name.definition for name in in_order(self._problem.loss)))
        return all(isinstance(node, _COMPLEX) for part in parts for node in part.atoms(Function))

    @property
    def _samples(self) -> int:
        return max((np.size(value) for value in self.values.values()), default=1)

    def _complex_step(self, name: str) -> float:
        leaves = {name_of(leaf): leaf for leaf in self._problem.leaves}
        grid = Grid(self._samples)
        values = {
            leaves[key]: COMPLEX.array(grid.at(value, leaves[key])) for key, value in self.values.items()
        }
        values[leaves[name]] = COMPLEX.perturb(values[leaves[name]])
        with np.errstate(all="ignore"):
            loss = Evaluator(COMPLEX, values, grid)(self._problem.loss)
            return float(COMPLEX.slope(loss).real.item())

    def _loss(self, changed: Mapping[str, Any]) -> float:
        return float(self._call(self._functions["loss"], changed))

    def _gradient(self, changed: Mapping[str, Any]) -> dict[str, float]:
        return {name: float(v) for name, v in self._call(self._functions["gradient"], changed).items()}

    def _call(self, function: Any, changed: Mapping[str, Any]) -> Any:
        with np.errstate(all="ignore"):
            return function(*{**self.values, **changed}.values())


def _change(after: float, before: float) -> float:
    change = abs(after - before)
    return change if np.isfinite(change) else 0.0
