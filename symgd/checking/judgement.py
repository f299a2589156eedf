"""The verdict on one entry of a gradient, from the numerical slope and its error."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from sympy import Expr

from symgd.checking.crossings import Crossings
from symgd.checking.slopes import Slope
from symgd.notation.text import text

Verdict = Literal["correct", "wrong", "inconclusive"]
_FROM_WORST: tuple[Verdict, ...] = ("wrong", "inconclusive", "correct")

# Values that agree to six digits are equal for this purpose: a wrong formula errs by more.
AGREEMENT = 1e-6
# An error is small if it is at most this part of the slope itself, or that part of the slopes nearby.
RESOLUTION, RESOLUTION_NEARBY = 1e-5, 1e-7
# No error at all: still smaller numbers have too few digits in a double.
NEGLIGIBLE = 1e-285


@dataclass(frozen=True)
class Judgement:
    """A verdict; if it is inconclusive the reason in a word; a sentence where there is something to say."""

    verdict: Verdict
    reason: str = ""
    explanation: str = ""


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of several: "wrong" before "inconclusive" before "correct"."""
    found = set(verdicts)
    return next((verdict for verdict in _FROM_WORST if verdict in found), "correct")


def judge(derived: float, slope: Slope, rounding: float, steepness: float, near: Crossings) -> Judgement:
    """The verdict where the loss has a slope.

    *rounding* is the rounding error of the derived value, *steepness* the size of the slopes nearby.
    """
    size = max(abs(derived), abs(slope.value))
    uncertainty = slope.error + rounding
    if np.isfinite(slope.error) and not abs(derived - slope.value) <= max(uncertainty, AGREEMENT * size):
        return Judgement("wrong", "", _difference(derived, slope.value))
    if uncertainty <= max(RESOLUTION * size, RESOLUTION_NEARBY * steepness, NEGLIGIBLE):
        return Judgement("correct")
    kinks = near.near or near.here
    if kinks:
        return Judgement(
            "inconclusive", "kink", f"{_listed(kinks)} is nearly 0 here: no spacing avoids the kink."
        )
    if not np.isfinite(slope.error):
        explanation = "the loss is a finite number at too few points on both sides of this one."
        return Judgement("inconclusive", "domain", explanation)
    explanation = (
        f"the loss hardly changes here beside rounding errors: the values can be compared to ±{uncertainty:.0e}. "
        "Leave out a large constant, or check at another point."
    )
    return Judgement("inconclusive", "rounding", explanation)


def judge_kink(derived: float, left: Slope, right: Slope, kinks: Iterable[Expr]) -> Judgement:
    """The verdict where the slopes on both sides differ."""
    low = min(left.value - left.error, right.value - right.error)
    high = max(left.value + left.error, right.value + right.error)
    lies = "lies" if low <= derived <= high else "does not lie"
    explanation = (
        f"{_listed(kinks)} is 0 here. The slope is {left.value:.6g} to the left and {right.value:.6g} to the right; "
        f"this entry, {derived:.6g}, {lies} between them."
    )
    return Judgement("inconclusive", "kink", explanation)


def joined(left: Slope, right: Slope) -> Slope:
    """The slope between those on both sides, its error as large as what they differ by."""
    error = left.error + right.error + abs(left.value - right.value)
    return Slope((left.value + right.value) / 2, error, max(left.spacing, right.spacing))


def is_kink(left: Slope, right: Slope, steepness: float) -> bool:
    """Whether the slopes on both sides differ, which those of relu(u)² at u = 0 do not.

    *steepness* is the size of the slopes nearby, beside which rounding errors are nothing.
    """
    return not abs(left.value - right.value) <= left.error + right.error + RESOLUTION_NEARBY * steepness


def _difference(derived: float, slope: float) -> str:
    if derived and slope and np.isfinite(derived):
        return f"this entry is {derived / slope:.6g} times the slope of the loss."
    return f"this entry is {derived:.6g}, the slope of the loss {slope:.6g}."


def _listed(kinks: Iterable[Expr]) -> str:
    return " or ".join(map(text, kinks))
