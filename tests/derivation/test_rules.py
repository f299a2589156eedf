"""Every rule of the table, on an example whose derivative a textbook gives."""

import pytest
import sympy as sp

import symgd as sg
from symgd.derivation.derivative import Direct, Partial
from symgd.derivation.rewriting import rule_for
from symgd.derivation.rules import RULES
from symgd.notation.algebra import sorted_form

x, c = sg.data("x"), sg.constants("c")
w, v = sg.parameters("w v")
F, G, H = sp.sin(w), sp.exp(w), 1 + w**2
ABOVE = sg.let("a", w * x)


def DW(expr):
    """∂/∂w of an expression."""
    return Partial(expr, w)


# rule, the expression derived with respect to w, what the rule makes of it
EXAMPLES = [
    ("constant", c * v, 0),
    ("identity", w, 1),
    ("sum rule", F + G, DW(F) + DW(G)),
    ("constant factor", c * F, c * DW(F)),
    ("derivative under the sum", sg.total(w * x), sg.total(DW(w * x))),
    ("quotient rule", F / H, (DW(F) * H - F * DW(H)) / H**2),
    ("product rule", F * G, DW(F) * G + F * DW(G)),
    ("square root", sp.sqrt(1 + w), DW(1 + w) / (2 * sp.sqrt(1 + w))),
    ("power rule", (1 + w) ** c, c * (1 + w) ** (c - 1) * DW(1 + w)),
    ("exponential", c ** (w * v), c ** (w * v) * sp.log(c) * DW(w * v)),
    ("general power", w**F, w**F * (DW(F) * sp.log(w) + F * DW(w) / w)),
    ("exponential", sp.exp(w * v), sp.exp(w * v) * DW(w * v)),
    ("logarithm", sp.log(1 + w), DW(1 + w) / (1 + w)),
    ("sine", sp.sin(w * v), sp.cos(w * v) * DW(w * v)),
    ("cosine", sp.cos(w), -sp.sin(w) * DW(w)),
    ("tangent", sp.tan(w), DW(w) / sp.cos(w) ** 2),
    ("hyperbolic sine", sp.sinh(w), sp.cosh(w) * DW(w)),
    ("hyperbolic cosine", sp.cosh(w), sp.sinh(w) * DW(w)),
    ("hyperbolic tangent", sp.tanh(w), DW(w) / sp.cosh(w) ** 2),
    ("inverse sine", sp.asin(w), DW(w) / sp.sqrt(1 - w**2)),
    ("inverse cosine", sp.acos(w), -DW(w) / sp.sqrt(1 - w**2)),
    ("inverse tangent", sp.atan(w), DW(w) / (1 + w**2)),
    ("error function", sp.erf(w), 2 / sp.sqrt(sp.pi) * sp.exp(-(w**2)) * DW(w)),
    ("absolute value", sp.Abs(w * v), sp.sign(w * v) * DW(w * v)),
    ("sign", sp.sign(w), 0),
    ("step", sp.Heaviside(w), 0),
    ("step", sg.step(w), 0),
    ("sigmoid", sg.sigmoid(w), sp.exp(-w) / (1 + sp.exp(-w)) ** 2 * DW(w)),
    ("softplus", sg.softplus(w), DW(w) / (1 + sp.exp(-w))),
    ("relu", sg.relu(w), sp.Piecewise((1, w > 0), (0, True)) * DW(w)),
    (
        "gelu",
        sg.gelu(w),
        ((1 + sp.erf(w / sp.sqrt(2))) / 2 + w * sp.exp(-(w**2) / 2) / sp.sqrt(2 * sp.pi)) * DW(w),
    ),
    ("silu", sg.silu(w), (1 + sp.exp(-w) + w * sp.exp(-w)) / (1 + sp.exp(-w)) ** 2 * DW(w)),
    ("normal distribution", sg.normal_cdf(w), sp.exp(-(w**2) / 2) / sp.sqrt(2 * sp.pi) * DW(w)),
    ("normal density", sg.normal_pdf(w), -w * sp.exp(-(w**2) / 2) / sp.sqrt(2 * sp.pi) * DW(w)),
    ("logarithm", sg.log1p(w), DW(w) / (1 + w)),
    ("exponential", sg.expm1(w), sp.exp(w) * DW(w)),
    ("log cosh", sg.log_cosh(w), sp.sinh(w) / sp.cosh(w) * DW(w)),
    ("x log y", sg.xlogy(w, 1 + w), sp.log(1 + w) * DW(w) + w / (1 + w) * DW(1 + w)),
    ("maximum", sp.Max(w, v), sp.Piecewise((1, w > v), (0, True)) * DW(w)),
    ("minimum", sp.Min(w, v), sp.Piecewise((1, w < v), (0, True)) * DW(w)),
    ("piecewise", sp.Piecewise((F, v > 0), (G, True)), sp.Piecewise((DW(F), v > 0), (DW(G), True))),
    ("known derivative", sp.gamma(w), sp.gamma(w) * sp.digamma(w) * DW(w)),
    ("definition", ABOVE, DW(w * x)),
]
POINTS = [{"w": 0.3, "v": 0.8, "c": 1.7}, {"w": 0.7, "v": 0.2, "c": 0.6}]


def numeric(expr, point):
    """The value with ∂u/∂w as numbers, data as 1 and own functions written out."""
    plain = sorted_form(expr).replace(lambda e: isinstance(e, Partial), lambda e: sp.diff(e.expr, w).doit())
    plain = plain.replace(lambda e: isinstance(e, sp.Sum), lambda e: e.function)
    plain = sorted_form(sp.expand_func(plain)).subs({sg.data("x"): 1})
    return complex(plain.subs({s: point[s.name] for s in plain.free_symbols if s.name in point}).evalf())


@pytest.mark.parametrize(("name", "expr", "expected"), EXAMPLES, ids=[f"{n}: {e}" for n, e, _ in EXAMPLES])
def test_the_rule_gives_what_a_textbook_gives(name, expr, expected):
    rule = rule_for(DW(expr))
    assert rule.name == name
    for point in POINTS:
        found = numeric(rule.rewrite(DW(expr)), point)
        assert found == pytest.approx(numeric(sp.sympify(expected), point), rel=1e-12, abs=1e-12)


def test_one_term_of_a_sum_is_left_where_the_variable_has_one_value_per_sample():
    rule = rule_for(Direct(sg.total(ABOVE**2), ABOVE))
    assert rule.name == "one term of the sum"
    assert rule.rewrite(Direct(sg.total(ABOVE**2), ABOVE)) == Direct(ABOVE**2, ABOVE)


def test_every_rule_of_scalars_has_an_example():
    shown = [rule_for(DW(expr)) for _, expr, _ in EXAMPLES]
    without = [rule.name for rule in RULES if rule not in shown]
    assert without == ["one term of the sum", "derivative of an entry", "log-sum-exp", "softmax"]


def test_the_chain_rule_is_named_where_the_argument_is_not_the_variable():
    assert rule_for(DW(sp.sin(w))).names(DW(sp.sin(w))) == ("sine",)
    assert rule_for(DW(sp.sin(w * v))).names(DW(sp.sin(w * v))) == ("sine", "chain rule")
