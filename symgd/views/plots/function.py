"""A function of one parameter, and the points that runs visited on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from symgd.errors import NotationError
from symgd.notation.names import text_name
from symgd.notation.text import text
from symgd.training.run import Run
from symgd.views.grid import number
from symgd.views.plots.style import COLOURS, MIDDLE, drawing, series
from symgd.views.plots.thinning import kept
from symgd.views.plots.values import Array, early, loss_function, losses, names, path, point_text, window
from symgd.views.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PLACES = 201
_SHORT = 30


def function_and_points(run: Run, ax: Axes | None = None, words: Words | None = None) -> Axes:
    """The loss as a function of its one parameter, with the points that the run visited.

    Of a path that leads away for ever, the beginning.
    Raises NotationError for a loss of several parameters or with data.
    """
    name = _parameter(run)
    with drawing(ax, words) as (ax, words):
        visited, heights = path(run, name)[: early(run)], losses(run)[: early(run)]
        _draw_function(ax, run, window(visited), words)
        shown = kept(visited, heights)
        look: dict[str, Any] = {"color": COLOURS[0], "linewidth": 0.8, "marker": "o"}
        ax.plot(visited[shown], heights[shown], label=words("visited"), **look)
        ends: dict[str, Any] = {"color": COLOURS[1], "linestyle": "none", "markersize": 8}
        ax.plot(visited[:1], heights[:1], marker="s", label=words("before"), **ends)
        if len(visited) > run.iterations:
            ax.plot(visited[-1:], heights[-1:], marker="D", label=words("after"), **ends)
    return ax


def learning_rates(runs: Sequence[Run], ax: Axes | None = None, words: Words | None = None) -> Axes:
    """The loss as a function of its one parameter, with a path for each run; the runs differ in their learning rate.

    A path that moves away leaves the plot. Raises NotationError for a loss of several parameters or with data.
    """
    name = _parameter(*runs)
    with drawing(ax, words) as (ax, words):
        paths = [path(run, name) for run in runs]
        low, high = window(np.concatenate([values if _stays(values) else values[:1] for values in paths]))
        _draw_function(ax, runs[0], (low, high), words)
        top = ax.get_ylim()
        for position, (run, values) in enumerate(zip(runs, paths, strict=True)):
            look = series(position) | {"linewidth": 1.3, "markersize": 6, "markerfacecolor": "none"}
            ax.plot(values, losses(run), label=f"η = {_rate(run)}", **look)
        ax.set(xlim=(low, high), ylim=top)
    return ax


def describe_function_and_points(run: Run, words: Words) -> str:
    """The function and the points in words."""
    ends: dict[str, Any] = {"start": point_text(run, 0), "end": point_text(run, -1)}
    return words(
        "function_and_points_alt", loss=text(run.derivation.loss), points=f"{run.iterations + 1:,}", **ends
    )


def describe_learning_rates(runs: Sequence[Run], words: Words) -> str:
    """The paths in words."""
    name = _parameter(*runs)
    ends = ((f"η = {_rate(run)}: {text_name(name)}", path(run, name)) for run in runs)
    paths = "; ".join(
        words("path", name=label, first=number(values[0]), last=number(values[-1])) for label, values in ends
    )
    return words("learning_rates_alt", loss=text(runs[0].derivation.loss), paths=paths)


def _parameter(*runs: Run) -> str:
    if len({run.derivation.loss for run in runs}) != 1:
        raise NotationError("learning rates are compared on one loss: give runs of the same loss.")
    problem = runs[0].derivation.problem
    if len(problem.parameters) != 1 or problem.data:
        raise NotationError(f"{text(problem.loss)} is not a function of one parameter alone.")
    return names(runs[0])[0]


def _draw_function(ax: Axes, run: Run, ends: tuple[float, float], words: Words) -> None:
    places = np.linspace(*ends, _PLACES)
    loss = loss_function(run)
    heights = np.array([loss(place) for place in places])
    heights[~np.isfinite(heights)] = np.nan
    formula = text(run.derivation.loss)
    ax.plot(places, heights, color=MIDDLE, label=f"_{formula}")
    ax.set(xlabel=text_name(names(run)[0]), ylabel=formula if len(formula) <= _SHORT else words("loss_value"))


def _rate(run: Run) -> str:
    return str(getattr(run.optimizer, "learning_rate", run.optimizer))


def _stays(values: Array) -> bool:
    """Whether the steps of a path do not grow."""
    steps = abs(np.diff(values))
    return steps.size == 0 or bool(steps[-1] <= steps[0])
