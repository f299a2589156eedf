"""Runs on a few samples at a time, in plain Python: NumPy takes longer to be called than they take to compute."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
from sympy import Function, Pow

from symgd.codegen.loops.plain import plain_module
from symgd.errors import CompilationError
from symgd.training.batches import Batch
from symgd.training.loop import Task, evaluate
from symgd.training.setup import Setup
from symgd.training.stopping import LossAndGradient

FEW = 16
"""So many samples at most take less time one by one than as arrays."""

MANY = 100_000
"""Numbers of data that are worth their memory as a list: it takes four times that of an array."""


@dataclass(frozen=True)
class FewSetup(Setup):
    """A setup whose functions take numbers as Python has them, and the samples of a batch one by one."""

    @property
    def start(self) -> tuple[Any, ...]:
        """The parameters at the start."""
        return tuple(map(float, self.values.start.values()))

    def task(self) -> Task:
        """What the loop needs, from the first batch on."""
        functions = plain_module(self.program.derivation, self.rule)[1]
        # Sums and products of floats may become infinite, but none is an error.
        harmless = not any(value.has(Pow, Function) for _, value in self.rule.equations)
        return Task(
            self._careful(functions, "loss_and_gradient"),
            functions["update"] if harmless else self._careful(functions, "update"),
            self._lists(),
            tuple(map(float, self.values.constants.values())),
            tuple(repeat(float(value)) for value in self.values.settings),
        )

    def over_data(self, parameters: tuple[Any, ...]) -> LossAndGradient:
        """The loss of parameters over all data, and its gradient; of many data from arrays."""
        if self.batches.whole:
            return super().over_data(parameters)
        with np.errstate(all="ignore"):
            return evaluate(super().task(), parameters, self.values.arrays)

    def _lists(self) -> Iterator[Batch]:
        if self.batches.shuffled or self.values.numbers > MANY:
            batches = self.batches.of(self.values.arrays)
            return ([column.tolist() for column in batch] for batch in batches)
        return self.batches.of([column.tolist() for column in self.values.arrays])

    def _careful(self, functions: dict[str, Callable[..., Any]], name: str) -> Callable[..., Any]:
        """A function; where Python refuses to divide by 0 or to exceed all floats, what NumPy answers."""
        function = functions[name]

        def careful(*arguments: Any) -> Any:
            try:
                return function(*arguments)
            except (ArithmeticError, ValueError):
                return self.program.function(name)(*(np.asarray(value)[()] for value in arguments))

        return careful


def few_at_a_time(setup: Setup) -> FewSetup | None:
    """The setup of a run in plain Python; None where batches are larger, or for a loss without such loops."""
    if setup.batches.size > FEW or setup.reduced or setup.program.derivation.problem.has_arrays:
        return None
    few = FewSetup(setup.program, setup.optimizer, setup.values, setup.batches, setup.limits)
    try:
        plain_module(few.program.derivation, few.rule)
    except CompilationError:
        return None
    return few
