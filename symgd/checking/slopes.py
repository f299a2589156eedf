"""The slope of a function from a sweep of differences, with a bound on its error that needs no fixed tolerance.

Differences err in two ways. Truncation shrinks with the spacing h; rounding grows as 1/h. Both show in how much
neighbouring spacings disagree, so that disagreement is the measure of the error here. A spacing counts only if it
agrees, within the errors, with every smaller one: that keeps out spacings so large that they see another part of
the function (Lepski 1990).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symgd.checking.differences import Array, Sweep

Mask = NDArray[np.bool_]

# A bound is this many times the disagreement that was measured.
SAFETY = 8
EPSILON = float(np.finfo(float).eps)
_LEVELS = 2
# Still smaller numbers lose digits of their own.
_UNDERFLOW = 1e-300


@dataclass(frozen=True)
class Slope:
    """A numerical derivative: its *value*, a bound on its *error*, and the *spacing* it was taken at."""

    value: float
    error: float
    spacing: float


UNKNOWN = Slope(np.nan, np.inf, np.nan)


def central_slope(sweep: Sweep, usable: Mask, noise: float) -> Slope:
    """The slope from central differences and their extrapolations; *noise* is the rounding error of f."""
    return _slope(sweep, sweep.central, usable, max(noise, _grain(sweep, usable)), order=2)


def one_sided_slopes(sweep: Sweep, usable: Mask, noise: float) -> tuple[Slope, Slope]:
    """The slopes to the left and to the right of the point."""
    left = _slope(sweep, sweep.backward, usable, noise, order=1)
    return left, _slope(sweep, sweep.forward, usable, noise, order=1)


def steepness(sweep: Sweep, slope: Slope) -> float:
    """The size of the slopes near the point, which a slope that is nearly 0 is measured by.

    Rises of f count from the spacing of *slope* on, as far as f changes by no more than its size, or one of the
    differences there still tells the slope.
    """
    with np.errstate(all="ignore"):
        left, right = abs(sweep.backward), abs(sweep.forward)
        rises = (np.fmax(left, right), left, right)
        told = (sweep.central, _extrapolated(sweep.backward), _extrapolated(sweep.forward))
        beside = np.isfinite(sweep.central) & (sweep.spacings >= slope.spacing)
        near = [
            rise[
                beside
                & ((rise * sweep.spacings <= abs(sweep.here)) | (abs(value - slope.value) <= rise / 10))
            ]
            for rise, value in zip(rises, told, strict=True)
        ]
    return float(max(np.concatenate(near), default=0.0))


def taylor_order(sweep: Sweep, usable: Mask, slope: float, noise: float, rounding: float) -> float | None:
    """The order p of the remainder |f(x + h) − f(x) − h f'(x)| = O(h^p): 2 for a right slope, 1 for a wrong one.

    It is taken at the smallest spacings where the remainder rises above the rounding errors; None where it does
    not, as for a function that is linear. *rounding* is the rounding error of the slope.
    """
    with np.errstate(all="ignore"):
        remainder = np.fmax(abs(sweep.forward - slope), abs(sweep.backward - slope)) * sweep.spacings
        error = _errors(sweep, sweep.central, usable, noise, order=2) * sweep.spacings
        clear = usable & (remainder > 4 * SAFETY * error + rounding * sweep.spacings)
        ratios = np.log2(remainder[1:] / remainder[:-1])[clear[1:] & clear[:-1]]
    return float(np.median(ratios[:6])) if len(ratios) > 1 else None


def _grain(sweep: Sweep, usable: Mask) -> float:
    """The first change of f, if small spacings change nothing: so coarse rounding has made it."""
    moved = np.fmax(abs(sweep.above - sweep.here), abs(sweep.below - sweep.here))[usable]
    changes = moved[moved > 0]
    return float(changes[0]) if len(changes) and not moved[0] else 0.0


def _slope(sweep: Sweep, differences: Array, usable: Mask, noise: float, order: int) -> Slope:
    """The difference or extrapolation with the least error."""
    best = UNKNOWN
    for values, power in _extrapolations(differences, order):
        errors = SAFETY * _errors(sweep, values, usable, noise, power)
        at = int(np.argmin(np.where(_consistent(sweep, values, errors), errors, np.inf)))
        if errors[at] < best.error:
            best = Slope(float(values[at]), float(errors[at]), float(sweep.spacings[at]))
    return best


def _extrapolations(differences: Array, order: int) -> Iterator[tuple[Array, int]]:
    """The differences, whose error falls as h^order, and their Richardson extrapolations, with the order of each."""
    yield differences, order
    for power in range(order, order * _LEVELS + 1, order):
        finer = _smaller(differences)
        differences = finer + (finer - differences) / (2**power - 1)
        yield differences, power + order


def _extrapolated(differences: Array) -> Array:
    """One-sided differences, extrapolated as far as it goes."""
    *_, (values, _) = _extrapolations(differences, 1)
    return values


def _errors(sweep: Sweep, values: Array, usable: Mask, noise: float, order: int) -> Array:
    """What the values at neighbouring spacings disagree by, at least what rounding allows; inf where unusable.

    A disagreement at a smaller spacing counts in proportion, as rounding errors fall like 1/h; one at the next
    larger spacing too, as truncation rises like h^order: two values may be equal by accident.
    """
    with np.errstate(all="ignore"):
        size = np.fmax(abs(sweep.above), abs(sweep.below)) * EPSILON + _UNDERFLOW
        apart = np.where(usable, abs(values - _smaller(values)), np.nan)
        rounding = np.fmax.accumulate(np.fmax(apart, (size + noise) / sweep.spacings) * sweep.spacings)
        errors = np.fmax(rounding / sweep.spacings, _larger(apart) / 2**order)
    return np.where(np.isfinite(apart) & np.isfinite(errors), errors, np.inf)


def _consistent(sweep: Sweep, values: Array, errors: Array) -> Mask:
    """Whether each value agrees within the errors with the values at all smaller spacings.

    An error that is less than the rises of f is one of rounding, and holds for smaller spacings in proportion: where
    rounding makes f move in steps, the differences of still smaller spacings agree, and are all wrong.
    """
    known = np.isfinite(errors)
    with np.errstate(all="ignore"):
        resolved = known & (errors < np.fmax(abs(sweep.forward), abs(sweep.backward)))
        in_proportion = np.where(resolved, errors * sweep.spacings, 0.0)[:, None] / sweep.spacings
        apart = abs(values[:, None] - values) > errors[:, None] + np.fmax(in_proportion, errors)
    consistent: Mask = known & ~np.tril(apart & known).any(axis=1)
    return consistent


def _smaller(values: Array) -> Array:
    """For each spacing the value at the next smaller one."""
    return np.concatenate([[np.nan], values[:-1]])


def _larger(values: Array) -> Array:
    """For each spacing the value at the next larger one."""
    return np.concatenate([values[1:], [np.nan]])
