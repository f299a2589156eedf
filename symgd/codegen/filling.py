"""The derivative with respect to an array, in the shape of that array."""

from __future__ import annotations

from typing import Any

from sympy import Expr

from symgd.codegen.arrays import ArrayWriter
from symgd.codegen.written import Written, indexed, transposed
from symgd.notation.indices import Index
from symgd.notation.symbols import label_of, placeholders


def filled(writer: ArrayWriter, expr: Expr, leaf: Any) -> str:
    """The source of *expr* as an array of the shape of *leaf*; what does not depend on an axis is repeated along it."""
    places = placeholders(label_of(leaf).shape)
    axes = tuple(place for place in places if isinstance(place, Index))
    written = writer.written(expr, axes)
    full = set(written.axes) == set(axes)
    placed = _placed(transposed(written, tuple(a for a in axes if a in written.axes)), places, whole=full)
    return placed.text if full else f"np.full_like({writer.written(label_of(leaf)).text}, {placed.text})"


def _placed(written: Written, places: tuple[Any, ...], whole: bool) -> Written:
    """The array with an axis for each place that it lacks; unless it must be *whole*, broadcasting adds the first."""
    marks = [":" if place in written.axes else "None" for place in places]
    while marks and marks[0] == "None" and not whole:
        marks.pop(0)
    return indexed(written, marks, written.axes) if "None" in marks else written
