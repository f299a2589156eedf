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
from symgd.notation.mapping import name_of
from symgd.notation.problem import Problem


class Hessian(Mapping[Any, Expr]):
    """∂²L/∂w∂b by pairs of parameters, ``hessian[w, b]``; ``steps(w, b)`` gives the lines.

    Each entry is the derivative of the gradient's last line, derived and checked as that was.
    """

    def __init__(self, problem: Problem, gradient: Mapping[Any, Expr]) -> None:
        self._problem, self._gradient = problem, gradient
        self._names = [name_of(parameter) for parameter in problem.parameters]
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
        return iter([(first, second) for first in self._names for second in self._names])

    def __len__(self) -> int:
        return len(self._names) ** 2

    def _derive(self, first: str, second: str) -> Iterator[Step]:
        slope = self._gradient[first]
        variable = self._problem.parameters[self._names.index(second)]
        context = Context(self._problem, Oracle(slope, self._problem.leaves), written_parts(slope))
        line: Expr = Partial(slope, variable)
        for step in differentiate(line, context.oracle, {}):
            yield step
            line = step.after
        yield from tidy(context, line)
