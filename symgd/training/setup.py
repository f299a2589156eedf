"""What a run is given, checked, and its numbers all of one kind: floats, or fractions where everything stays exact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import repeat
from typing import Any

import numpy as np

from symgd.codegen.binding import bind_data, bind_values, check_data, sizes_of
from symgd.codegen.precision import answers_in_fractions, exactly, floats, precision
from symgd.codegen.program import Program
from symgd.codegen.values import as_scalar
from symgd.errors import DataError, NotationError, OptimizerError
from symgd.notation.mapping import name_of
from symgd.notation.problem import Problem
from symgd.notation.updates import UpdateRule
from symgd.training.batches import Batches
from symgd.training.filling import filled
from symgd.training.loop import Task, evaluate
from symgd.training.partitions.partitions import Partitions
from symgd.training.partitions.rows import are_large
from symgd.training.stopping import Limits, LossAndGradient
from symgd.training.values import Values


@dataclass(frozen=True)
class Setup:
    """All that a run is given; *reduced* computes loss and gradient where that takes no data, or data in partitions."""

    program: Program
    optimizer: Any
    values: Values
    batches: Batches
    limits: Limits
    reduced: Callable[..., Any] | None = None

    @property
    def rule(self) -> UpdateRule:
        """The update rule of the optimizer."""
        rule: UpdateRule = self.program.rule or self.optimizer.rule
        return rule

    @property
    def start(self) -> tuple[Any, ...]:
        """The parameters at the start."""
        return tuple(self.values.start.values())

    def task(self) -> Task:
        """What the loop needs, from the first batch on."""
        return Task(
            self.reduced or self.program.function("loss_and_gradient"),
            self.program.function("update"),
            self.batches.of(self.values.arrays),
            tuple(self.values.constants.values()),
            tuple(map(repeat, self.values.settings)),
        )

    def over_data(self, parameters: tuple[Any, ...]) -> LossAndGradient:
        """The loss of parameters over all data, and its gradient."""
        with np.errstate(all="ignore"):
            return evaluate(self.task(), parameters, self.values.arrays)


def rule_of(optimizer: Any) -> UpdateRule:
    """The update rule of an optimizer; OptimizerError for anything else."""
    example = "for example optimizer=sg.optimizers.GradientDescent(learning_rate=0.01)"
    if optimizer is None:
        raise OptimizerError(f"optimizer is not given: say how to update the parameters, {example}.")
    rule = getattr(optimizer, "rule", None)
    if not isinstance(rule, UpdateRule):
        raise OptimizerError(f"optimizer={optimizer!r} is not an optimizer: give one, {example}.")
    return rule


def values_of(program: Program, data: Any, start: Any, constants: Any) -> Values:
    """The numbers of a run.

    They are fractions if some of them are, the others are whole numbers, and the generated functions answer with
    fractions too; else floats. Raises DataError for what is missing, unknown, or no finite number; whether large data
    are finite is not yet looked at: see :func:`look_at`.
    """
    problem, rule = program.derivation.problem, program.rule
    if start is None:
        example = ", ".join(f'"{name_of(parameter)}": 0' for parameter in problem.parameters)
        raise DataError(
            f"start is not given: say where the parameters start, for example start={{{example}}}."
        )
    bound = data.stand_ins if isinstance(data, Partitions) else bind_data(problem, data, finite=False)
    fixed = bind_values(problem.constants, constants, "constants")
    given: tuple[Mapping[Any, Any], ...] = (
        bind_values(problem.parameters, filled(problem, start, {**bound, **fixed}), "start"),
        bound,
        fixed,
        {}
        if rule is None
        else {s: as_scalar(s.name, value, rule.name) for s, value in rule.settings.items()},
    )
    sizes_of(problem, {**given[0], **bound, **fixed})
    kind = precision(value for each in given[:3] for value in each.values())
    if isinstance(data, Partitions):
        numbers = _by_role(
            floats(_flat((given[0], {}, *given[2:])), kind if problem.has_arrays else np.float64)
        )
        return replace(numbers, data=data)
    if are_large(bound.values()):
        return _large(given, kind if problem.has_arrays else np.float64)
    check_data(bound)
    every = _flat(given)
    if problem.has_arrays:
        return _by_role(floats(every, kind))
    flat = exactly(every)
    values = _by_role(flat)
    if values.exact and not answers_in_fractions(_first_iteration(program, values), ()):
        return _by_role(floats(flat))
    return values


def _large(given: tuple[Mapping[Any, Any], ...], dtype: Any) -> Values:
    """Large data as they are, in whatever precision: what computes with them converts a few at a time."""
    start, data, *rest = given
    return replace(_by_role(floats(_flat((start, {}, *rest)), dtype)), data=data)


def look_at(values: Values) -> None:
    """DataError if there is a number among large data that is not finite: that takes a pass over them."""
    if are_large(values.arrays):
        check_data(dict(zip(values.data, values.arrays, strict=True)))


def check_names(problem: Problem) -> None:
    """NotationError for a parameter whose name the history needs for the loss."""
    if "loss" in map(name_of, problem.parameters):
        raise NotationError("a run's history holds the loss under 'loss': rename the parameter of this name.")


def _flat(given: tuple[Mapping[Any, Any], ...]) -> dict[tuple[int, Any], Any]:
    return {(role, key): value for role, each in enumerate(given) for key, value in each.items()}


def _by_role(flat: Mapping[tuple[int, Any], Any]) -> Values:
    start, data, constants, settings = (
        {key: value for (owner, key), value in flat.items() if owner == role} for role in range(4)
    )
    return Values(start, data, constants, tuple(settings.values()))


def _first_iteration(program: Program, values: Values) -> Callable[[], list[Any]]:
    """All numbers that the generated functions compute in the first iteration, were all samples in one batch."""
    states = (Fraction(0),) * len(program.rule.states if program.rule else ())

    def numbers() -> list[Any]:
        arguments = (*values.start.values(), *values.data.values(), *values.constants.values())
        loss, gradient = program.function("loss_and_gradient")(*arguments)
        update = program.function("update")
        updated = [update(slope, slope, *states, 1, *values.settings) for slope in gradient.values()]
        return [loss, *gradient.values(), *np.ravel(np.array(updated, dtype=object))]

    return numbers
