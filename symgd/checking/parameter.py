"""One entry of a gradient beside its numerical derivative."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from symgd.checking.differences import Array, Sweep
from symgd.checking.judgement import Judgement, Verdict, is_kink, joined, judge, judge_kink
from symgd.checking.lines import Line
from symgd.checking.point import Point
from symgd.checking.slopes import (
    UNKNOWN,
    Mask,
    central_slope,
    one_sided_slopes,
    steepness,
    taylor_order,
)


@dataclass(frozen=True, eq=False)
class ParameterCheck:
    """One entry of a gradient, or the gradient along one direction, beside its numerical derivative.

    - *name*: of a parameter that is a number its name, of an entry as ``W[0, 2]``, else ``W along direction 1``;
    - *typeset*: the same for people;
    - *derived*: the value that is checked, compiled from the derivation or given by hand; along a direction its
      product with the gradient;
    - *numeric*: the slope of the compiled loss, from central differences and their extrapolations; nan if the loss
      has none here;
    - *uncertainty*: a bound on the error of the comparison, from truncation and rounding as they were measured;
    - *spacing*: the best spacing h, at which *numeric* was taken;
    - *one_sided*: the slopes to the left and to the right, where the point is a kink;
    - *order*: p of the Taylor remainder |L(θ + h) − L(θ) − h·derived| = O(h^p): 2 if right, 1 if wrong, None where
      there is no remainder to measure;
    - *complex_step*: the derivative by the complex step, free of cancellation; None where a function does not allow it,
      and at a kink;
    - *verdict*, and where it is inconclusive the *reason* in a word, "kink", "rounding" or "domain"; *explanation* is
      a sentence;
    - *sweep*: the loss along the parameter, for :attr:`errors` and plots.
    """

    name: str
    typeset: str
    derived: float
    numeric: float
    uncertainty: float
    spacing: float
    one_sided: tuple[float, float] | None
    order: float | None
    complex_step: float | None
    verdict: Verdict
    reason: str
    explanation: str
    sweep: Sweep = field(repr=False)

    @property
    def entries(self) -> tuple[ParameterCheck]:
        """This check alone, as for an array those of its entries."""
        return (self,)

    @property
    def absolute_error(self) -> float:
        """|derived − numeric|."""
        return abs(self.derived - self.numeric)

    @property
    def relative_error(self) -> float:
        """The absolute error as part of the larger of both; 0 where both are 0."""
        size = max(abs(self.derived), abs(self.numeric))
        return self.absolute_error / size if size else self.absolute_error

    @property
    def errors(self) -> Array:
        """|derived − central difference| at each spacing of the sweep; nan where the loss is not finite."""
        return abs(self.sweep.central - self.derived)


def check_line(point: Point, line: Line, gradient: Any) -> ParameterCheck:
    """Compare the gradient in a parameter with the slope of the compiled loss along one line."""
    derived = line.slope(gradient)
    swept = point.sweep(line)
    near = point.crossings(line, swept)
    usable = near.avoided & np.isfinite(swept.central)
    noise, rounding = point.noise[0], line.rounding(point.noise[1][line.parameter])
    left, right = one_sided_slopes(swept, usable, noise)
    slope = joined(left, right) if near.here else central_slope(swept, usable, noise)
    steep = steepness(swept, slope)
    kink = bool(near.here) and is_kink(left, right, steep)
    if kink:
        slope, found = UNKNOWN, judge_kink(derived, left, right, near.here)
    else:
        found = judge(derived, slope, rounding, steep, near)
        if (
            found.verdict == "inconclusive"
            and not derived
            and _is_flat(swept, usable)
            and point.ignores(line)
        ):
            found = Judgement("correct", "", "the loss does not change with it here.")
    return ParameterCheck(
        line.name,
        line.typeset,
        derived,
        slope.value,
        slope.error + rounding,
        slope.spacing,
        (left.value, right.value) if kink else None,
        taylor_order(swept, usable, derived, noise, 0 if kink else rounding),
        None if kink else point.complex_step(line),
        found.verdict,
        found.reason,
        found.explanation,
        swept,
    )


def _is_flat(sweep: Sweep, usable: Mask) -> bool:
    same = (sweep.above == sweep.here) & (sweep.below == sweep.here)
    return bool(usable.any() and same[usable].all())
