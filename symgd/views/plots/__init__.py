"""Plots of runs and checks, by matplotlib.

Each takes ``ax=``, Axes to draw on, and returns them; ``words=`` are those of a language. Without Axes the plot gets a
figure of its own, outside of pyplot: ``sg.plots.loss_curve(run).figure.savefig("loss.png")``, or in a notebook, after
``%matplotlib inline``, ``sg.plots.loss_curve(run).figure``.
"""

from symgd.views.plots.chosen import Plot, plots_for
from symgd.views.plots.differences import differences
from symgd.views.plots.fitted import data_and_lines, residuals
from symgd.views.plots.function import function_and_points, learning_rates
from symgd.views.plots.history import loss_curve, loss_curves, parameter_paths
from symgd.views.plots.surface import contours
from symgd.views.plots.svg import inline_svg

__all__ = [
    "Plot",
    "contours",
    "data_and_lines",
    "differences",
    "function_and_points",
    "inline_svg",
    "learning_rates",
    "loss_curve",
    "loss_curves",
    "parameter_paths",
    "plots_for",
    "residuals",
]
