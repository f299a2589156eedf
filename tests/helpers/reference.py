"""Values and derivatives of a loss, computed a second way: by mpmath at 50 digits, and by ``sympy.diff``.

Nothing here uses symgd's rules, its evaluation or its substitution: samples are written out one by one, named
intermediates are replaced by their definitions, and each function of symgd's own has a formula here.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import mpmath
import sympy as sp
from mpmath import mp

from symgd.notation.functions import Elementary
from symgd.notation.indices import SAMPLE, SAMPLES
from symgd.notation.intermediates import Let
from symgd.notation.symbols import Entry

DIGITS, SPACING, FROM_KINK = 50, "1e-15", "1e-3"

Values = Mapping[str, Any]


class OutsideError(Exception):
    """A point is outside the domain."""


class KinkError(OutsideError):
    """A point is too near to a kink."""


def _sign(u: Any) -> Any:
    if abs(u) < mp.mpf(FROM_KINK):
        raise KinkError
    return mp.sign(u)


def _step(u: Any) -> Any:
    return (1 + _sign(u)) / 2


def _extremum(choose: Callable[[Any], Any]) -> Callable[..., Any]:
    def at(*arguments: Any) -> Any:
        first, second = sorted(arguments, reverse=choose is max)[:2]
        _sign(first - second)
        return first

    return at


def _density(u: Any) -> Any:
    return mp.exp(-u * u / 2) / mp.sqrt(2 * mp.pi)


# By name: SymPy's functions that mpmath calls otherwise, those with kinks, and symgd's own.
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "Abs": lambda u: _sign(u) * u,
    "sign": _sign,
    "Heaviside": lambda u, *_: _step(u),
    "DiracDelta": lambda u, *_: mp.mpf(0) * _sign(u),
    "Max": _extremum(max),
    "Min": _extremum(min),
    "conjugate": lambda u: u,
    "polygamma": mp.psi,
    "LambertW": mp.lambertw,
    "sigmoid": lambda u: mp.exp(u) / (mp.exp(u) + 1),
    "softplus": lambda u: mp.log(mp.exp(u) + 1),
    "relu": lambda u: _step(u) * u,
    "step": _step,
    "normal_pdf": _density,
    "normal_cdf": mp.ncdf,
    "gelu": lambda u: u * mp.ncdf(u),
    "silu": lambda u: u * mp.exp(u) / (mp.exp(u) + 1),
    "log1p": lambda u: mp.log(u + 1),
    "expm1": lambda u: mp.exp(u) - 1,
    "log_cosh": lambda u: mp.log((mp.exp(u) + mp.exp(-u)) / 2),
    "xlogy": lambda u, v: u * mp.log(v),
}


def value(expr: sp.Expr, at: Values, samples: int) -> Any:
    """The value of *expr* where parameters and constants have numbers and data have one number per sample.

    Raises OutsideError outside the domain, KinkError near a kink.
    """
    with mp.workdps(DIGITS):
        return _Visitor(at, samples).visit(expr, None)


class _Visitor:
    def __init__(self, at: Values, samples: int) -> None:
        self.at, self.samples = at, samples
        self.known: dict[Any, Any] = {}

    def visit(self, expr: Any, sample: int | None) -> Any:
        key = expr, sample
        if key not in self.known:
            try:
                found = mpmath.mpmathify(self._compute(expr, sample))
            except (ValueError, ZeroDivisionError, OverflowError):
                raise OutsideError from None
            if mp.im(found) or not mp.isfinite(found) or abs(found) > mp.mpf("1e40"):
                raise OutsideError
            self.known[key] = mp.re(found)
        return self.known[key]

    def _compute(self, expr: Any, sample: int | None) -> Any:
        if expr == SAMPLES:
            return mp.mpf(self.samples)
        if isinstance(expr, Let):
            return self.visit(expr.definition, sample)
        if isinstance(expr, Entry):
            return self.at[expr.name][sample]
        if expr.is_Symbol:
            return self.at[expr.name]
        if expr in (sp.zoo, sp.nan, sp.oo, -sp.oo):
            raise OutsideError
        if expr.is_Number or expr.is_NumberSymbol:
            return mp.mpf(expr.p) / expr.q if expr.is_Rational else expr._to_mpmath(mp.prec)
        if isinstance(expr, sp.Sum):
            assert expr.limits == ((SAMPLE, 1, SAMPLES),)
            return mp.fsum(self.visit(expr.function, k) for k in range(self.samples))
        if isinstance(expr, sp.Piecewise):
            return next(self.visit(piece, sample) for piece, where in expr.args if self.holds(where, sample))
        arguments = [self.visit(arg, sample) for arg in expr.args]
        if expr.is_Add:
            return mp.fsum(arguments)
        if expr.is_Mul:
            return mp.fprod(arguments)
        if expr.is_Pow:
            return mp.power(*arguments)
        name = type(expr).__name__
        return (_FUNCTIONS.get(name) or getattr(mpmath, name))(*arguments)

    def holds(self, condition: Any, sample: int | None) -> bool:
        if condition in (sp.true, sp.false):
            return bool(condition)
        if isinstance(condition, sp.And | sp.Or | sp.Not | sp.ITE):
            return bool(condition.func(*(self.holds(arg, sample) for arg in condition.args)))
        left, right = (self.visit(side, sample) for side in condition.args)
        _sign(left - right)
        return bool(condition.func(int(left > right), int(right > left)))


def central_difference(expr: sp.Expr, at: Values, samples: int, name: str) -> Any:
    """(f(v + h) − f(v − h))/2h for the symbol called *name*."""
    with mp.workdps(DIGITS):
        h = mp.mpf(SPACING)
        above, below = (value(expr, {**at, name: at[name] + s * h}, samples) for s in (1, -1))
        return (above - below) / (2 * h)


def written_out(expr: sp.Expr, samples: int) -> sp.Expr:
    """*expr* in plain SymPy: no intermediates, no functions of symgd's own, a symbol per sample, finite sums."""

    def visit(node: Any, sample: int | None) -> Any:
        if node == SAMPLES:
            return sp.Integer(samples)
        if isinstance(node, Let):
            return visit(node.definition, sample)
        if isinstance(node, Entry):
            return sp.Symbol(f"{node.name}_{sample}", real=True)
        if isinstance(node, sp.Sum):
            return sp.Add(*(visit(node.function, k) for k in range(samples)))
        if isinstance(node, Elementary):
            return visit(node.definition(), sample)
        if node.is_Symbol:
            return sp.Symbol(node.name, real=True)
        return _plain(node, [visit(arg, sample) for arg in node.args]) if node.args else node

    return visit(expr, None)


def _plain(node: Any, arguments: list[Any]) -> Any:
    for plain in (sp.Add, sp.Mul, sp.Pow):
        if isinstance(node, plain):
            return plain(*arguments)
    if isinstance(node, sp.Abs | sp.sign):
        # SymPy does not know that log(w) is real and would differentiate its real and imaginary part.
        above, below = (arguments[0], -arguments[0]) if isinstance(node, sp.Abs) else (1, -1)
        return sp.Piecewise((above, arguments[0] > 0), (below, True))
    if isinstance(node, sp.Piecewise):
        return sp.Piecewise(*arguments, evaluate=False)
    return node.func(*arguments)


def spread(at: Values) -> dict[str, Any]:
    """The values of the symbols of :func:`written_out`."""
    flat: dict[str, Any] = {}
    for name, given in at.items():
        flat.update(
            {f"{name}_{k}": v for k, v in enumerate(given)} if isinstance(given, list) else {name: given}
        )
    return flat


def points(problem: Any, samples: int, random: Any) -> Iterator[dict[str, Any]]:
    """Random points, each drawn from one of several distributions: some losses live on (0, 1) or x > 0 alone."""
    draws: tuple[Callable[[], float], ...] = (
        lambda: random.gauss(0, 1),
        lambda: random.uniform(0.05, 0.95),
        lambda: random.uniform(0.5, 3),
        lambda: random.gauss(0, 0.3),
    )
    while True:
        draw = random.choice(draws)
        at = {leaf.name: mp.mpf(draw()) for leaf in (*problem.parameters, *problem.constants)}
        draw = random.choice(draws)
        yield at | {leaf.name: [mp.mpf(draw()) for _ in range(samples)] for leaf in problem.data}
