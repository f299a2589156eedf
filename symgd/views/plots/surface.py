"""The loss over two parameters, and the path of a run on it."""

from __future__ import annotations

from collections.abc import Callable
from math import floor, log10
from typing import TYPE_CHECKING, Any

import numpy as np

from symgd.errors import NotationError
from symgd.notation.names import text_name
from symgd.notation.text import text
from symgd.training.run import Run
from symgd.views.grid import number
from symgd.views.plots.style import drawing
from symgd.views.plots.thinning import kept
from symgd.views.plots.values import (
    Array,
    early,
    loss_function,
    losses_over_data,
    names,
    path,
    point_text,
    window,
)
from symgd.views.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PLACES = 41
_LEVELS = 11
# Not black: a page shows black in the colour of its text, and what is filled stays as it is.
_DARK = "#101010"


def contours(run: Run, ax: Axes | None = None, words: Words | None = None) -> Axes:
    """The loss over two parameters as filled contours, dark where it is low, with the path of the run.

    Of a path that leads away for ever, the beginning.
    Raises NotationError unless the loss has two parameters.
    """
    first, second = _two(run)
    with drawing(ax, words) as (ax, words):
        across, up = path(run, first)[: early(run)], path(run, second)[: early(run)]
        _fill(ax, run, (window(across), window(up)), words)
        shown = kept(across, up)
        light: dict[str, Any] = {"color": "white", "markeredgecolor": _DARK, "path_effects": _cased()}
        ax.plot(across[shown], up[shown], linewidth=1.4, label=words("run_path"), **light)
        ends: dict[str, Any] = {"color": "white", "markeredgecolor": _DARK, "linestyle": "none"}
        ax.plot(across[:1], up[:1], marker="s", markersize=7, label=words("before"), **ends)
        if len(across) > run.iterations:
            ax.plot(across[-1:], up[-1:], marker="D", markersize=7, label=words("after"), **ends)
        ax.grid(visible=False)
        ax.set(xlabel=text_name(first), ylabel=text_name(second))
    return ax


def describe_contours(run: Run, words: Words) -> str:
    """The contours and the path in words."""
    first, second = _two(run)
    _, found = losses_over_data(run)
    return words(
        "contours_alt",
        first=text_name(first),
        second=text_name(second),
        start=point_text(run, 0),
        end=point_text(run, -1),
        loss=number(found[0]),
        last=number(found[-1]),
    )


def levels(heights: Array) -> Array:
    """Levels from the least height to the largest, closer together where it is low.

    Those of a parabola are then equally far apart.

    >>> levels(np.array([1.0, 101.0])).round(9).tolist()[:4]
    [1.0, 2.0, 5.0, 10.0]
    """
    low, high = float(np.nanmin(heights)), float(np.nanmax(heights))
    return low + (high - low) * np.linspace(0, 1, _LEVELS) ** 2


def _two(run: Run) -> tuple[str, str]:
    found = names(run)
    if len(found) != 2:
        raise NotationError(f"contours need two parameters; {text(run.derivation.loss)} has {len(found)}.")
    return found[0], found[1]


def _fill(ax: Axes, run: Run, around: tuple[tuple[float, float], ...], words: Words) -> None:
    from matplotlib import colormaps

    across, up = (np.linspace(*ends, _PLACES) for ends in around)
    loss = loss_function(run)
    heights = np.array([[loss(a, b) for a in across] for b in up])
    heights[~np.isfinite(heights)] = np.nan
    if np.isnan(heights).all():
        return
    steps = levels(heights)
    if not np.all(np.diff(steps) > 0):
        return
    colours = colormaps["cividis"](np.linspace(0, 1, _LEVELS - 1))
    filled = ax.contourf(across, up, heights, steps, colors=colours)
    filled.set(edgecolor="face", linewidth=0.4)
    bar = ax.figure.colorbar(filled, ax=ax, format=_rounded_to(steps[-1] - steps[0]))
    bar.outline.set_visible(False)
    bar.ax.set_title(words("loss_value"), fontsize="medium", loc="left")


def _rounded_to(span: float) -> Callable[[float, Any], str]:
    """Writes numbers to a thousandth of their span."""
    if not 1e-4 < span < 1e7:
        return lambda value, _: number(value, 3)
    decimals = max(0, 2 - floor(log10(span)))
    return lambda value, _: f"{value:,.{decimals}f}".replace("-", "−")


def _cased() -> list[Any]:
    from matplotlib.patheffects import Normal, Stroke

    return [Stroke(linewidth=3.2, foreground=_DARK), Normal()]
