"""The complex step: the imaginary part of L(θ + iε v)/ε is the slope along v, free of cancellation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from sympy import Abs, Expr, Function, Heaviside, Max, Min, Piecewise, S, sign

from symgd.checking.contracting import ContractingEvaluator
from symgd.checking.lines import Line
from symgd.codegen.sizes import full_shape, np_shape
from symgd.derivation.grid import Grid
from symgd.derivation.numbers import COMPLEX
from symgd.derivation.special import SMOOTH
from symgd.notation.functions import relu, step
from symgd.notation.indices import SAMPLES, Sample, indices_of
from symgd.notation.intermediates import in_order
from symgd.notation.mapping import name_of
from symgd.notation.problem import Problem
from symgd.notation.reindexing import BINDERS
from symgd.notation.shapes import lengths

# Other functions go through mpmath, one number at a time.
_MANY = 1000
# Beyond so many terms of a sum, long complex numbers may take more room than there is, and much time.
_LARGE = 6_000_000
_COMPLEX = (*SMOOTH, Abs, sign, Heaviside, Max, Min, Piecewise, relu, step)


class ComplexStep:
    """A loss at given values, evaluated in long complex numbers, independently of the compiled one."""

    def __init__(self, problem: Problem, values: Mapping[str, Any]) -> None:
        self._problem = problem
        self._values = {leaf: values[name_of(leaf)] for leaf in problem.leaves}
        self._sizes = {
            size: length
            for leaf, value in self._values.items()
            for size, length in zip(full_shape(leaf), np_shape(value), strict=True)
            if size is not S.One
        }

    def slope(self, line: Line) -> float | None:
        """The slope along a line (Squire and Trapp 1998).

        None where a function of the loss is not one of a complex argument, its value there is not finite, or large
        arrays make it slow.
        """
        slope = self._slope(line) if self._is_complex and self._is_small else np.nan
        return slope if np.isfinite(slope) else None

    def ignores(self, line: Line) -> bool:
        """Whether no change along the line reaches the loss here, as where a relu is 0."""
        return self._is_small and self._slope(line) == 0

    @property
    def _parts(self) -> tuple[Expr, ...]:
        return (self._problem.loss, *(name.definition for name in in_order(self._problem.loss)))

    @cached_property
    def _is_complex(self) -> bool:
        return all(isinstance(node, _COMPLEX) for part in self._parts for node in part.atoms(Function))

    @property
    def _is_small(self) -> bool:
        of_numbers = self._is_complex and not self._problem.has_arrays
        return of_numbers or self._volume <= (_LARGE if self._is_complex else _MANY)

    @cached_property
    def _volume(self) -> int:
        """The number of values of what has the most of them, the terms of sums included."""
        return max(self._count(body) for part in self._parts for body in _bodies(part))

    def _count(self, body: Expr) -> int:
        sizes = [length.size for length in lengths(body).values()]
        sizes += [SAMPLES for index in indices_of(body) if isinstance(index, Sample)]
        return prod(self._sizes.get(size, 1) for size in sizes)

    def _slope(self, line: Line) -> float:
        grid = Grid(self._sizes.get(SAMPLES, 1), self._sizes)
        values = {leaf: _placed(grid, leaf, value) for leaf, value in self._values.items()}
        varied = next(leaf for leaf in values if name_of(leaf) == line.parameter)
        moved = (COMPLEX.perturb(values[varied]) - values[varied]) * _placed(grid, varied, line.direction)
        values[varied] = values[varied] + moved
        with np.errstate(all="ignore"):
            loss = ContractingEvaluator(COMPLEX, values, grid)(self._problem.loss)
            return float(COMPLEX.slope(loss).real.item())


def _bodies(part: Expr) -> Iterator[Expr]:
    """An expression, and what its sums sum."""
    yield part
    for node in part.atoms(*BINDERS):
        yield node.args[0]


def _placed(grid: Grid, leaf: Any, value: Any) -> Any:
    """An array as complex numbers, each axis at its place; one of size 1 has none."""
    kept = [
        length for size, length in zip(full_shape(leaf), np_shape(value), strict=True) if size is not S.One
    ]
    return COMPLEX.array(grid.at(np.reshape(value, kept), leaf))
