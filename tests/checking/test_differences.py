"""Numerical derivatives of functions of numbers."""

from fractions import Fraction
from math import cos, exp, inf, sin

import numpy as np
import pytest

from symgd import differences


def bowl(a, b):
    return a**2 + b**2


def test_the_central_difference_gives_the_digits_of_the_book() -> None:
    assert differences.central(bowl, (3, 4), 1e-4) == (6.00000000000378, 7.999999999999119)
    assert differences.central(lambda a: a * a + 4.0**2, 3.0) == 6.00000000000378


@pytest.mark.parametrize("at", [[3, 4], np.array([3.0, 4.0])])
def test_a_point_may_be_any_sequence(at) -> None:
    assert differences.central(bowl, at) == (6.00000000000378, 7.999999999999119)


def test_differences_of_fractions_are_exact() -> None:
    h = Fraction(1, 10)
    assert differences.central(lambda x: x**2, Fraction(3), h) == 6
    assert differences.forward(lambda x: x**2, Fraction(3), h) == 6 + h
    assert differences.richardson(lambda x: x**5, Fraction(3), h) == 5 * 3**4


@pytest.mark.parametrize(
    ("difference", "order"),
    [
        (differences.forward, 1),
        (differences.central, 2),
        (lambda f, x, h: differences.richardson(f, x, h, levels=1), 4),
        (lambda f, x, h: differences.richardson(f, x, h, levels=2), 6),
    ],
)
def test_the_error_falls_as_it_should(difference, order) -> None:
    errors = [abs(difference(exp, 0.5, h) - exp(0.5)) for h in (0.4, 0.2)]
    assert np.log2(errors[0] / errors[1]) == pytest.approx(order, abs=0.2)


def test_a_sweep_shows_truncation_at_one_end_and_rounding_at_the_other() -> None:
    swept = differences.sweep(sin, 1.0)
    errors = abs(swept.central - cos(1.0))
    assert 1e-7 < swept.spacings[errors.argmin()] < 1e-3
    assert errors[0] > 1e-6
    assert errors[-1] > 1e-2
    assert (np.diff(np.log2(swept.spacings)) == 1).all()


def test_a_sweep_takes_the_spacings_given_from_small_to_large() -> None:
    swept = differences.sweep(lambda x: x**2, 3.0, spacings=[1, 0.5, 2])
    assert swept.spacings.tolist() == [0.5, 1, 2]
    assert swept.central.tolist() == [6, 6, 6]
    assert swept.forward.tolist() == [6.5, 7, 8]
    assert swept.backward.tolist() == [5.5, 5, 4]


def test_a_sweep_of_several_arguments_is_one_for_each() -> None:
    first, second = differences.sweep(bowl, (3, 4), spacings=[1])
    assert (first.central.item(), second.central.item()) == (6, 8)


@pytest.mark.parametrize("x", [0.0, 1e-9, 1.0, 1e9])
def test_the_spacings_suit_the_size_of_the_point(x) -> None:
    swept = differences.sweep(lambda value: value, x)
    assert swept.central == pytest.approx(1, rel=1e-15)
    assert swept.spacings[0] <= max(x, 1) * 1e-9
    assert swept.spacings[-1] >= max(x, 1) / 2


def test_differences_over_infinite_values_are_nan() -> None:
    swept = differences.sweep(lambda x: inf if x > 1.5 else x, 1.0, spacings=[0.25, 1])
    assert swept.central.tolist() == pytest.approx([1, np.nan], nan_ok=True)
