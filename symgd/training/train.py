"""``train``: from a loss, data and a start to a run."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from symgd.codegen.program import Program
from symgd.derivation.derive import derive
from symgd.notation.mapping import BySymbol
from symgd.training.batches import split
from symgd.training.choice import run_by
from symgd.training.ending import check_start, status_of
from symgd.training.engine import LOOPS, Engine, check_engine
from symgd.training.loop import End, Record, init, iterate, record_of, terminate
from symgd.training.loops.compiled import Loops
from symgd.training.loops.pieces import Pieces
from symgd.training.partitions.batches import split_partitions
from symgd.training.partitions.over_rows import in_parts
from symgd.training.partitions.sources import data_for
from symgd.training.progress import Progress
from symgd.training.run import Run
from symgd.training.setup import Setup, check_names, rule_of, values_of
from symgd.training.stopping import Watch, limit

# Numbers of arrays that a history keeps unless told: 160 MB of them.
KEPT = 20_000_000


def train(
    loss: Any,
    data: Any = None,
    start: Any = None,
    optimizer: Any = None,
    iterations: int | None = None,
    epochs: int | None = None,
    batch_size: int | None = None,
    shuffle: bool = False,
    seed: int | None = None,
    constants: Any = None,
    gradient_tolerance: float | None = None,
    loss_tolerance: float | None = None,
    progress: bool | None = None,
    history: bool | None = None,
    engine: str = "auto",
) -> Run:
    """Lower a loss by changing its parameters.

    *loss* is a loss or its derivation. *data* maps names or symbols to sequences of one number per sample (lists,
    arrays, columns), or is a dataframe with columns of those names. *start* maps each parameter to the number it
    starts from, *constants* each constant to its number. *optimizer* is one of :mod:`symgd.optimizers`.

    Data may come in partitions, whose sums are added in a fixed order: as a list of mappings or dataframes, as an
    object that gives them anew each time it is iterated, or as arrays and dataframes of Dask. The loss then is a
    function of sums over the samples. Data that take more than 64 MB in double precision, in memory or in files of
    ``np.memmap``, are neither copied nor converted as a whole, and are used block by block where the loss is such a
    function.

    Give either *iterations* or *epochs*, passes over the data. Each iteration uses all samples, or *batch_size* of
    them in turn; *shuffle* gives each epoch an order of its own, which *seed* makes repeatable (a seed is drawn if none
    is given, and kept with the run). The last batch of an epoch may be smaller, and that of each partition; samples in
    partitions cannot be shuffled.

    Arrays have the batch axis first, and *start* maps each array parameter to an array of its shape or to one of
    :mod:`symgd.initializers`. If all arrays are in single precision, so is the run. *history* says whether
    the arrays of every iteration are kept; None keeps them unless they take more than 160 MB.

    A run ends sooner when the gradient's Euclidean norm is at most *gradient_tolerance*, or when an iteration
    changed the loss by at most *loss_tolerance*; with smaller batches, both are judged over all data after each epoch.
    It ends at once when a number is no longer finite, and keeps the last state in which all were. Ctrl-C ends it and
    returns what was reached. A progress bar appears on long runs in a terminal; *progress* True or False decides.

    Where numbers are fractions or whole, at least one of them a fraction, and loss and optimizer need no roots or
    transcendental functions, everything is computed exactly; else in double precision.

    *engine* says what computes the iterations: "arrays", NumPy expressions over all data in each of them; "loops", one
    loop over iterations and samples that Numba compiles (``pip install symgd[fast]``; its code is kept for later
    processes), where no matrices are multiplied and no sample has arrays of its own; or "moments",
    sums over the data that are taken once, where the loss is a polynomial in its parameters (see
    ``derivation.moments``) and each iteration uses all samples. "auto" takes moments where they apply and
    the iterations would read so much data that finding them pays. A run from moments is compared with the data, or an
    eighth of many samples, at its start, at its end and between; where both differ, it is done again with arrays.
    "auto" takes loops where arrays would take longer than compiling, or than loading what was compiled before; and
    loops in plain Python where parameters are numbers and a few hundred iterations or more use at most 16 samples each.
    ``run.engine`` tells what was used.

    Raises NotationError and DerivationError as :func:`symgd.derive` does; DataError for data, start or constants
    that are missing, unknown, not numeric, not finite, or do not fit one another, and for a start at which the loss
    has no value; OptimizerError without an optimizer; TrainingError for iterations, batches or tolerances out of
    range, and for an engine that is none or that the loss does not have.

    >>> import symgd as sg
    >>> x, y = sg.data("x y")
    >>> w, b = sg.parameters("w b")
    >>> run = train(
    ...     sg.losses.mean_squared_error(w * x + b, y),
    ...     data={"x": [1, 2, 3, 4, 5], "y": [13, 23, 33, 43, 53]},
    ...     start={"w": 4, "b": 1},
    ...     optimizer=sg.optimizers.GradientDescent(learning_rate=0.01),
    ...     iterations=501,
    ... )
    >>> print(run.table(every=250))
      k        w       b        loss
    ────────────────────────────────
      0   5.4400  1.4000  472.000000
    250  10.0372  2.8658    0.003300
    500  10.0159  2.9424    0.000607
    """
    check_engine(engine)
    derivation = derive(loss)
    check_names(derivation.problem)
    program = Program(derivation, rule_of(optimizer))
    values = values_of(program, data_for(derivation, data), start, constants)
    batches = split_partitions(values, split(values.samples, batch_size, shuffle, seed))
    limits = limit(batches, iterations, epochs, gradient_tolerance, loss_tolerance)
    setup = Setup(program, optimizer, values, batches, limits, in_parts(program, values))
    keep = values.size * (limits.iterations + 1) <= KEPT if history is None else history
    return run_by(engine, setup, partial(_run, keep=keep, progress=progress))


def _run(setup: Setup, engine: Engine, keep: bool, progress: bool | None) -> Run:
    if engine.kind == LOOPS:
        loops = Loops(setup, keep)
        with Progress(setup.limits.iterations, progress) as bar:
            end = loops.run(bar)
        return _postprocess(loops.setup, end, loops.record, engine)
    record = record_of(setup.start, setup.values.exact, keep)
    return _postprocess(setup, _iterated(setup, record, progress), record, engine)


def _iterated(setup: Setup, record: Record, progress: bool | None) -> End:
    """The loop, from init to its end."""
    task, limits = setup.task(), setup.limits
    with np.errstate(all="ignore"):
        state = init(task, setup.start, len(setup.rule.states))
    check_start(setup, state)
    watch = Watch(limits, setup.batches, setup.over_data)
    ending = partial(terminate, limits.iterations, watch)
    with Progress(limits.iterations, progress) as bar:
        return iterate(task, state, ending, watch.every, record, bar)


def _postprocess(setup: Setup, end: End, record: Record | Pieces, engine: Engine) -> Run:
    values, names = setup.values, tuple(setup.values.start)
    columns = dict(zip(("loss", *names), record.arrays(end.state.iteration + 1), strict=True))
    columns = {name: column for name, column in columns.items() if column is not None}
    last = dict(zip(names, end.state.parameters, strict=True))
    parameters = {
        name: value if values.exact or np.ndim(value) else float(value) for name, value in last.items()
    }
    return Run(
        setup.program,
        setup.optimizer,
        BySymbol(names, dict(values.start).__getitem__),
        BySymbol(names, parameters.__getitem__),
        BySymbol(tuple(columns), columns.__getitem__),
        status_of(setup, end),
        values.data,
        values.constants,
        setup.batches,
        setup.limits,
        engine,
    )
