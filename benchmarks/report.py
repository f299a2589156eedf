"""The measured figures as the documentation shows them: a table, and plots of growth."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator
from html import escape
from importlib.metadata import PackageNotFoundError, version
from itertools import groupby
from pathlib import Path

from benchmarks.figures import OURS, Figure
from benchmarks.growth import Curve
from symgd.views.plots.style import drawing, log_axis, series
from symgd.views.plots.svg import inline_svg

RESULTS = Path(__file__).parent / "results"
LIBRARIES = ("symgd", "numpy", "numba", "threadpoolctl", "jax", "torch", "scikit-learn", "dask")


def write(figures: Iterable[Figure], curves: Iterable[Curve]) -> None:
    """Write the table and the plots."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "table.md").write_text("\n".join(table(figures)) + "\n", encoding="utf-8")
    (RESULTS / "growth.md").write_text("\n\n".join(plots(curves)) + "\n", encoding="utf-8")
    (RESULTS / "machine.md").write_text(f"{machine()}\n", encoding="utf-8")


def table(figures: Iterable[Figure]) -> Iterator[str]:
    """A row for each peer, and what is to be reached beside it."""
    yield "| Workload | symgd | Peer | It takes | Ratio | To reach | |"
    yield "|:--|--:|:--|--:|--:|:--|:-:|"
    for figure in figures:
        yield from _rows(figure)


def _rows(figure: Figure) -> Iterator[str]:
    name, own = figure.title, ""
    for row in figure.rows():
        shown = figure.shown(row.ours)
        if row.aim and row.aim.ours != OURS:
            shown = f"{row.aim.ours}: {shown}"
        goal, mark = (figure.goal(row.aim), "✓" if row.reached else "✗") if row.aim else ("", "")
        times = ("", "", "")
        if figure.unit == "s":
            times = (row.peer, figure.shown(row.theirs), f"{row.theirs / row.ours:.3g} ×")
        cells = (name, shown if shown != own else "", *times, goal, mark)
        yield f"| {' | '.join(cells)} |"
        name, own = "", shown


def plots(curves: Iterable[Curve]) -> Iterator[str]:
    """One plot for each thing that grows, of all its curves."""
    by_kind = groupby(sorted(curves, key=lambda curve: curve.over), key=lambda curve: curve.over)
    for number, (over, found) in enumerate(by_kind, 1):
        yield _plot(number, over, list(found))


def _plot(number: int, over: str, curves: list[Curve]) -> str:
    with drawing(None, None) as (ax, _):
        for position, curve in enumerate(curves):
            ax.plot(curve.sizes, curve.seconds, label=curve.name, **series(position))
        log_axis(ax, "x")
        log_axis(ax, "y")
        ax.set(xlabel=over, ylabel="seconds")
    told = "; ".join(
        f"{c.name}: {c.seconds[0]:.2g} s to {c.seconds[-1]:.2g} s, exponent {c.exponent:.2f}" for c in curves
    )
    caption = f"Time over the number of {over}. Exponents of the last half: " + ", ".join(
        f"{curve.name} {curve.exponent:.2f}" for curve in curves
    )
    drawn = inline_svg(ax.figure, f"Growth with {over}", told, f"sg-growth-{number}-")
    return f'<figure class="sg-plot">{drawn}<figcaption>{escape(caption)}.</figcaption></figure>'


def machine() -> str:
    """What the figures were measured on."""
    found = ", ".join(f"{name} {_version(name)}" for name in LIBRARIES)
    system = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}"
    return f"{system}; Python {platform.python_version()}, {found}."


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "—"
