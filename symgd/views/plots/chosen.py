"""The plots that fit a run, ready for a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from symgd.training.run import Run
from symgd.views.plots.fitted import (
    data_and_lines,
    describe_data_and_lines,
    describe_residuals,
    residuals,
)
from symgd.views.plots.function import (
    describe_function_and_points,
    describe_learning_rates,
    function_and_points,
    learning_rates,
)
from symgd.views.plots.history import (
    describe_loss_curve,
    describe_parameter_paths,
    loss_curve,
    parameter_paths,
)
from symgd.views.plots.model import model_of
from symgd.views.plots.surface import contours, describe_contours
from symgd.views.plots.svg import inline_svg
from symgd.views.plots.values import early, names
from symgd.views.words import Words, words_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DRAWN = {
    "data_and_lines": (data_and_lines, describe_data_and_lines),
    "function_and_points": (function_and_points, describe_function_and_points),
    "loss_curve": (loss_curve, describe_loss_curve),
    "contours": (contours, describe_contours),
    "parameter_paths": (parameter_paths, describe_parameter_paths),
    "residuals": (residuals, describe_residuals),
}


@dataclass(frozen=True)
class Plot:
    """One plot of a page: *draw* makes its Axes, *caption* stands below it, *alt* tells it in words with figures."""

    key: str
    draw: Callable[[], Axes]
    caption: str
    alt: str

    def svg(self, prefix: str = "sg-") -> str:
        """The plot as an inline ``<svg>``, the same wherever it is made; its ids begin with *prefix* and the key."""
        from matplotlib import style

        # Not the user's settings: a page looks the same on each machine.
        with style.context("default"):
            figure = cast("Figure", self.draw().get_figure())
            return inline_svg(figure, self.caption, self.alt, f"{prefix}{self.key}-")


def plots_for(run: Run, words: Words | None = None, beside: Sequence[Run] = ()) -> tuple[Plot, ...]:
    """The plots that fit a run, in the order of a page; runs *beside* it differ in their learning rates.

    The loss and the parameters over the iterations always; the data with the line of a model of one data symbol; the
    function of one parameter alone; contours over two parameters.
    """
    chosen = words or words_of("en")
    plots = tuple(_plot(key, run, chosen) for key in _fitting(run))
    return (*plots, _comparison((run, *beside), chosen)) if beside else plots


def _fitting(run: Run) -> Iterator[str]:
    problem = run.derivation.problem
    model = model_of(problem)
    if model and len(model.inputs) == 1 and not problem.has_arrays:
        yield "data_and_lines"
    if len(names(run)) == len(problem.parameters) == 1 and not problem.data:
        yield "function_and_points"
    yield "loss_curve"
    if names(run):
        yield "parameter_paths"
    if len(problem.parameters) == 2 and len(names(run)) == 2:
        yield "contours"
    if model and early(run) > run.iterations:
        yield "residuals"


def _plot(key: str, run: Run, words: Words) -> Plot:
    draw, describe = _DRAWN[key]
    return Plot(key, lambda: draw(run, words=words), words(key), describe(run, words))


def _comparison(runs: Sequence[Run], words: Words) -> Plot:
    alt = describe_learning_rates(runs, words)
    return Plot("learning_rates", lambda: learning_rates(runs, words=words), words("learning_rates"), alt)
