"""The check of a step can fail, and what no rule covers is named."""

import re

import pytest
import sympy as sp

import symgd as sg
from symgd.derivation import rewriting
from symgd.derivation.derivative import Partial
from symgd.derivation.evidence import Oracle
from symgd.derivation.rule import Rule
from symgd.errors import DerivationError

x, y = sg.data("x y")
w, b = sg.parameters("w b")
RATIONAL = sg.mean((w * x + b - y) ** 2)
SMOOTH = sg.mean(sp.exp(w * x) + sp.sin(b))
SLOPES = {RATIONAL: 2 * sg.mean(x * (w * x + b - y)), SMOOTH: sg.mean(x * sp.exp(w * x))}


def oracle(loss):
    return Oracle(loss, (w, b, x, y))


@pytest.mark.parametrize("loss", SLOPES)
def test_a_right_slope_passes(loss):
    evidence = oracle(loss).compare(Partial(loss, w), SLOPES[loss])
    assert evidence.points >= 3
    assert evidence.error < 1e-15
    assert evidence.exact == (loss is RATIONAL)


@pytest.mark.parametrize("loss", SLOPES)
@pytest.mark.parametrize(
    "spoil",
    [
        lambda slope: -slope,
        lambda slope: 2 * slope,
        lambda slope: slope + sp.Rational(1, 10**6),
        lambda slope: slope * (1 + sp.Rational(1, 10**7)),
        lambda slope: slope + w * sp.Rational(1, 10**5),
        lambda _: sp.S.Zero,
    ],
    ids=["sign", "factor", "term", "slightly", "parameter", "zero"],
)
def test_a_wrong_slope_fails(loss, spoil):
    with pytest.raises(DerivationError, match="wrong"):
        oracle(loss).compare(Partial(loss, w), spoil(SLOPES[loss]))


def test_a_wrong_rule_is_found_when_it_is_used(monkeypatch):
    def of_sine(node):
        return isinstance(node.expr, sp.sin)

    wrong = Rule(
        "wrong sine", "", of_sine, lambda node: sp.sin(node.expr.args[0]) * node.of(node.expr.args[0])
    )
    monkeypatch.setattr(rewriting, "RULES", (wrong, *rewriting.RULES))
    with pytest.raises(DerivationError, match=r"sin"):
        sg.derive(sp.sin(w * b))


@pytest.mark.parametrize("loss", [sp.Function("f")(w), sp.floor(w) * w, sp.zeta(w)])
def test_what_no_rule_covers_is_named(loss):
    function = next(iter(loss.atoms(sp.Function)))
    with pytest.raises(DerivationError, match=rf"{function.func.__name__}\(w\)"):
        sg.derive(loss)


def test_an_empty_domain_is_told():
    with pytest.raises(DerivationError, match="no point was found"):
        sg.derive(sp.log(-(w**2) - 1))


@pytest.mark.parametrize("slope", [sp.S.Zero, sp.Rational(-1, 10**12), sp.Rational(2, 10**12)])
def test_a_small_slope_beside_a_large_loss_is_checked_too(slope):
    loss = 10**5 + sp.exp(w) / 10**12
    with pytest.raises(DerivationError, match="wrong"):
        Oracle(loss, (w,)).compare(Partial(loss, w), slope * sp.exp(w))


@pytest.mark.parametrize(
    "loss",
    [
        # 1 − tanh² is lost in rounding for large arguments, and these sums are 0 but for rounding.
        sp.acos(sp.tanh(w**8)),
        sg.total(w * x - sg.mean(w * x)) + b**2,
        # Not real everywhere: no sign may be read off a complex number.
        sp.Max(sp.log(w), b),
        sg.relu(sp.sqrt(w)),
        sp.Piecewise((w, sp.acosh(w) > 1), (w**2, True)),
        # Beyond a long double, above and below.
        sp.gamma(sp.exp(sp.exp(w))),
        sp.Piecewise((w, sp.exp(sp.exp(sp.exp(w))) > 2), (b, True)),
        sg.mean(sp.erfc(sp.exp(sp.exp(w * x)))),
    ],
    ids=str,
)
def test_a_right_derivation_raises_no_alarm(loss):
    derivation = sg.derive(loss)
    assert all(step.evidence.points for steps in derivation.steps.values() for step in steps)


@pytest.mark.parametrize("part", [sp.Integral(w * b, (w, 0, 1)), sp.Derivative(sp.zeta(w), w)], ids=str)
def test_what_is_no_function_is_named(part):
    with pytest.raises(DerivationError, match=re.escape(str(part))):
        sg.derive(part * w)


def test_a_function_without_numeric_value_is_named():
    class Unknown(sp.Function):
        def fdiff(self, argindex=1):
            return Unknown(self.args[0]) * argindex

    with pytest.raises(DerivationError, match="Unknown has no numeric value"):
        sg.derive(Unknown(w))
