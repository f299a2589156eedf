"""The same loss from fewer rows of numbers: a sum over samples of products of two linear forms.

Let A have a row for each sample, with what the forms are made of as columns: 1, x, y for (w x_i + b − y_i)². Then
Σ_i (A c)_i² = ‖A c‖² = ‖QᵀA c‖² for every c and every orthogonal Q. With A = QR the rows of the triangle R, as many
as A has columns, take the place of the samples. Unlike the same sum in moments, cᵀ(AᵀA)c, it loses no digits where the
loss is small: nothing cancels but what cancels in a residual (Golub and Van Loan, Matrix Computations, section 5.3).
A polynomial of any degree is such a sum, with powers of the data as columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from sympy import Expr, S

from symgd.derivation.columns import Columns
from symgd.derivation.evaluation import Evaluator, Values
from symgd.derivation.evidence import Evidence, Oracle
from symgd.derivation.forms import Forms
from symgd.derivation.sample_sums import SampleSums
from symgd.notation.algebra import OrderedSum
from symgd.notation.indices import SAMPLE, SAMPLES, Bound, bound, indices_of
from symgd.notation.intermediates import Let, in_order, substitute
from symgd.notation.problem import Problem
from symgd.notation.reindexing import opened
from symgd.notation.symbols import Constant, Data, whole

N = Constant("n", positive=True)
"""The number of samples, where they are no longer there to be counted."""


@dataclass(frozen=True, eq=False)
class Rows:
    """A loss over rows in place of the samples: *problem* has no data, its constants are the *columns* of the rows.

    *parts* are the sums over the samples that it stands for.
    """

    problem: Problem
    columns: Columns
    parts: SampleSums

    @property
    def definitions(self) -> tuple[tuple[Expr, Expr], ...]:
        """The columns of A and what they hold for each sample."""
        return tuple((_named(column), value) for column, value in self.columns.entries)

    def evidence(self, oracle: Oracle, loss: Expr) -> Evidence:
        """That *loss* and the one over rows agree, for a random orthogonal Q at random points."""
        return oracle.compare_given(loss, self.problem.loss, partial(_turned, self.columns))


def rows_of(problem: Problem, parts: SampleSums) -> Rows:
    """The loss over rows; NotPolynomialError where it is no polynomial in the parameters."""
    taken = {leaf.name for leaf in problem.leaves} | {str(size) for size in problem.sizes}
    columns = Columns(taken)
    resolved: dict[Let, Any] = {}
    for name in parts.sums:
        body = name.definition.function
        row = bound(1 + max((int(index.name[1:]) for index in body.atoms(Bound)), default=0))
        form = OrderedSum(Forms(columns, row).quadratic(body), (row, S.One, columns.count))
        resolved[name] = opened(form, resolved)
    loss = substitute(opened(parts.loss, resolved), {SAMPLES: N})
    constants = (*problem.constants, *(column for column, _ in columns.entries), N)
    return Rows(Problem(loss, problem.parameters, (), constants, in_order(loss)), columns, parts)


def _named(column: Any) -> Expr:
    """The column of A that a column of R is made of."""
    label = column.label
    return whole(Data(f"A{label.name[1:]}", label.shape[1:]))


def _turned(columns: Columns, evaluate: Evaluator) -> Values:
    """QᵀA for a random orthogonal Q, column by column."""
    grid = evaluate.grid
    count = grid.size(SAMPLES)
    grid.set_size(columns.count, count)
    orthogonal = np.linalg.qr(np.random.default_rng(1).normal(size=(count, count)))[0]
    values: Values = {N: evaluate(SAMPLES)}
    for column, value in columns.entries:
        indices = indices_of(column)
        sizes = grid.sizes(column, indices)
        entries = grid.take(evaluate(value), (SAMPLE, *indices[1:]), sizes)
        values[column] = grid.put(np.tensordot(orthogonal, entries, 1), indices)
    return values
