"""Losses made at random over every function and rule: each gradient agrees with two independent derivatives."""

import random
import zlib
from itertools import islice, pairwise

import pytest
import sympy as sp
from helpers.random_losses import OPERATIONS, losses
from helpers.reference import KinkError, OutsideError, central_difference, points, spread, value, written_out
from hypothesis import assume, given, reject, seed, settings
from mpmath import mp

import symgd as sg
from symgd.derivation.derivative import Partial
from symgd.errors import DerivationError
from symgd.notation.intermediates import Let
from symgd.notation.symbols import Parameter

# 2,000 and more in all: each operation gets its share.
LOSSES = -(-2000 // len(OPERATIONS))
SAMPLES, ATTEMPTS = 2, 60


@pytest.mark.parametrize("operation", OPERATIONS)
def test_gradient_agrees_with_sympy_and_with_central_differences(operation):
    tried, checked = set(), set()

    # Hypothesis repeats losses, and some have no real value: both are drawn in addition.
    @seed(zlib.crc32(operation.encode()))
    @settings(max_examples=4 * LOSSES)
    @given(losses(operation))
    def check(loss):
        if len(checked) < LOSSES and loss not in tried:
            tried.add(loss)
            check_one(loss)
            checked.add(loss)

    check()
    assert len(checked) == LOSSES
    assert len(tried) < 1.5 * LOSSES


def check_one(loss):
    assume(any(isinstance(symbol, Parameter) for symbol in loss.free_symbols))
    derivation = derived(loss)
    for parameter in derivation.parameters:
        steps = derivation.steps[parameter]
        assert isinstance(steps[0].before, Partial)
        assert steps[0].before.args[:2] == Partial(derivation.problem.loss, parameter).args
        check_steps(steps)
        assert not derivation.gradient[parameter].atoms(Partial, Let)
    for adjoint in derivation.backward:
        check_steps(adjoint.steps)
    plain, slopes = by_sympy(loss, derivation.parameters)
    drawn = islice(points(derivation.problem, SAMPLES, random.Random(1)), ATTEMPTS)
    gradient = derivation.gradient.values()
    at = next((at for at in drawn if usable(at, loss, gradient, plain, slopes.values())), None)
    assume(at is not None)
    for name, slope in slopes.items():
        found = value(derivation.gradient[name], at, SAMPLES)
        agrees(found, value(slope, spread(at), SAMPLES), 1e-25)
        agrees(found, central_difference(loss, at, SAMPLES, name), 1e-12)


def by_sympy(loss, parameters):
    """The loss with a term for each sample, and its derivatives."""
    try:
        plain = written_out(loss, SAMPLES)
        return plain, {p.name: sp.diff(plain, sp.Symbol(p.name, real=True)) for p in parameters}
    except (AssertionError, TypeError):
        # SymPy cannot merge these conditions into one another.
        reject()


def derived(loss):
    """The derivation; a loss without a real value is left out, for that reason alone."""
    try:
        return sg.derive(loss)
    except DerivationError as error:
        assume("no point was found" not in str(error))
        raise


def check_steps(steps):
    assert all(step.after == following.before for step, following in pairwise(steps))
    assert all(step.rule and step.evidence.points > 0 and step.evidence.error <= 1e-9 for step in steps)
    assert not steps[-1].after.atoms(Partial)


def usable(at, loss, gradient, plain, slopes):
    """Whether all have a moderate value there, away from kinks; a gradient without a value is no excuse."""
    try:
        sizes = [value(loss, at, SAMPLES), *(value(expr, spread(at), SAMPLES) for expr in (plain, *slopes))]
    except OutsideError:
        return False
    try:
        sizes += [value(expr, at, SAMPLES) for expr in gradient]
    except KinkError:
        return False
    return max(map(abs, sizes)) < 1e6


def agrees(found, expected, relative):
    with mp.workdps(50):
        assert abs(found - expected) <= relative * (abs(expected) + mp.mpf("1e-6"))
