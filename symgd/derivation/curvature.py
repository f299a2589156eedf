"""Second derivatives, derived when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sympy import Expr

from symgd.derivation.backpropagation import Context, tidy
from symgd.derivation.derivative import Partial
from symgd.derivation.evidence import Oracle
from symgd.derivation.rewriting import Step, differentiate
from symgd.derivation.tidying import written_parts
from symgd.errors import DerivationError
from symgd.notation.arrays import sum as summed
from symgd.notation.indices import axis
from symgd.notation.mapping import name_of
from symgd.notation.problem import Problem
from symgd.notation.reindexing import reindexed
from symgd.notation.shapes import shape_text
from symgd.notation.symbols import label_of


class Hessian(Mapping[Any, Expr]):
    """∂²L/∂w∂b by pairs of parameters, ``hessian[w, b]``; ``steps(w, b)`` gives the lines.

    Each entry is the derivative of the gradient's last line, derived and checked as that was. For vectors it is an
    array: the axis of the first parameter, then that of the second. For larger arrays it would hold too many numbers:
    there DerivationError points to the product of the Hessian with a vector.
    """

    def __init__(self, problem: Problem, gradient: Mapping[Any, Expr]) -> None:
        self._problem, self._gradient = problem, gradient
        self._parameters = {name_of(parameter): parameter for parameter in problem.parameters}
        self._steps: dict[tuple[str, str], tuple[Step, ...]] = {}

    def steps(self, first: Any, second: Any) -> tuple[Step, ...]:
        """The lines from ∂/∂second of ∂L/∂first to its last."""
        key = name_of(first), name_of(second)
        if key not in self._steps:
            self._steps[key] = tuple(self._derive(*key))
        return self._steps[key]

    def __getitem__(self, key: Any) -> Expr:
        first, second = key
        return self.steps(first, second)[-1].after

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter([(first, second) for first in self._parameters for second in self._parameters])

    def __len__(self) -> int:
        return len(self._parameters) ** 2

    def _derive(self, first: str, second: str) -> Iterator[Step]:
        self._check_small(first)
        self._check_small(second)
        slope, variable = self._gradient[first], self._parameters[second]
        if variable.has(axis(1)):
            slope = reindexed(slope, {axis(1): axis(2)})
        context = Context(self._problem, Oracle(summed(slope), self._problem.leaves), written_parts(slope))
        line: Expr = Partial(slope, variable)
        for step in differentiate(line, context.oracle, {}):
            yield step
            line = step.after
        yield from tidy(context, line)

    def _check_small(self, name: str) -> None:
        shape = label_of(self._parameters[name]).shape
        if len(shape) > 1:
            raise DerivationError(
                f"the Hessian is derived for numbers and vectors; {name} has shape {shape_text(shape)}: "
                "take its product with a vector, derivation.hessian_vector_product."
            )
