"""The derivatives of elementary functions, as a table: function, name, derivative, statement.

Functions of symgd's own bring their derivative along (:mod:`symgd.notation.functions`); any other SymPy
function that knows its derivative is covered by the last entry of the table of rules.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp
from sympy import Expr, Rational, S

from symgd.derivation.derivative import Partial
from symgd.derivation.rule import Rule
from symgd.notation import functions as own
from symgd.notation.algebra import add, multiply, power
from symgd.notation.intake import as_written


def _over(denominator: Expr) -> Expr:
    return power(denominator, S.NegativeOne)


def _square(u: Expr) -> Expr:
    return power(u, S(2))


def _root(u: Expr) -> Expr:
    return power(u, Rational(1, 2))


def _minus(u: Expr) -> Expr:
    return multiply(S.NegativeOne, u)


# function, its name, the derivative f'(u), the statement in LaTeX
_TABLE: tuple[tuple[Any, str, Callable[[Expr], Expr], str], ...] = (
    (sp.exp, "exponential", sp.exp, r"(e^u)' = e^u"),
    (sp.log, "logarithm", _over, r"(\log u)' = \frac{1}{u}"),
    (sp.sin, "sine", sp.cos, r"(\sin u)' = \cos u"),
    (sp.cos, "cosine", lambda u: _minus(sp.sin(u)), r"(\cos u)' = -\sin u"),
    (sp.tan, "tangent", lambda u: add(S.One, _square(sp.tan(u))), r"(\tan u)' = 1 + \tan^2 u"),
    (sp.sinh, "hyperbolic sine", sp.cosh, r"(\sinh u)' = \cosh u"),
    (sp.cosh, "hyperbolic cosine", sp.sinh, r"(\cosh u)' = \sinh u"),
    (
        sp.tanh,
        "hyperbolic tangent",
        lambda u: add(S.One, _minus(_square(sp.tanh(u)))),
        r"(\tanh u)' = 1 - \tanh^2 u",
    ),
    (
        sp.asin,
        "inverse sine",
        lambda u: _over(_root(add(S.One, _minus(_square(u))))),
        r"(\arcsin u)' = \frac{1}{\sqrt{1 - u^2}}",
    ),
    (
        sp.acos,
        "inverse cosine",
        lambda u: _minus(_over(_root(add(S.One, _minus(_square(u)))))),
        r"(\arccos u)' = -\frac{1}{\sqrt{1 - u^2}}",
    ),
    (
        sp.atan,
        "inverse tangent",
        lambda u: _over(add(S.One, _square(u))),
        r"(\arctan u)' = \frac{1}{1 + u^2}",
    ),
    (
        sp.erf,
        "error function",
        lambda u: multiply(S(2), _over(sp.sqrt(sp.pi)), sp.exp(_minus(_square(u)))),
        r"(\operatorname{erf} u)' = \frac{2}{\sqrt{\pi}} e^{-u^2}",
    ),
    (sp.Abs, "absolute value", sp.sign, r"|u|' = \operatorname{sgn} u,\ \operatorname{sgn} 0 = 0"),
    (sp.sign, "sign", lambda _: S.Zero, r"(\operatorname{sgn} u)' = 0"),
    (sp.Heaviside, "step", lambda _: S.Zero, r"\operatorname{step}'(u) = 0"),
    (own.sigmoid, "sigmoid", lambda u: own.sigmoid(u).fdiff(), r"\sigma'(u) = \sigma(u)\,(1 - \sigma(u))"),
    (own.softplus, "softplus", own.sigmoid, r"\operatorname{softplus}'(u) = \sigma(u)"),
    (
        own.relu,
        "relu",
        own.step,
        r"\operatorname{relu}'(u) = \operatorname{step}(u),\ \operatorname{step}(0) = 0",
    ),
    (own.step, "step", lambda _: S.Zero, r"\operatorname{step}'(u) = 0"),
    (own.gelu, "gelu", lambda u: own.gelu(u).fdiff(), r"\operatorname{gelu}'(u) = \Phi(u) + u\,\varphi(u)"),
    (
        own.silu,
        "silu",
        lambda u: own.silu(u).fdiff(),
        r"(u\,\sigma(u))' = \sigma(u) + u\,\sigma(u)\,(1 - \sigma(u))",
    ),
    (own.normal_cdf, "normal distribution", own.normal_pdf, r"\Phi'(u) = \varphi(u)"),
    (own.normal_pdf, "normal density", lambda u: own.normal_pdf(u).fdiff(), r"\varphi'(u) = -u\,\varphi(u)"),
    (own.log1p, "logarithm", lambda u: own.log1p(u).fdiff(), r"(\log(1 + u))' = \frac{1}{1 + u}"),
    (own.expm1, "exponential", sp.exp, r"(e^u - 1)' = e^u"),
    (own.log_cosh, "log cosh", sp.tanh, r"(\log\cosh u)' = \tanh u"),
)


def _rule(function: Any, name: str, derivative: Callable[[Expr], Expr], statement: str) -> Rule:
    return Rule(
        name=name,
        statement=statement,
        matches=lambda node: isinstance(node.expr, function),
        rewrite=lambda node: multiply(derivative(node.expr.args[0]), node.of(node.expr.args[0])),
        inner=lambda node: node.expr.args[0],
    )


ELEMENTARY = tuple(_rule(*row) for row in _TABLE)
FUNCTIONS = tuple(function for function, *_ in _TABLE)


def known_derivative(node: Partial) -> bool:
    """Whether SymPy knows the derivative of this function with respect to each argument that varies."""
    if not isinstance(node.expr, sp.Function):
        return False
    return all(
        _fdiff(node.expr, k) is not None for k, arg in enumerate(node.expr.args, 1) if node.depends(arg)
    )


def chain(node: Partial) -> Expr:
    """Σ_k ∂f/∂u_k · u_k' over the arguments u_k of a function that vary."""
    return add(
        *(
            multiply(_fdiff(node.expr, k), node.of(arg))
            for k, arg in enumerate(node.expr.args, 1)
            if node.depends(arg)
        )
    )


def _fdiff(function: Any, k: int) -> Any:
    """∂f/∂u_k where SymPy has a formula for it, else None."""
    try:
        derivative = function.fdiff(k)
    except (sp.core.function.ArgumentIndexError, NotImplementedError, AttributeError):
        return None
    return None if derivative.has(sp.Derivative, sp.Subs, sp.DiracDelta) else as_written(derivative)
