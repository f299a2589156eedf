"""Derivations of arrays: the lines of textbooks, deltas as steps of their own, evidence, and their number."""

import re
from itertools import pairwise
from typing import Any

import pytest
import sympy as sp

import symgd as sg
from symgd.derivation import rewriting
from symgd.derivation.derivative import Partial
from symgd.derivation.derive import Derivation
from symgd.derivation.evidence import Oracle
from symgd.derivation.rule import Rule
from symgd.derivation.rules import RULES
from symgd.errors import DerivationError
from symgd.notation.deltas import Delta

x, y = sg.data("x", shape=("d",)), sg.data("y")
t = sg.data("t", shape=("k",), sums_to_one=True)
w, b = sg.parameters("w", shape=("d",)), sg.parameters("b")
W, c = sg.parameters("W", shape=("k", "d")), sg.parameters("c", shape=("k",))
LINEAR = sg.losses.mean_squared_error(sg.dot(x, w) + b, y)
SCORES = sg.let("z", sg.dot(W, x) + c)
SOFTMAX = sg.losses.cross_entropy(sg.let("p", sg.softmax(SCORES)), t)


def two_layers() -> Any:
    """Bishop (2006), section 5.3: sigmoid units, softmax outputs, cross-entropy."""
    V, e = sg.parameters("V", shape=("h", "d")), sg.parameters("e", shape=("h",))
    U = sg.parameters("U", shape=("k", "h"))
    hidden = sg.let("q", sg.sigmoid(sg.let("a", sg.dot(V, x) + e)))
    return sg.losses.cross_entropy(sg.let("p", sg.softmax(sg.let("z", sg.dot(U, hidden) + c))), t)


def deep(depth: int) -> Any:
    """A net of this many layers of tanh, each linear part and each layer named."""
    layer = x
    for k in range(1, depth + 1):
        weights, shift = sg.parameters(f"W{k}", shape=("d", "d")), sg.parameters(f"b{k}", shape=("d",))
        layer = sg.let(f"h{k}", sp.tanh(sg.let(f"z{k}", sg.dot(weights, layer) + shift)))
    return sg.losses.mean_squared_error(sg.dot(w, layer), y)


def blocks(derivation: Derivation) -> dict[str, list[str]]:
    """The right-hand sides of each derivative's lines, without the names of the rules."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in str(derivation).split("\nMatrices\n")[0].splitlines():
        head = re.match(r"∂L/∂(\S+) +=", line)
        if head:
            found[head[1]] = lines = []
        if re.match(r"(∂L/∂\S+)? *= ", line):
            lines.append(re.split(r"  +✓", line.split("= ", 1)[1])[0].strip())
    return found


def steps_of(derivation: Derivation) -> list[tuple[Any, ...]]:
    return [*derivation.steps.values(), *(adjoint.steps for adjoint in derivation.backward)]


def test_linear_regression_ends_as_in_textbooks() -> None:
    found = blocks(sg.derive(LINEAR))
    assert found["wⱼ"][-1] == "(2/n) Σᵢ xᵢⱼ (Σₖ xᵢₖ wₖ + b − yᵢ)"
    assert found["b"][-1] == "(2/n) Σᵢ (Σⱼ xᵢⱼ wⱼ + b − yᵢ)"


def test_softmax_with_cross_entropy_collapses_to_p_minus_t() -> None:
    found = blocks(sg.derive(SOFTMAX))
    assert found["pᵢⱼ"][-1] == "−(1/n) (tᵢⱼ/pᵢⱼ)"
    assert found["zᵢⱼ"][-1] == "(1/n) (pᵢⱼ − tᵢⱼ)"
    assert len(found["pᵢⱼ"] + found["zᵢⱼ"]) <= 10
    assert found["Wⱼₗ"][-1] == "Σᵢ ∂L/∂zᵢⱼ · xᵢₗ"
    assert found["cⱼ"][-1] == "Σᵢ ∂L/∂zᵢⱼ"


def test_without_the_declaration_the_sum_of_the_labels_stays() -> None:
    labels = sg.data("u", shape=("k",))
    found = blocks(sg.derive(sg.losses.cross_entropy(sg.let("p", sg.softmax(SCORES)), labels)))
    assert "Σₗ uᵢₗ" in found["zᵢⱼ"][-1]


def test_two_layers_are_derived_as_in_textbooks() -> None:
    found = blocks(sg.derive(two_layers()))
    assert {name: lines[-1] for name, lines in found.items()} == {
        "pᵢⱼ": "−(1/n) (tᵢⱼ/pᵢⱼ)",
        "zᵢⱼ": "(1/n) (pᵢⱼ − tᵢⱼ)",
        "qᵢⱼ": "Σₗ Uₗⱼ ∂L/∂zᵢₗ",
        "aᵢⱼ": "∂L/∂qᵢⱼ · qᵢⱼ (1 − qᵢⱼ)",
        "Vⱼₗ": "Σᵢ ∂L/∂aᵢⱼ · xᵢₗ",
        "eⱼ": "Σᵢ ∂L/∂aᵢⱼ",
        "Uⱼₗ": "Σᵢ ∂L/∂zᵢⱼ · qᵢₗ",
        "cⱼ": "Σᵢ ∂L/∂zᵢⱼ",
    }


def test_the_number_of_lines_is_linear_in_the_depth() -> None:
    lines = {}
    for depth in (2, 4, 8, 16):
        derivation = sg.derive(deep(depth))
        source = sg.compile_numpy(derivation).source
        lines[depth] = [sum(map(len, steps_of(derivation))), len(source.splitlines())]
    for small, large in pairwise(lines):
        added = [(b - a) / (large - small) for a, b in zip(lines[small], lines[large], strict=True)]
        assert added == [(b - a) / 2 for a, b in zip(lines[2], lines[4], strict=True)]


@pytest.mark.parametrize("loss", [LINEAR, SOFTMAX, deep(2)], ids=["linear", "softmax", "deep"])
def test_a_delta_is_a_line_of_its_own_before_it_is_collapsed(loss: Any) -> None:
    for steps in steps_of(sg.derive(loss)):
        for step in steps:
            if step.rule == "collapse the delta":
                assert step.before.has(Delta)
                assert not step.after.has(Delta)
            elif step.after.has(Delta) and not step.before.has(Delta):
                assert "derivative of an entry" in step.rule
        assert not steps[-1].after.has(Delta)


@pytest.mark.parametrize("loss", [LINEAR, SOFTMAX, deep(4)], ids=["linear", "softmax", "deep"])
def test_lines_follow_each_other_and_each_is_checked(loss: Any) -> None:
    for steps in steps_of(sg.derive(loss)):
        assert all(step.after == following.before for step, following in pairwise(steps))
        assert all(step.evidence.points >= 3 and step.evidence.error <= 1e-9 for step in steps)


def tampered(name: str, spoil: Any) -> tuple[Rule, ...]:
    """The table of rules with one of them spoilt."""

    def replaced(rule: Rule) -> Rule:
        if rule.name != name:
            return rule
        return Rule(name, "", rule.matches, lambda node: spoil(rule.rewrite(node)), rule.inner, rule.trivial)

    return tuple(map(replaced, RULES))


@pytest.mark.parametrize(
    ("name", "loss", "spoil"),
    [
        ("derivative of an entry", LINEAR, lambda after: 2 * after),
        ("derivative of an entry", LINEAR, lambda _: sp.S.One),
        ("derivative under the sum", LINEAR, lambda after: -after),
        ("softmax", SOFTMAX, lambda after: 2 * after),
        ("log-sum-exp", sg.losses.softmax_cross_entropy(SCORES, t), lambda after: after / 2),
        ("one term of the sum", SOFTMAX, lambda after: after * t),
    ],
)
def test_a_wrong_rule_is_refused(name: str, loss: Any, spoil: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewriting, "RULES", tampered(name, spoil))
    with pytest.raises(DerivationError, match="wrong"):
        sg.derive(loss)


def test_exchanged_axes_are_refused() -> None:
    derivation = sg.derive(sg.trace(sg.dot(W, sg.constants("A", shape=("d", "k")))))
    assert str(derivation.gradient["W"]) == "A[a1, a2]"
    square, fixed = sg.parameters("S", shape=("d", "d")), sg.constants("F", shape=("d", "d"))
    oracle = Oracle(sg.trace(sg.dot(square, fixed)), (square, fixed))
    start = Partial(sg.trace(sg.dot(square, fixed)), square)
    assert oracle.compare(start, sg.transpose(fixed)).points >= 3
    with pytest.raises(DerivationError, match="wrong"):
        oracle.compare(start, fixed)
