"""The loss and the parameters over the iterations of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from symgd.notation.names import text_name
from symgd.training.run import Run
from symgd.views.grid import number
from symgd.views.plots.style import COLOURS, MIDDLE, count_axis, drawing, log_axis, series
from symgd.views.plots.svg import term
from symgd.views.plots.thinning import kept
from symgd.views.plots.values import early, hasty, is_whole, losses, losses_over_data, names, path
from symgd.views.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Losses that differ by more than this factor are drawn on a logarithmic axis.
_WIDE = 100
_NAMED = 12


def loss_curve(run: Run, ax: Axes | None = None, words: Words | None = None) -> Axes:
    """The loss against the iteration; axes are logarithmic where it changes by orders of magnitude, or all at once.

    Where an iteration sees a batch only, its loss is drawn pale, beside the loss over all data.
    """
    with drawing(ax, words) as (ax, words):
        label = "_"
        if not run.batches.whole and is_whole(run):
            label, batch = words("data_loss"), losses(run)
            shown = kept(batch, hasty=hasty(run))
            ax.plot(shown, batch[shown], color=MIDDLE, alpha=0.6, linewidth=1, label=words("batch_loss"))
        _draw_losses(ax, run, label=label, color=COLOURS[0])
        _loss_axes(ax, words, hasty(run))
    return ax


def loss_curves(runs: Mapping[str, Run], ax: Axes | None = None, words: Words | None = None) -> Axes:
    """The losses of several runs over all data, against the iteration; the keys of *runs* stand in the legend."""
    with drawing(ax, words) as (ax, words):
        for position, (label, run) in enumerate(runs.items()):
            _draw_losses(ax, run, label=label, **series(position, run.iterations))
        _loss_axes(ax, words, any(map(hasty, runs.values())))
    return ax


def parameter_paths(run: Run, ax: Axes | None = None, words: Words | None = None) -> Axes:
    """Each parameter against the iteration; of a run that diverges, the first iterations."""
    with drawing(ax, words) as (ax, words):
        for position, name in enumerate(names(run)):
            values = path(run, name)[: early(run)]
            shown = kept(values, hasty=hasty(run))
            # Of hundreds of lines, a legend cannot tell which is which.
            label = text_name(name) if position < _NAMED else f"_{name}"
            term(name, *ax.plot(shown, values[shown], label=label, **series(position, len(shown))))
        ax.set(xlabel=words("iteration"), ylabel=words("value"))
        _count_iterations(ax, hasty(run))
    return ax


def describe_loss_curve(run: Run, words: Words) -> str:
    """The loss curve in words."""
    _, found = losses_over_data(run)
    return words(
        "loss_curve_alt", first=number(found[0]), last=number(found[-1]), iterations=f"{run.iterations:,}"
    )


def describe_parameter_paths(run: Run, words: Words) -> str:
    """The parameter paths in words."""
    paths = ", ".join(
        words("path", name=text_name(name), first=number(values[0]), last=number(values[-1]))
        for name, values in ((name, path(run, name)) for name in names(run))
    )
    return words("parameter_paths_alt", paths=paths, iterations=f"{run.iterations:,}")


def _draw_losses(ax: Axes, run: Run, **look: Any) -> None:
    states, found = losses_over_data(run)
    shown = kept(found, hasty=hasty(run))
    term("L", *ax.plot(states[shown], found[shown], **look))


def _loss_axes(ax: Axes, words: Words, early_change: bool) -> None:
    low, high = ax.dataLim.intervaly
    if low >= 0 and high / _WIDE > ax.dataLim.minposy:
        log_axis(ax, "y")
    ax.set(xlabel=words("iteration"), ylabel=words("loss_value"))
    _count_iterations(ax, early_change)


def _count_iterations(ax: Axes, early_change: bool) -> None:
    if early_change:
        log_axis(ax, "x")
    else:
        count_axis(ax.xaxis)
