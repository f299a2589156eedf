"""Hypothesis strategies for losses over every function and every rule."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp
from hypothesis import reject
from hypothesis import strategies as st

import symgd as sg
from symgd.notation import functions as own
from symgd.notation.indices import SAMPLE

Build = Callable[..., Any]

# What an operation takes, argument by argument: a letter for each.
# a any value, p a positive one, u one in (−1, 1), l one above 1, s one per sample; c a constant, and numbers:
# k an integer, q a rational, b a positive base.
OPERATIONS: dict[str, tuple[str, Build]] = {
    "sum": ("aa", lambda u, v: u + v),
    "sum of three": ("aaa", lambda u, v, w: u + v + w),
    "difference": ("aa", lambda u, v: u - v),
    "product": ("aa", lambda u, v: u * v),
    "product of three": ("aaa", lambda u, v, w: u * v * w),
    "negative multiple": ("ak", lambda u, k: -u * k),
    "quotient": ("aa", lambda u, v: u / v),
    "quotient by a power": ("aak", lambda u, v, k: u / v ** abs(k)),
    "reciprocal": ("a", lambda u: 1 / u),
    "integer power": ("ak", lambda u, k: u**k),
    "rational power": ("pq", lambda u, q: u**q),
    "square root": ("p", sp.sqrt),
    "power by a constant": ("pc", lambda u, c: u**c),
    "number to a power": ("ba", lambda a, u: a**u),
    "constant to a power": ("ca", lambda c, u: c**u),
    "general power": ("pa", lambda f, g: f**g),
    **{
        f.__name__: ("a", f)
        for f in (sp.exp, sp.sin, sp.cos, sp.tan, sp.sinh, sp.cosh, sp.tanh, sp.atan, sp.erf)
    },
    **{f.__name__: ("p", f) for f in (sp.log, sp.gamma, sp.loggamma, sp.LambertW)},
    **{f.__name__: ("u", f) for f in (sp.asin, sp.acos, sp.atanh)},
    **{f.__name__: ("a", f) for f in (sp.asinh, sp.sec, sp.cot, sp.sech, sp.erfc, sp.Abs, sp.sign)},
    "acosh": ("l", sp.acosh),
    "atan2": ("ap", sp.atan2),
    "besselj": ("a", lambda u: sp.besselj(1, u)),
    "sigmoid": ("a", own.sigmoid),
    "softplus": ("a", own.softplus),
    "relu": ("a", own.relu),
    "step": ("a", own.step),
    "gelu": ("a", own.gelu),
    "silu": ("a", own.silu),
    "normal_cdf": ("a", own.normal_cdf),
    "normal_pdf": ("a", own.normal_pdf),
    "log1p": ("p", own.log1p),
    "expm1": ("a", own.expm1),
    "log_cosh": ("a", own.log_cosh),
    "xlogy": ("ap", own.xlogy),
    "maximum": ("aa", sp.Max),
    "maximum of three": ("aaa", sp.Max),
    "maximum with a number": ("ak", sp.Max),
    "minimum": ("aa", sp.Min),
    "minimum of three": ("aaa", sp.Min),
    "minimum with a number": ("ka", sp.Min),
    "piecewise": ("aaak", lambda u, v, w, k: sp.Piecewise((u, w > k), (v, True))),
    "piecewise of three": ("aaaak", lambda u, v, w, z, k: sp.Piecewise((u, z > k), (v, z <= -k), (w, True))),
    "piecewise, and": ("aaaak", lambda u, v, w, z, k: sp.Piecewise((u, (w < k) & (z >= -k)), (v, True))),
    "piecewise, or": ("aaaak", lambda u, v, w, z, k: sp.Piecewise((u, (w < k) | (z >= -k)), (v, True))),
    "mean": ("s", sg.mean),
    "total": ("s", sg.total),
    "root of the mean": ("s", lambda u: sp.sqrt(sg.mean(u**2))),
    # Of what is the same for all samples this is 0, and the root of its mean square has no derivative anywhere.
    "deviation from the mean": ("s", lambda u: u - sg.mean(u) if SAMPLE in u.free_symbols else u),
}

COMMON = ("sum", "difference", "product", "integer power", "exp", "tanh", "sigmoid", "quotient")
OVER_SAMPLES = ("mean", "total", "root of the mean")

INTO: dict[str, tuple[Build, ...]] = {
    "a": (lambda u: u,),
    "p": (lambda u: u, sp.exp, lambda u: u**2 + 1, own.softplus),
    "u": (lambda u: u, sp.tanh, lambda u: sp.sin(u) / 2, own.normal_cdf),
    "l": (lambda u: u, sp.cosh, lambda u: 1 + sp.exp(u)),
}
NUMBERS = {
    "k": st.sampled_from([-3, -2, -1, 2, 3, 4]).map(sp.Integer),
    "q": st.sampled_from(["-3/2", "-1/2", "1/3", "3/2", "5/2", "7/3"]).map(sp.Rational),
    "b": st.sampled_from(["2", "1/2", "3", "10"]).map(sp.Rational),
    "c": st.just(sg.constants("c")),
}


@dataclass
class Symbols:
    """What a loss may be built from."""

    scalars: list[Any]
    per_sample: list[Any]

    @property
    def has_data(self) -> bool:
        return bool(self.per_sample)


@st.composite
def losses(draw: st.DrawFn, operation: str) -> sp.Expr:
    """Losses of depth up to 5 with 1 to 4 parameters, with and without sums and lets, built with *operation*."""
    needs_data = "s" in OPERATIONS[operation][0]
    symbols = Symbols(list(sg.parameters("w b u v"))[: draw(st.integers(1, 4))], [])
    if needs_data or draw(st.booleans()):
        symbols.per_sample = list(sg.data("x y"))
    for name in "pqr"[: draw(st.integers(0, 3))]:
        per_sample = symbols.has_data and draw(st.booleans())
        definition = draw(expressions(symbols, draw(st.integers(1, 3)), per_sample))
        if definition.args:
            (symbols.per_sample if per_sample else symbols.scalars).append(sg.let(name, definition))
    depth = draw(st.integers(2, 5))
    if not symbols.has_data:
        return draw(expressions(symbols, depth, False, operation))
    outer, inner = sp.S(0), depth - 1
    if draw(st.booleans()):
        outer, inner = draw(expressions(symbols, inner, False)), inner - 1
    reduce = OPERATIONS[draw(st.sampled_from(OVER_SAMPLES))][1]
    return outer + reduce(draw(expressions(symbols, max(inner, 1), True, operation)))


@st.composite
def expressions(
    draw: st.DrawFn, symbols: Symbols, depth: int, per_sample: bool, operation: str | None = None
) -> sp.Expr:
    """Expressions of the *depth* at most; one that is given an *operation* uses it."""
    if operation is None and (depth == 0 or draw(st.integers(0, 4)) == 3):
        return draw(leaves(symbols, per_sample))
    if operation is not None and (depth <= 1 or draw(st.booleans())):
        here, operation = operation, None
    else:
        allowed = [name for name, (takes, _) in OPERATIONS.items() if symbols.has_data or "s" not in takes]
        here = draw(st.sampled_from([*COMMON, *allowed]))
    if here == "deviation from the mean" and not per_sample:
        here = "root of the mean"
    takes, build = OPERATIONS[here]
    carrier = draw(st.integers(0, len(takes) - 1))
    if operation is not None and takes[carrier] in NUMBERS:
        carrier = next(k for k, kind in enumerate(takes) if kind not in NUMBERS)
    arguments = []
    for k, kind in enumerate(takes):
        if kind in NUMBERS:
            arguments.append(draw(NUMBERS[kind]))
            continue
        below = max(depth - 1, 0)
        into = draw(st.sampled_from(INTO.get(kind, INTO["a"])))
        inner = draw(
            expressions(symbols, below, per_sample or kind == "s", operation if k == carrier else None)
        )
        arguments.append(into(inner))
    try:
        built = build(*arguments)
    except (TypeError, ValueError, RecursionError):
        reject()  # SymPy does not compare what is not real, and asks without end whether some powers are.
    if built.has(sp.zoo, sp.nan, sp.oo, -sp.oo, sp.I):
        reject()
    return built


@st.composite
def leaves(draw: st.DrawFn, symbols: Symbols, per_sample: bool) -> sp.Expr:
    """Symbols, and numbers now and then."""
    if draw(st.integers(0, 9)) == 7:
        return draw(NUMBERS["k"] | NUMBERS["q"])
    return draw(st.sampled_from(symbols.scalars + (symbols.per_sample if per_sample else [])))
