"""A run: what training returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from symgd.codegen.binding import bind
from symgd.codegen.expression import posed, value_of
from symgd.codegen.program import Program
from symgd.derivation.derive import Derivation
from symgd.errors import DataError, TrainingError
from symgd.notation.indices import SAMPLE, indices_of
from symgd.notation.mapping import name_of
from symgd.notation.names import text_name
from symgd.notation.symbols import label_of
from symgd.notation.table import Column, Table, number_text
from symgd.training.batches import Batches
from symgd.training.engine import Engine
from symgd.training.partitions.over_rows import in_rows
from symgd.training.partitions.partitions import Partitions
from symgd.training.partitions.sums import loss_over
from symgd.training.ran import source_of
from symgd.training.settings import COUNT
from symgd.training.status import Status
from symgd.training.stopping import Limits

ROWS, NUMBERS = 10, 4


@dataclass(frozen=True, eq=False, repr=False)
class Run:
    """What came of training.

    *start* holds the parameters at the start, *parameters* the trained ones. *history* holds the parameters θ_0 …
    θ_T of all states and, under ``"loss"``, their loss, in arrays of T + 1 values, the start first. The loss of a
    state is that of the batch that its next iteration uses: the loss over all data if every iteration uses all of
    them, else see :meth:`loss_over_data`. *status* says how the run ended. Mappings take names or symbols as keys.
    *data* and *constants* are those that the run was given; data in partitions are read when they are asked for.
    *batches* tells how the data were split and the seed of their order, *limits* how long the run could be; *engine*
    tells what computed it, and why.
    """

    program: Program
    optimizer: Any
    start: Mapping[Any, Any]
    parameters: Mapping[Any, Any]
    history: Mapping[Any, Any]
    status: Status
    data: Mapping[str, Any]
    constants: Mapping[str, Any]
    batches: Batches
    limits: Limits
    engine: Engine

    @property
    def derivation(self) -> Derivation:
        """The derivation whose gradient was followed."""
        return self.program.derivation

    @property
    def source(self) -> str:
        """The code that ran: the text of the module whose functions computed loss and gradient in each iteration.

        With arrays in memory it is that of the program; see *engine*. Where plain Python refuses to divide by zero or
        to exceed all floats, the functions of the program answered.

        >>> import symgd as sg
        >>> w, descent = sg.parameters("w"), sg.optimizers.GradientDescent(0.1)
        >>> run = sg.train((w - 3) ** 2, start={"w": 0}, optimizer=descent, iterations=10)
        >>> run.engine.name, run.source == run.program.source
        ('arrays', True)
        >>> run = sg.train((w - 3) ** 2, start={"w": 0}, optimizer=descent, iterations=1000)
        >>> run.engine.name, "numpy" in run.source
        ('loops', False)
        """
        return source_of(self)

    @property
    def iterations(self) -> int:
        """How many iterations were done."""
        return self.status.iterations

    @property
    def seed(self) -> int | None:
        """The seed of the order of the samples, given or drawn; None for data in order."""
        return self.batches.seed

    def evaluate(self, expr: Any, /, **values: Any) -> Any:
        """The value of an expression at the trained parameters.

        *expr* is any expression of the loss's symbols, named intermediates included. *values* gives its data by name,
        and constants that are not the run's. The result is an array with one value per sample where *expr* has
        one, or a number, also where each of the data was given as one number.

        Raises NotationError for a symbol that the loss does not contain, and DataError for data that are missing or
        do not fit.

        >>> import symgd as sg
        >>> w, x = sg.parameters("w"), sg.data("x")
        >>> run = sg.train((w - 3) ** 2, start={"w": 0}, optimizer=sg.optimizers.GradientDescent(0.5), iterations=1)
        >>> run.evaluate(w * x, x=[1, 2]), run.evaluate(w * x, x=7), run.evaluate(w**2)
        (array([3., 6.]), 21.0, 9.0)
        """
        problem = posed(expr, self.derivation.problem)
        trained = [name for name in values if name in self.parameters]
        if trained:
            raise DataError(f"{trained[0]!r} is a parameter: its trained value is used, leave it out.")
        needed = {name_of(leaf) for leaf in problem.leaves}
        own = {name: value for name, value in {**self.parameters, **self.constants}.items() if name in needed}
        # All data of the loss may be given, also those that this expression does not use.
        given = {name: value for name, value in values.items() if name in needed or name not in self.data}
        samples = {name_of(symbol) for symbol in problem.data}
        axes = {name_of(symbol): len(label_of(symbol).shape) for symbol in problem.data}
        single = all(np.ndim(value) == axes[name] for name, value in given.items() if name in samples)
        given |= {name: [given[name]] for name in samples & given.keys() if single}
        value = value_of(problem, bind(problem, {**own, **given}))
        # What has no value per sample, such as a matrix of parameters, is whole.
        value = value[0] if single and np.ndim(value) and SAMPLE in indices_of(problem.loss) else value
        return value.item() if isinstance(value, np.generic) else value

    def loss_over_data(self, state: int = -1) -> Any:
        """The loss over all data in one state of the history, by default the last."""
        names = [name_of(parameter) for parameter in self.derivation.parameters]
        values = {name: self.history[name][state] for name in names}
        data = in_rows(self.derivation, self.data)
        if isinstance(data, Partitions):
            return loss_over(data, {**values, **self.constants})
        return self.program.loss(**values, **self.data, **self.constants)

    def table(self, every: int | None = None) -> Table:
        """Every so many iterations, by default about ten of them: a row has the loss before iteration k = 0, 1, 2, …
        and the parameters after it.

        Raises TrainingError for a number that is not whole, or less than 1.
        """
        if every is None:
            every = max(1, self.iterations // ROWS)
        if every not in COUNT:
            raise TrainingError(f"table(every={every!r}): give a whole number, 1 or more.")
        shown = range(0, self.iterations, every)
        after = [Column(name, values[1:][: self.iterations : every]) for name, values in self._columns()]
        before = Column("loss", tuple(self.history["loss"][k] for k in shown), decimals=6)
        return Table((Column("k", tuple(shown)), *after, before))

    def _columns(self) -> Iterator[tuple[str, Any]]:
        """The numbers that a table has room for: parameters, and the entries of short vectors."""
        for name, value in self.parameters.items():
            if np.ndim(value) == 0:
                yield name, self.history[name]
            elif name in self.history and np.ndim(value) == 1 and len(value) <= NUMBERS:
                yield from ((f"{name}_{k}", self.history[name][:, k]) for k in range(len(value)))

    def __str__(self) -> str:
        values = ", ".join(_described(name, value) for name, value in self.parameters.items())
        return f"{self.optimizer}, {self._samples()}\n{self.status}\n{values}"

    __repr__ = __str__

    def _samples(self) -> str:
        if not self.data:
            return "no data"
        batches = self.batches
        if batches.whole and not batches.shuffled:
            return f"{batches.samples} samples in each iteration"
        order = f"shuffled with seed {batches.seed}" if batches.shuffled else "in order"
        return f"{batches.samples} samples, {batches.size} in each iteration, {order}"


def _described(name: str, value: Any) -> str:
    """A parameter's value; of an array that is long, its shape."""
    if np.ndim(value) == 0:
        return f"{text_name(name)} = {number_text(value)}"
    if np.ndim(value) == 1 and len(value) <= NUMBERS:
        return f"{text_name(name)} = ({', '.join(map(number_text, value))})"
    return f"{text_name(name)} of shape {np.shape(value)}"
