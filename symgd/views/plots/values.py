"""The numbers of a run, as plots need them: floats, whatever the run computed with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Expr

from symgd.codegen.expression import posed, value_of
from symgd.notation.names import text_name
from symgd.training.run import Run
from symgd.views.grid import number

Array = NDArray[np.float64]

# A loss over all data costs a pass over them.
_LOSSES = 60
# A loss that ends so many times above its start has left the picture.
_BEYOND = 100
_MANY = 1000


def names(run: Run) -> tuple[str, ...]:
    """The names of the parameters that are numbers, not arrays."""
    return tuple(name for name, value in run.parameters.items() if np.ndim(value) == 0)


def is_whole(run: Run) -> bool:
    """Whether the history tells all parameters of every state."""
    return all(name in run.history for name in run.parameters)


def path(run: Run, name: str) -> Array:
    """The values of a parameter, from the start to the end."""
    return np.asarray(run.history[name], dtype=np.float64)


def losses(run: Run) -> Array:
    """The losses of the states, each on the batch that comes next."""
    return np.asarray(run.history["loss"], dtype=np.float64)


def losses_over_data(run: Run) -> tuple[NDArray[np.intp], Array]:
    """States from the first to the last, and their losses over all data."""
    if run.batches.whole or not is_whole(run):
        return np.arange(run.iterations + 1), losses(run)
    spaced = (
        np.geomspace(1, run.iterations + 1, _LOSSES) - 1
        if hasty(run)
        else np.linspace(0, run.iterations, _LOSSES)
    )
    states = np.unique(spaced.round().astype(int))
    loss = loss_function(run)
    return states, np.array(
        [loss(*(run.history[name][state] for name in run.parameters)) for state in states]
    )


def point(run: Run, state: int) -> dict[str, float]:
    """The parameters in one state; −1 is the last."""
    return {name: float(run.history[name][state]) for name in names(run)}


def point_text(run: Run, state: int) -> str:
    """The parameters in one state, as text: ``w = 4, b = 1``."""
    return ", ".join(f"{text_name(name)} = {number(value)}" for name, value in point(run, state).items())


def loss_function(run: Run) -> Callable[..., float]:
    """The loss over all data as a function of the parameters, in their order."""
    fixed = given(run).values()
    function = run.program.functions["loss"]

    def loss(*parameters: Any) -> float:
        with np.errstate(all="ignore"):
            return float(function(*parameters, *fixed))

    return loss


def value(run: Run, expr: Expr, **values: Any) -> Array:
    """The value of an expression at the data and constants of a run, and *values*."""
    computed = value_of(posed(expr, run.derivation.problem), {**given(run), **values})
    return np.asarray(computed, dtype=np.float64)


def given(run: Run) -> dict[str, Any]:
    """Data and constants, by name, in the order of the loss."""
    return {name: np.asarray(v, dtype=np.float64)[()] for name, v in {**run.data, **run.constants}.items()}


def early(run: Run) -> int:
    """How many states to draw of a path: all, unless the loss grows beyond measure, which the first ones show."""
    states, found = losses_over_data(run)
    measure = _BEYOND * abs(found[0])
    if not 0 < measure < found[-1]:
        return run.iterations + 1
    return int(states[np.flatnonzero(found > measure)[0]]) + 1


def hasty(run: Run) -> bool:
    """Whether a run does nearly all in the first hundredth of many iterations, which a logarithmic axis shows."""
    if run.iterations < _MANY or not names(run):
        return False
    far = distances(np.array([path(run, name) for name in names(run)]))
    return bool(np.argmax(far >= 0.9 * far[-1]) < run.iterations / 100)


def distances(paths: Array) -> Array:
    """How far from their start some paths are, state by state."""
    return np.hypot.reduce(paths - paths[:, :1])


def window(values: Array, margin: float = 0.25) -> tuple[float, float]:
    """The least and the largest of some values, with a margin around."""
    low, high = float(values.min()), float(values.max())
    around = margin * (high - low) or max(abs(low), 1.0)
    return low - around, high + around
