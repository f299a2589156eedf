"""The look that all plots share: colours, line styles, markers, legends and numbers on axes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import ceil, floor, log10
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from symgd.notation.names import raised
from symgd.views.words import Words, words_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito (2008), those first that stand out on white and on black alike; yellow does not on white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
DASHES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "^", "D", "v", "P")
# Lines that matter less. Black and white would each be lost on one kind of page.
MIDDLE = "#808080"

STYLE: Mapping[Any, Any] = MappingProxyType(
    {
        "figure.figsize": (4.6, 3.3),
        "font.size": 10,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "grid.color": MIDDLE,
        "grid.alpha": 0.3,
        "grid.linewidth": 0.6,
        "legend.frameon": False,
        "legend.handlelength": 2.3,
        "legend.handletextpad": 0.6,
        "lines.linewidth": 1.8,
        "lines.markersize": 5,
    }
)

# Widths in ems: of a figure, and of the line before each label of a legend. Those of letters are estimates, as a page's
# fonts differ from those that matplotlib measures; letters of Korean are wider than it thinks.
_EMS = 31
_HANDLE = 2.9
# More points than this are not marked each.
_MARKERS = 12


@contextmanager
def drawing(ax: Axes | None, words: Words | None) -> Iterator[tuple[Axes, Words]]:
    """Axes to draw on and words for their labels; those that are None are made, in English.

    A legend is added at the end: above axes that were made here, where it hides nothing.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    words = words or words_of("en")
    if ax is not None:
        yield ax, words
        if ax.get_legend_handles_labels()[0]:
            ax.legend()
        return
    with rc_context(dict(STYLE)):
        # Not by pyplot, which would keep the figure open.
        made: Axes = Figure(layout="constrained").add_subplot()
        yield made, words
        _legend_above(made)


def foreground() -> str:
    """The colour of text: in a page, that of the page."""
    from matplotlib import rcParams

    return str(rcParams["text.color"])


def series(position: int, points: int = 0) -> dict[str, Any]:
    """Colour, line style and marker of one of several lines; of many *points*, about eight get a marker."""
    look: dict[str, Any] = {
        "color": COLOURS[position % len(COLOURS)],
        "linestyle": DASHES[position % len(DASHES)],
        "marker": MARKERS[position % len(MARKERS)],
    }
    if points > _MARKERS:
        stride = points // 8
        # Each line its own places, so that markers of lines that coincide stand side by side.
        look["markevery"] = (stride * (position % 6) // 6, stride)
    return look


def count_axis(axis: Any) -> None:
    """Whole numbers along an axis, thousands apart."""
    from matplotlib.ticker import MaxNLocator, StrMethodFormatter

    axis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))


def log_axis(ax: Axes, which: str) -> None:
    """Powers of ten along the "x" or the "y" axis, as far as there are data; 0 stands below them if it occurs."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    axis, rescale = (ax.xaxis, ax.set_xscale) if which == "x" else (ax.yaxis, ax.set_yscale)
    least = ax.dataLim.minposx if which == "x" else ax.dataLim.minposy
    first, last = ax.dataLim.intervalx if which == "x" else ax.dataLim.intervaly
    # matplotlib's own margins and ticks overflow where a loss has grown to the largest floats.
    margin = 0.05 * (log10(last) - log10(least)) or 1.0
    low, high = log10(least) - margin, min(log10(last) + margin, 308.0)
    stride = max(1, ceil((high - low) / 7))
    ticks = [10.0**k for k in range(ceil(low), floor(high) + 1) if k % stride == 0]
    if first > 0:
        ax.set(**{f"{which}lim": (10.0**low, 10.0**high)})
        rescale("log")
    else:
        ax.set(**{f"{which}lim": (-least / 2, 10.0**high)})
        rescale("symlog", linthresh=least, linscale=0.5)
        ticks = [0.0, *(tick for tick in ticks if tick >= least)]
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(FuncFormatter(lambda value, _: power_of_ten(value)))
    axis.set_minor_locator(NullLocator())


def power_of_ten(value: float) -> str:
    """A power of ten as text.

    >>> power_of_ten(1e-3), power_of_ten(1.0), power_of_ten(10.0), power_of_ten(0.0)
    ('10⁻³', '1', '10', '0')
    """
    if not value:
        return "0"
    exponent = round(float(f"{value:e}".partition("e")[2]))
    return {0: "1", 1: "10"}.get(exponent, f"10{raised(str(exponent).replace('-', '−'))}")


def _legend_above(ax: Axes) -> None:
    handles, labels = ax.get_legend_handles_labels()
    if not handles or ax.figure is None:
        return
    wide = [sum(east_asian_width(letter) in "WF" for letter in label) for label in labels]
    gap = 1.3 + 0.4 * max(wide)
    widths = [_HANDLE + 0.56 * len(label) + 0.1 * more for label, more in zip(labels, wide, strict=True)]
    columns = _columns(widths, gap)
    # matplotlib fills a legend column by column; this one reads row by row.
    order = [k for column in range(columns) for k in range(column, len(labels), columns)]
    ax.figure.legend(
        [handles[k] for k in order],
        [labels[k] for k in order],
        loc="outside upper left",
        ncols=columns,
        columnspacing=gap,
    )


def _columns(widths: list[float], gap: float) -> int:
    """How many columns of a legend fit above the axes."""
    if sum(widths) + gap * (len(widths) - 1) <= _EMS:
        return len(widths)
    return max(1, int((_EMS + gap) / (max(widths) + gap)))
