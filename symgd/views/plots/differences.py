"""The error of the central difference against its spacing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from symgd.checking.gradient import GradientCheck
from symgd.checking.parameter import ParameterCheck
from symgd.notation.names import text_name
from symgd.views.grid import number
from symgd.views.plots.style import drawing, log_axis, series
from symgd.views.plots.svg import term
from symgd.views.plots.values import Array
from symgd.views.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def differences(check: GradientCheck, ax: Axes | None = None, words: Words | None = None) -> Axes:
    """The error of the central difference in each number against its spacing h, both on logarithmic axes.

    Large spacings suffer from curvature and small ones from rounding: the error has the shape of a V. On a quadratic
    loss the difference is exact but for rounding. Where the error is 0, nothing is drawn.
    """
    with drawing(ax, words) as (ax, words):
        for position, (name, found) in enumerate(_numbers(check)):
            spacings, errors = _positive(found)
            label = f"∂L/∂{text_name(name)}"
            term(f"dL_d{name}", *ax.plot(spacings, errors, label=label, **series(position, len(spacings))))
        log_axis(ax, "x")
        log_axis(ax, "y")
        ax.set(xlabel=words("spacing"), ylabel=words("error"))
    return ax


def describe_differences(check: GradientCheck, words: Words) -> str:
    """The least error of each parameter, and where it is."""
    found = (words("differences_least", **_least(name, each)) for name, each in _numbers(check))
    return words("differences_alt", least="; ".join(found))


def _numbers(check: GradientCheck) -> Iterator[tuple[str, ParameterCheck]]:
    """The checks of parameters that are numbers."""
    for name, found in check.parameters.items():
        if isinstance(found, ParameterCheck):
            yield name, found


def _positive(check: ParameterCheck) -> tuple[Array, Array]:
    """Spacings and errors that a logarithmic axis can show."""
    shown = np.nan_to_num(check.errors) > 0
    return check.sweep.spacings[shown], check.errors[shown]


def _least(name: str, check: ParameterCheck) -> dict[str, str]:
    best = int(np.nanargmin(check.errors))
    spacing, error = check.sweep.spacings[best], check.errors[best]
    return {"name": f"∂L/∂{text_name(name)}", "error": number(error, 2), "spacing": number(spacing, 2)}
