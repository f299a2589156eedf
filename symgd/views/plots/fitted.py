"""Data, and the model that was fitted to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from symgd.errors import NotationError
from symgd.notation.algebra import add
from symgd.notation.intermediates import Let
from symgd.notation.mapping import name_of
from symgd.notation.text import text
from symgd.training.run import Run
from symgd.views.grid import number
from symgd.views.linked import variables
from symgd.views.plots.model import Model, model_of
from symgd.views.plots.style import COLOURS, MIDDLE, drawing, foreground
from symgd.views.plots.svg import term
from symgd.views.plots.thinning import some
from symgd.views.plots.values import Array, distances, early, given, names, path, point, point_text, value
from symgd.views.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PARTS = (0.25, 0.5, 0.75)
_PLACES = 200
_STEMS = 60


def data_and_lines(
    run: Run, ax: Axes | None = None, words: Words | None = None, states: tuple[int, int] = (0, -1)
) -> Axes:
    """The data, with the line of the model before the run, after it and in between.

    *states* are those before and after; ``(4, 5)`` shows what the fifth update did.

    Raises NotationError for a loss that does not compare a model of one data symbol with another one.
    """
    model = _model(run)
    if len(model.inputs) > 1:
        raise NotationError(f"a line needs one data symbol to be drawn over, not {len(model.inputs)}.")
    with drawing(ax, words) as (ax, words):
        line = _draw_data(ax, run, model, words)
        if early(run) <= run.iterations:
            # The data would be lost beside a line that has gone beyond measure.
            ax.set_ylim(ax.get_ylim())
        line(states[0], color=COLOURS[1], linestyle="--", label=words("before"))
        for position, state in enumerate(states_between(run, *states)):
            label = "_between" if position else words("between")
            line(state, color=MIDDLE, linestyle=":", linewidth=1.5, label=label)
        line(states[1], color=COLOURS[0], label=words("after"))
        ax.set(xlabel=model.input_name, ylabel=_label(model))
    return ax


def residuals(run: Run, ax: Axes | None = None, words: Words | None = None) -> Axes:
    """What the trained model leaves: prediction − target, against the data symbol that it depends on.

    Where there are several, it is drawn against the prediction. Raises NotationError for a loss that does not compare
    a model with data.
    """
    model = _model(run)
    with drawing(ax, words) as (ax, words):
        predicted, left = _residuals(run, model)
        along, label = predicted, words("prediction")
        if len(model.inputs) == 1:
            along, label = given(run)[name_of(model.inputs[0])], model.input_name
        shown = some(left)
        ax.axhline(0, color=foreground(), linewidth=0.8)
        if len(shown) <= _STEMS:
            ax.vlines(along, 0, left, color=COLOURS[0], linewidth=1.2)
        points = ax.plot(along[shown], left[shown], **{**_points(), "markeredgecolor": COLOURS[0]})
        term(variables(run.program).get(add(model.prediction, -model.target), "residual"), *points)
        ax.set(xlabel=label, ylabel=f"{words('residual')} {_difference(model)}".strip())
    return ax


def describe_data_and_lines(run: Run, words: Words) -> str:
    """The data and the lines in words."""
    model = _model(run)
    return words(
        "data_and_lines_alt",
        n=f"{run.batches.samples:,}",
        target=model.target_name,
        input=model.input_name,
        start=point_text(run, 0),
        end=point_text(run, -1),
        iterations=f"{run.iterations:,}",
    )


def describe_residuals(run: Run, words: Words) -> str:
    """The residuals in words."""
    _, left = _residuals(run, _model(run))
    return words(
        "residuals_alt", n=f"{len(left):,}", least=number(left.min(), 3), largest=number(left.max(), 3)
    )


def states_between(run: Run, first: int, last: int) -> list[int]:
    """States at which the parameters are, for the first time, a part of their way from one state to another one."""
    end = min(range(run.iterations + 1)[last], early(run) - 1)
    walked = np.array([path(run, name)[first : end + 1] for name in names(run)])
    far = distances(walked)
    found = {first + int(np.argmax(far >= part * far[-1])) for part in _PARTS}
    return sorted(found - {first, end})


def _model(run: Run) -> Model:
    model = model_of(run.derivation.problem)
    if model is None:
        raise NotationError(f"the loss {text(run.derivation.loss)} does not compare a model with data.")
    return model


def _residuals(run: Run, model: Model) -> tuple[Array, Array]:
    predicted = value(run, model.prediction, **point(run, -1))
    return predicted, predicted - given(run)[name_of(model.target)]


def _draw_data(ax: Axes, run: Run, model: Model, words: Words) -> Callable[..., None]:
    """Draw the data; the answer draws the model as it is in one state."""
    x, y = given(run)[name_of(model.inputs[0])], given(run)[name_of(model.target)]
    along = np.linspace(x.min(), x.max(), _PLACES)
    shown = some(x)
    part = f" ({words('some', shown=f'{len(shown):,}', n=f'{len(x):,}')})" if len(shown) < len(x) else ""
    ax.plot(x[shown], y[shown], **_points(), label=words("target") + part)

    def line(state: int, **look: Any) -> None:
        over = {**point(run, state), name_of(model.inputs[0]): along}
        drawn = ax.plot(along, value(run, model.prediction, **over), **look)
        if isinstance(model.prediction, Let):
            term(model.prediction.name, *drawn)

    return line


def _points() -> dict[str, Any]:
    return {"linestyle": "none", "marker": "o", "markerfacecolor": "none", "markeredgecolor": foreground()}


def _label(model: Model) -> str:
    return f"{model.target_name}, {model.name}" if model.name else model.target_name


def _difference(model: Model) -> str:
    return f"{model.name} − {model.target_name}" if model.name else ""
