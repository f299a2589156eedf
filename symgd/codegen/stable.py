"""Rewrites what would overflow or cancel into an equal form that does not, just before code is generated.

The formulas stay the textbook's; the code then differs from them by these identities alone. A generated module
names those that it uses.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import sympy as sp
from sympy import Expr, S

from symgd.codegen.softmaxes import log_of_softmax, log_sum_exp, softmaxes, xlogy_of_softmax
from symgd.codegen.traversal import bottom_up
from symgd.notation.algebra import OrderedPow, factors, multiply, power, terms
from symgd.notation.functions import expm1, log1p, log_cosh, sigmoid, softplus, xlogy
from symgd.notation.intermediates import Let

_MINUS = S.NegativeOne


def stable(expr: Expr) -> Expr:
    """*expr* in a form that neither overflows nor cancels where the value itself is harmless."""
    return _rewritten(expr)[0]


def identities(expr: Expr) -> tuple[str, ...]:
    """The identities by which :func:`stable` changes *expr*.

    >>> import symgd as sg
    >>> from sympy import exp, log
    >>> identities(log(1 + exp(sg.parameters("w"))))
    ('log(1 + eᵘ) = softplus(u)',)
    """
    return _rewritten(expr)[1]


@lru_cache(maxsize=256)
def _rewritten(expr: Expr) -> tuple[Expr, tuple[str, ...]]:
    used: dict[str, None] = {}

    def rewritten(node: Any) -> Expr:
        for kind, rewrite, identity in _REWRITES:
            if isinstance(node, kind):
                before, node = node, rewrite(node)
                if identity and node is not before and node != before:
                    used[identity] = None
        return node

    return bottom_up(expr, rewritten), tuple(used)


def _definition(expr: Expr) -> Expr:
    """What a name stands for, if it is the name of a sigmoid."""
    if isinstance(expr, Let) and isinstance(expr.definition, sigmoid):
        return expr.definition
    return expr


def _log_of_sigmoid(argument: Expr) -> Expr | None:
    """The form of log σ(u) = −softplus(−u) and log(1 − σ(u)) = −softplus(u)."""
    direct = _definition(argument)
    if isinstance(direct, sigmoid):
        return multiply(_MINUS, softplus(multiply(_MINUS, direct.args[0])))
    rest = _definition(_minus_one(argument))
    return multiply(_MINUS, softplus(rest.args[0])) if isinstance(rest, sigmoid) else None


def _minus_one(argument: Expr) -> Expr:
    """The u of 1 − u; else 0."""
    listed = terms(argument)
    if len(listed) == 2 and S.One in listed:
        other = next(term for term in listed if term is not S.One)
        return multiply(_MINUS, other)
    return S.Zero


def _plus_one(argument: Expr) -> Expr:
    """The u of 1 + u; else 0."""
    if not argument.is_Add:
        return S.Zero
    return multiply(_MINUS, _minus_one(argument))


def _log_sigmoid(node: Any) -> Expr:
    of_sigmoid = _log_of_sigmoid(node.args[0])
    return node if of_sigmoid is None else of_sigmoid


def _log_one_plus_exp(node: Any) -> Expr:
    inner = _plus_one(node.args[0])
    return softplus(inner.args[0]) if isinstance(inner, sp.exp) else node


def _log_of_cosh(node: Any) -> Expr:
    return log_cosh(node.args[0].args[0]) if isinstance(node.args[0], sp.cosh) else node


def _log_one_plus(node: Any) -> Expr:
    inner = _plus_one(node.args[0])
    return node if inner is S.Zero else log1p(inner)


def _log1p(node: Any) -> Expr:
    return softplus(node.args[0].args[0]) if isinstance(node.args[0], sp.exp) else node


def _xlogy(node: Any) -> Expr:
    of_sigmoid = _log_of_sigmoid(node.args[1])
    return node if of_sigmoid is None else multiply(node.args[0], of_sigmoid)


def _exp_minus_one(node: Any) -> Expr:
    """eᵘ − 1 = expm1(u)."""
    listed = terms(node)
    if len(listed) == 2 and _MINUS in listed:
        other = next(term for term in listed if term is not _MINUS)
        return expm1(other.args[0]) if isinstance(other, sp.exp) else node
    return node


def _logistic_power(node: Any) -> Expr:
    """(1 + eᵘ)⁻ᵏ = σ(−u)ᵏ."""
    if not (node.base.is_Add and node.exp.is_Integer and node.exp.is_negative):
        return node
    inner = _plus_one(node.base)
    if isinstance(inner, sp.exp):
        return power(sigmoid(multiply(_MINUS, inner.args[0])), -node.exp)
    return node


def _rise_and_fall(node: Any) -> Expr:
    """eᵘ σ(−u)ᵏ = σ(u) σ(−u)ᵏ⁻¹: the exponential would overflow where the sigmoid vanishes."""
    listed = list(factors(node))
    if not any(isinstance(factor, sp.exp) for factor in listed):
        return node
    for position, factor in enumerate(listed):
        if not isinstance(factor, sp.exp):
            continue
        falling = sigmoid(multiply(_MINUS, factor.args[0]))
        for other, candidate in enumerate(listed):
            base, exponent = (candidate.base, candidate.exp) if candidate.is_Pow else (candidate, S.One)
            if base == falling and exponent.is_Integer and exponent.is_positive:
                listed[position] = sigmoid(factor.args[0])
                listed[other] = power(falling, exponent - 1)
                break
    return multiply(*listed)


def _tanh(node: Any) -> Expr:
    """Sinh u / cosh u = tanh u."""
    listed = list(factors(node))
    if not any(isinstance(factor, sp.sinh) for factor in listed):
        return node
    for position, factor in enumerate(listed):
        if isinstance(factor, sp.sinh) and power(sp.cosh(factor.args[0]), _MINUS) in listed:
            listed[position] = sp.tanh(factor.args[0])
            listed.remove(power(sp.cosh(factor.args[0]), _MINUS))
    return multiply(*listed)


def _power_below(node: Any) -> Expr:
    """u^(−p) = 1 / u^p, so that a power which also stands elsewhere is computed once."""
    if node.exp.is_Number and node.exp.is_negative and node.exp is not _MINUS:
        return OrderedPow(OrderedPow(node.base, -node.exp), _MINUS)
    return node


_OF_SOFTMAX = "log softmax(z)ⱼ = zⱼ − logsumexp(z)"
_OF_SIGMOID = "log σ(u) = −softplus(−u), log(1 − σ(u)) = −softplus(u)"
_OF_EXP = "log(1 + eᵘ) = softplus(u)"

# What is rewritten, how, and the identity behind it; where that is a mere way of writing, none.
_REWRITES: tuple[tuple[Any, Callable[[Any], Expr], str], ...] = (
    (sp.log, log_sum_exp, "log Σₖ exp(zₖ) = logsumexp(z)"),
    (sp.log, log_of_softmax, _OF_SOFTMAX),
    (xlogy, xlogy_of_softmax, _OF_SOFTMAX),
    (sp.Mul, softmaxes, "exp(zⱼ) / Σₖ exp(zₖ) = softmax(z)ⱼ"),
    (sp.log, _log_sigmoid, _OF_SIGMOID),
    (sp.log, _log_one_plus_exp, _OF_EXP),
    (sp.log, _log_of_cosh, "log cosh u = |u| + log(1 + exp(−2|u|)) − log 2"),
    (sp.log, _log_one_plus, "log(1 + u) = log1p(u)"),
    (log1p, _log1p, _OF_EXP),
    (xlogy, _xlogy, _OF_SIGMOID),
    (sp.Add, _exp_minus_one, "eᵘ − 1 = expm1(u)"),
    (sp.Mul, _rise_and_fall, "eᵘ σ(−u) = σ(u)"),
    (sp.Mul, _tanh, "sinh u / cosh u = tanh u"),
    (sp.Pow, _logistic_power, "1/(1 + eᵘ) = σ(−u)"),
    (sp.Pow, _power_below, ""),
)
