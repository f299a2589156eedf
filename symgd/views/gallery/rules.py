"""The rules of differentiation, each in the derivation of a loss that needs it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import sympy as sp
from sympy import Expr

from symgd.derivation.derive import Derivation, derive
from symgd.derivation.elementary import FUNCTIONS
from symgd.derivation.rules import RULES
from symgd.notation import functions as own
from symgd.notation import losses
from symgd.notation.arrays import dot, softmax
from symgd.notation.intermediates import let
from symgd.notation.sums import mean
from symgd.notation.symbols import data, parameters
from symgd.views.gallery.entry import Entry

SHOW = ("statement", "derivation", "code")


def rule_entries() -> Iterator[Entry]:
    """One entry for each name in the table; a rule that no example needs has none."""
    shown = _examples()
    for name in dict.fromkeys(rule.name for rule in RULES):
        statements = tuple(dict.fromkeys(rule.statement for rule in RULES if rule.name == name))
        if name in shown:
            yield Entry(name, statements, "", partial(_same, shown[name]), SHOW)


def _same(derivation: Derivation) -> Derivation:
    return derivation


def _examples() -> dict[str, Derivation]:
    """For each name of a rule the first derivation that has it."""
    found: dict[str, Derivation] = {}
    for loss in _losses():
        derivation = derive(loss)
        blocks = [*derivation.steps.values(), *(done.steps for done in derivation.backward)]
        for name in (name for steps in blocks for step in steps for name in step.rule.split(", ")):
            found.setdefault(name, derivation)
    return found


def _losses() -> Iterator[Expr]:
    """Small losses first, so that a rule is seen where little else happens."""
    x, y = data("x y")
    w, b = parameters("w b")
    line = w * x
    yield losses.mean_squared_error(line + b, y)
    yield from (mean(function(line)) for function in FUNCTIONS)
    yield losses.mean_squared_error(let("y_hat", line), y)
    yield losses.root_mean_squared_error(line, y)
    yield mean(line / (w**2 + x**2))
    yield mean(line * sp.exp(line))
    yield mean((w**2 + 1) ** w * x)
    yield mean(own.xlogy(y, own.sigmoid(line)))
    yield mean(sp.Max(line, b))
    yield mean(sp.Min(line, b))
    yield losses.huber(line, y)
    yield mean(sp.asinh(line))
    yield losses.mean_squared_error(let("z", b * let("h", own.tanh(line))), y)
    yield from _of_vectors()


def _of_vectors() -> Iterator[Expr]:
    features, labels = data("x", shape=("d",)), data("t", shape=("c",), sums_to_one=True)
    weights = parameters("W", shape=("c", "d"))
    yield losses.mean_squared_error(dot(parameters("w", shape=("d",)), features), data("y"))
    yield losses.softmax_cross_entropy(let("z", dot(weights, features)), labels)
    yield losses.cross_entropy(let("p", softmax(let("z", dot(weights, features)))), labels)
