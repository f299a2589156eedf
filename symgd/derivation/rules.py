"""The rules of differentiation, as a table. The engine (:mod:`symgd.derivation.rewriting`) holds none.

The first entry that matches an unevaluated derivative rewrites it. Where a line holds derivatives for several
rules, the one that stands first in the table goes first. A new rule is one new entry.
"""

from __future__ import annotations

from functools import reduce

import sympy as sp
from sympy import And, Expr, Piecewise, Rational, S, Sum

from symgd.derivation.derivative import Partial
from symgd.derivation.elementary import ELEMENTARY, chain, known_derivative
from symgd.derivation.rule import Rule
from symgd.derivation.summation import entry, inside, is_entry, log_sum_exp, one_term, softmax, under_the_sum
from symgd.notation.algebra import OrderedPiecewise, add, factors, multiply, power, terms
from symgd.notation.extremes import LogSumExp, Softmax
from symgd.notation.functions import step, xlogy
from symgd.notation.intermediates import Let
from symgd.notation.reindexing import reindexed
from symgd.notation.symbols import Element, Parameter, label_of


def _constant_factors(node: Partial) -> tuple[list[Expr], list[Expr]]:
    """The factors of a product that do not vary, and those that do."""
    listed = factors(node.expr)
    return [f for f in listed if not node.depends(f)], [f for f in listed if node.depends(f)]


def _fraction(node: Partial) -> tuple[Expr, Expr]:
    """The numerator and the denominator that vary, as far as the expression is written as a fraction."""
    below = [f for f in factors(node.expr) if _is_denominator(node, f)]
    above = [f for f in factors(node.expr) if f not in below]
    return multiply(*above), multiply(*(power(f.base, -f.exp) for f in below))


def _is_denominator(node: Partial, factor: Expr) -> bool:
    return bool(
        factor.is_Pow and factor.exp.is_Number and factor.exp.is_negative and node.depends(factor.base)
    )


def _is_quotient(node: Partial) -> bool:
    if not node.expr.is_Mul:
        return False
    numerator, denominator = _fraction(node)
    return denominator is not S.One and node.depends(numerator)


def _quotient(node: Partial) -> Expr:
    u, v = _fraction(node)
    over = add(multiply(node.of(u), v), multiply(S.NegativeOne, u, node.of(v)))
    return multiply(over, power(v, S(-2)) if not v.is_Pow else power(power(v, S(2)), S.NegativeOne))


def _product(node: Partial) -> Expr:
    listed = factors(node.expr)
    return add(*(multiply(*listed[:k], node.of(f), *listed[k + 1 :]) for k, f in enumerate(listed)))


def _power(node: Partial) -> Expr:
    base, exponent = node.expr.args
    return multiply(exponent, power(base, add(exponent, S.NegativeOne)), node.of(base))


def _exponential(node: Partial) -> Expr:
    base, exponent = node.expr.args
    return multiply(node.expr, sp.log(base), node.of(exponent))


def _general_power(node: Partial) -> Expr:
    f, g = node.expr.args
    return multiply(
        node.expr, add(multiply(node.of(g), sp.log(f)), multiply(g, node.of(f), power(f, S.NegativeOne)))
    )


def _extremum(node: Partial) -> Expr:
    """The derivative of the largest (smallest) argument: the step function where the others hold no parameter.

    Among equal arguments one alone wins, the first: otherwise their slopes would not be those of a subgradient.
    """
    toward = 1 if isinstance(node.expr, sp.Max) else -1
    fixed = [arg for arg in node.expr.args if not node.depends(arg)]
    varying = [arg for arg in node.expr.args if node.depends(arg)]
    if len(varying) == 1 and fixed and not any(_has_parameter(arg) for arg in fixed):
        bound = reduce(type(node.expr), fixed)
        return multiply(
            step(multiply(S(toward), add(varying[0], multiply(S.NegativeOne, bound)))), node.of(varying[0])
        )
    listed = node.expr.args
    wins = [And(*(_reaches(toward, arg, other) for other in listed if other != arg)) for arg in listed[:-1]]
    return OrderedPiecewise(
        *((node.of(arg), won) for arg, won in zip(listed, wins, strict=False)), (node.of(listed[-1]), True)
    )


def _is_name(node: Partial) -> bool:
    return isinstance(node.expr, Let) or (isinstance(node.expr, Element) and isinstance(node.expr.label, Let))


def _definition(node: Partial) -> Expr:
    label = label_of(node.expr)
    return node.of(reindexed(label.definition, dict(zip(label.indices, node.expr.indices, strict=True))))


def _has_parameter(expr: Expr) -> bool:
    return any(isinstance(symbol, Parameter) for symbol in expr.free_symbols)


def _reaches(toward: int, arg: Expr, other: Expr) -> Expr:
    return arg >= other if toward > 0 else arg <= other


def _is_power(node: Partial, base: bool, exponent: bool) -> bool:
    """Whether a power's base and exponent vary as said."""
    return bool(node.expr.is_Pow) and (node.depends(node.expr.base), node.depends(node.expr.exp)) == (
        base,
        exponent,
    )


DEFINITION = Rule(
    "definition",
    r"\frac{\partial \hat y}{\partial v} = \frac{\partial}{\partial v} \bigl[\text{definition of } \hat y\bigr]",
    matches=_is_name,
    rewrite=_definition,
)

RULES: tuple[Rule, ...] = (
    Rule(
        "constant",
        r"c' = 0",
        matches=lambda node: not node.depends(node.expr),
        rewrite=lambda _: S.Zero,
        trivial=True,
    ),
    Rule(
        "identity",
        r"\frac{\partial v}{\partial v} = 1",
        matches=lambda node: node.expr == node.variable,
        rewrite=lambda _: S.One,
        trivial=True,
    ),
    Rule(
        "sum rule",
        r"(f + g)' = f' + g'",
        matches=lambda node: node.expr.is_Add,
        rewrite=lambda node: add(*(node.of(term) for term in terms(node.expr))),
    ),
    Rule(
        "constant factor",
        r"(c f)' = c f'",
        matches=lambda node: node.expr.is_Mul and bool(_constant_factors(node)[0]),
        rewrite=lambda node: multiply(
            *_constant_factors(node)[0], node.of(multiply(*_constant_factors(node)[1]))
        ),
        trivial=True,
    ),
    Rule(
        "one term of the sum",
        r"\frac{\partial}{\partial z_i} \sum_k f(z_k) = f'(z_i)",
        matches=one_term,
        rewrite=lambda node: inside(node.of(node.expr.function)),
    ),
    Rule(
        "derivative under the sum",
        r"\Bigl(\sum_i f_i\Bigr)' = \sum_i f_i'",
        matches=lambda node: isinstance(node.expr, Sum),
        rewrite=under_the_sum,
    ),
    Rule(
        "derivative of an entry",
        r"\frac{\partial W_{jk}}{\partial W_{lm}} = \delta_{jl} \delta_{km}",
        matches=is_entry,
        rewrite=entry,
        trivial=True,
    ),
    Rule(
        "quotient rule",
        r"\Bigl(\frac{f}{g}\Bigr)' = \frac{f' g - f g'}{g^2}",
        matches=_is_quotient,
        rewrite=_quotient,
    ),
    Rule("product rule", r"(f g)' = f' g + f g'", matches=lambda node: node.expr.is_Mul, rewrite=_product),
    Rule(
        "square root",
        r"(\sqrt{u})' = \frac{1}{2 \sqrt{u}}",
        matches=lambda node: _is_power(node, True, False) and node.expr.exp == Rational(1, 2),
        rewrite=_power,
        inner=lambda node: node.expr.base,
    ),
    Rule(
        "power rule",
        r"(u^n)' = n u^{n - 1}",
        matches=lambda node: _is_power(node, True, False),
        rewrite=_power,
        inner=lambda node: node.expr.base,
    ),
    Rule(
        "exponential",
        r"(a^u)' = a^u \log a",
        matches=lambda node: _is_power(node, False, True),
        rewrite=_exponential,
        inner=lambda node: node.expr.exp,
    ),
    Rule(
        "general power",
        r"(f^g)' = f^g \Bigl(g' \log f + g \frac{f'}{f}\Bigr)",
        matches=lambda node: node.expr.is_Pow,
        rewrite=_general_power,
    ),
    *ELEMENTARY,
    Rule(
        "x log y",
        r"(f \log g)' = f' \log g + \frac{f}{g} g'",
        matches=lambda node: isinstance(node.expr, xlogy),
        rewrite=chain,
    ),
    Rule(
        "maximum",
        r"\max(f, g)' = f' \text{ where } f \ge g, \text{ else } g'",
        matches=lambda node: isinstance(node.expr, sp.Max),
        rewrite=_extremum,
    ),
    Rule(
        "minimum",
        r"\min(f, g)' = f' \text{ where } f \le g, \text{ else } g'",
        matches=lambda node: isinstance(node.expr, sp.Min),
        rewrite=_extremum,
    ),
    Rule(
        "log-sum-exp",
        r"\frac{\partial}{\partial v} \log \sum_k e^{u_k} = \sum_k p_k \frac{\partial u_k}{\partial v},"
        r"\ p = \operatorname{softmax}(u)",
        matches=lambda node: isinstance(node.expr, LogSumExp),
        rewrite=log_sum_exp,
    ),
    Rule(
        "softmax",
        r"\frac{\partial p_j}{\partial v} = p_j \Bigl(\frac{\partial u_j}{\partial v} - \sum_k p_k "
        r"\frac{\partial u_k}{\partial v}\Bigr),\ p = \operatorname{softmax}(u)",
        matches=lambda node: isinstance(node.expr, Softmax),
        rewrite=softmax,
    ),
    Rule(
        "piecewise",
        r"\text{each piece on its own}",
        matches=lambda node: isinstance(node.expr, Piecewise),
        rewrite=lambda node: OrderedPiecewise(*((node.of(piece), where) for piece, where in node.expr.args)),
    ),
    Rule(
        "known derivative",
        r"f(u)' = f'(u)\,u'",
        matches=known_derivative,
        rewrite=chain,
    ),
    DEFINITION,
)
