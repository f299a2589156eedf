"""The results of a derivation with vectors and matrices, each shown equal to its form with indices.

Σ_i ∂L/∂z_ij x_ik is (∂L/∂Z)ᵀ X. A form is read from the last line of a derivation when it is asked for, evaluated with
real products of matrices at the random points of the loss, and compared with the value of that line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from sympy import Expr, Symbol

from symgd.derivation.backpropagation import Backward
from symgd.derivation.evidence import Oracle
from symgd.derivation.matrix_contraction import UnfitError, filled
from symgd.derivation.matrix_form import MatrixForm, proof
from symgd.derivation.matrix_nodes import Slopes
from symgd.derivation.matrix_reading import Reader, sizes_of
from symgd.derivation.rewriting import Step
from symgd.notation.indices import RESERVED, SAMPLE, SAMPLES, Index, Sample, indices_of
from symgd.notation.intermediates import Let
from symgd.notation.mapping import BySymbol, name_of
from symgd.notation.problem import Problem
from symgd.notation.shapes import shape, shape_text

LOSS = Symbol("L")
"""What stands for the loss."""

_ONE_LETTER = re.compile(r"[a-z](\d+|_\w+)?")


class Matrices:
    """The matrix forms of a derivation: None where an expression has none. Each is found when it is asked for."""

    def __init__(
        self, problem: Problem, backward: Sequence[Backward], steps: Mapping[Any, Sequence[Step]]
    ) -> None:
        self._problem, self._steps = problem, steps
        self._adjoints = {done.name.name: done for done in backward}
        self._definitions = {name.name: name for name in problem.lets}
        self.definition = BySymbol(tuple(self._definitions), self._definition)
        self.adjoint = BySymbol(tuple(self._adjoints), self._adjoint)
        self.gradient = BySymbol(tuple(steps), self._gradient)

    @cached_property
    def loss(self) -> MatrixForm | None:
        """The loss."""
        return self._proven(LOSS, self._problem.loss, LOSS)

    def __iter__(self) -> Iterator[MatrixForm]:
        """All forms there are: definitions and loss in the order of the derivation, then adjoints and gradient."""
        names = [self.definition[name] for name in self.definition]
        forward = [*names, self.loss] if self._problem.nested else [self.loss, *names]
        backward = (self.adjoint[name] for name in self.adjoint)
        found = (*forward, *backward, *(self.gradient[name] for name in self.gradient))
        return (form for form in found if form is not None)

    def _definition(self, name: str) -> MatrixForm | None:
        leaf = self._definitions[name]
        return self._proven(self._reader.array(leaf), leaf.definition, leaf)

    def _adjoint(self, name: str) -> MatrixForm | None:
        done = self._adjoints[name]
        return self._proven(self._reader.array(done.adjoint), done.adjoint.definition, done.name)

    def _gradient(self, name: str) -> MatrixForm | None:
        parameter = next(p for p in self._problem.parameters if name_of(p) == name)
        return self._proven(Slopes(self._name(parameter), parameter), self._steps[name][-1].after, parameter)

    def _proven(self, head: Expr, line: Expr, leaf: Any) -> MatrixForm | None:
        """The form of *line*, which has the axes of *leaf*."""
        axes = tuple(getattr(leaf, "indices", ()))
        if len(axes) > 2 or not all(isinstance(index, Index) for index in axes):
            return None
        try:
            expression = filled(self._reader(line), axes, sizes_of(leaf))
            return MatrixForm(head, expression, proof(self._oracle, line, leaf, expression))
        except UnfitError:
            return None

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self._name)

    @cached_property
    def _oracle(self) -> Oracle:
        return Oracle(self._problem.loss, self._problem.leaves)

    @cached_property
    def _taken(self) -> set[str]:
        return {*RESERVED, *map(name_of, (*self._problem.leaves, *self._problem.lets, *self._problem.sizes))}

    def _name(self, leaf: Any) -> str:
        """The name of a vector or matrix: a capital for the matrix whose rows are the vectors of the samples."""
        name: str = name_of(leaf)
        indices: tuple[Any, ...] = getattr(leaf, "indices", ())
        capital = name[0].upper() + name[1:]
        stacked = len(indices) == 2 and indices[0] == SAMPLE and _ONE_LETTER.fullmatch(name)
        return capital if stacked and capital not in self._taken else name


def whole_shape(name: Any) -> str:
    """The shape of a named intermediate with all samples, its first axis; nothing for a number."""
    sizes = [SAMPLES for index in indices_of(name) if isinstance(index, Sample)]
    whole = (*sizes, *shape(name)) if isinstance(name, Let) else ()
    return shape_text(whole) if whole else ""
