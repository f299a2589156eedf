"""Functions of one block of samples: of data whose sum over all samples is taken block by block."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sympy import Expr

from symgd.codegen.expression import posed
from symgd.codegen.loading import loaded
from symgd.codegen.module import expression_source
from symgd.codegen.program import Program
from symgd.derivation.derive import derived
from symgd.derivation.moments import Moments
from symgd.derivation.rows import N
from symgd.notation.algebra import OrderedSum
from symgd.notation.indices import SAMPLES
from symgd.notation.intermediates import Let, substitute
from symgd.notation.mapping import name_of
from symgd.notation.problem import Problem
from symgd.notation.reindexing import opened
from symgd.notation.symbols import Constant, Entry

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Blocks:
    """The generated functions of a loss that moments determine.

    *program* is that of the loss over rows. *columns* give, by the names of its constants, the columns that the rows
    are made of for a block of samples. *sums* and *loss* are the loss as it was written, in parts: each sum over the
    samples of a block by its name, and the loss from the values of the sums.
    """

    program: Program
    columns: Mapping[str, Callable[[Values], Any]]
    sums: Mapping[str, Callable[[Values], Any]]
    loss: Callable[[Values], Any]


def blocks_of(moments: Moments) -> Blocks:
    """The functions for the moments of a loss."""
    problem, rows = moments.problem, moments.rows
    known: dict[Let, Any] = {name: Constant(name.name) for name in rows.parts.sums}
    loss = substitute(opened(rows.parts.loss, known), {SAMPLES: N})
    return Blocks(
        Program(derived(rows.problem)),
        {name_of(column.label): _column(value, problem) for column, value in rows.columns.entries},
        {name.name: _function(_of_block(name, known), problem) for name in rows.parts.sums},
        _function(loss, problem),
    )


@dataclass(frozen=True)
class Named:
    """The value of this name."""

    name: str

    def __call__(self, values: Values) -> Any:
        """The value."""
        return values[self.name]


@dataclass(frozen=True)
class Evaluated:
    """The value of a generated function of what has these *names*; a worker elsewhere can load its source."""

    source: str
    names: tuple[str, ...]

    def __call__(self, values: Values) -> Any:
        """The value."""
        return loaded(self.source)["evaluate"](*(values[name] for name in self.names))


def _one(_: Values) -> float:
    return 1.0


def _column(value: Any, problem: Problem) -> Callable[[Values], Any]:
    if isinstance(value, Entry):
        return Named(name_of(value.label))
    return _one if value.is_Number else _function(value, problem)


def _of_block(name: Let, known: Mapping[Let, Any]) -> Expr:
    """A sum over the samples of a block; n is the number of all."""
    total: Any = name.definition
    return OrderedSum(substitute(opened(total.function, known), {SAMPLES: N}), *total.limits)


def _function(expr: Expr, problem: Problem) -> Callable[[Values], Any]:
    """The value of *expr* from values by name."""
    own = posed(expr, problem)
    return Evaluated(expression_source(own), tuple(map(name_of, own.leaves)))
