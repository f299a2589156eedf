"""The functions that generated modules carry: right, and silent at extreme arguments."""

import inspect
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp

from symgd.codegen import runtime
from symgd.notation import functions as own

ONE_ARGUMENT = [
    "sigmoid",
    "softplus",
    "silu",
    "relu",
    "step",
    "log_cosh",
    "normal_pdf",
    "normal_cdf",
    "gelu",
    "erf",
    "erfc",
]
POINTS = [-30.0, -7.5, -2.0, -0.6, -0.4, -1e-9, 0.0, 1e-300, 1e-9, 0.3, 0.49, 0.51, 1.0, 5.0, 12.0, 26.0]


def exact(name: str, z: float) -> float:
    """The value at 50 digits, from SymPy's own functions."""
    u = sp.Symbol("u", real=True)
    function = getattr(own, name, None)
    expr = function(u).definition() if hasattr(function, "definition") else getattr(sp, name)(u)
    with mpmath.workdps(50):
        return float(sp.lambdify(u, expr, "mpmath")(mpmath.mpf(z)))


@pytest.mark.parametrize("name", ONE_ARGUMENT)
def test_agrees_with_the_definition_to_rounding(name: str) -> None:
    values = getattr(runtime, name)(np.array(POINTS))
    expected = np.array([exact(name, z) for z in POINTS])
    np.testing.assert_allclose(values, expected, rtol=4e-14, atol=2e-16)


@pytest.mark.parametrize("name", ["erf", "sigmoid", "softplus", "silu", "gelu", "log_cosh"])
def test_keeps_relative_accuracy_in_the_small(name: str) -> None:
    z = {"softplus": -30.0, "log_cosh": 1e-5}.get(name, -1e-12)
    assert getattr(runtime, name)(z) == pytest.approx(exact(name, z), rel=1e-13)


@pytest.mark.parametrize("name", ONE_ARGUMENT)
def test_is_silent_and_finite_at_extreme_arguments(name: str) -> None:
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        values = getattr(runtime, name)(np.array([-1e200, -1000.0, 1000.0, 1e200]))
    assert np.isfinite(values).all()


@pytest.mark.parametrize("name", ONE_ARGUMENT)
def test_takes_plain_numbers(name: str) -> None:
    assert getattr(runtime, name)(0.5) == pytest.approx(getattr(runtime, name)(np.array([0.5]))[0])


@pytest.mark.parametrize("name", ONE_ARGUMENT)
def test_keeps_single_precision(name: str) -> None:
    if name in {"erf", "erfc", "normal_cdf", "gelu"}:
        pytest.skip("its coefficients are double precision")
    assert getattr(runtime, name)(np.ones(2, np.float32)).dtype == np.float32


def test_x_log_y_takes_zero_log_zero_as_zero() -> None:
    with np.errstate(all="raise"):
        values = runtime.xlogy(np.array([0.0, 2.0, 0.0]), np.array([0.0, np.e, 3.0]))
    np.testing.assert_allclose(values, [0.0, 2.0, 0.0])


def test_every_helper_is_tested() -> None:
    defined = {name for name, value in vars(runtime).items() if inspect.isfunction(value)}
    assert defined == {*ONE_ARGUMENT, "mean", "xlogy", "softmax", "logsumexp"}


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_the_mean_is_that_of_numpy(kind: Any) -> None:
    values = np.random.default_rng(0).normal(1e3, 1, 10_001).astype(kind)
    assert runtime.mean(values) == np.mean(values)
    assert runtime.mean(values).dtype == kind


def test_the_mean_of_fractions_is_one() -> None:
    assert runtime.mean(np.array([Fraction(1, 3), Fraction(1)])) == Fraction(2, 3)


@pytest.mark.parametrize("axis", [0, 1])
def test_softmax_and_logsumexp_do_not_overflow(axis: int) -> None:
    z = np.array([[1000.0, 0.5, -1000.0], [-np.inf, 0.25, 1.0]])
    with np.errstate(all="raise", under="ignore"):
        p, log_sum = runtime.softmax(z, axis), runtime.logsumexp(z, axis)
    exact = [[sp.exp(sp.Rational(float(u))) if np.isfinite(u) else 0 for u in row] for row in z]
    totals = [sum(line) for line in (exact if axis == 1 else zip(*exact, strict=True))]
    np.testing.assert_allclose(log_sum, [float(sp.log(total).evalf(40)) for total in totals], rtol=1e-15)
    expected = [
        [float((u / totals[i if axis == 1 else j]).evalf(40)) for j, u in enumerate(row)]
        for i, row in enumerate(exact)
    ]
    np.testing.assert_allclose(p, expected, rtol=1e-14)


def test_logsumexp_of_nothing_is_log_zero() -> None:
    assert runtime.logsumexp(np.array([-np.inf, -np.inf]), 0) == -np.inf


def test_helpers_keep_single_precision() -> None:
    z = np.float32([[0.5, -1.0], [2.0, 0.0]])
    for name in ONE_ARGUMENT:
        assert getattr(runtime, name)(z).dtype == np.float32, name
    assert (
        runtime.softmax(z, 0).dtype
        == runtime.logsumexp(z, 1).dtype
        == runtime.xlogy(z, z + 2).dtype
        == np.float32
    )
