"""Finds the part of a formula that has no finite value, and says it in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import Expr, Piecewise, Pow, Sum

from symgd.codegen.expression import posed, value_of
from symgd.notation.intermediates import Let
from symgd.notation.mapping import name_of
from symgd.notation.names import text_name
from symgd.notation.problem import Problem
from symgd.notation.reindexing import unfold
from symgd.notation.symbols import Constant, Entry, Parameter
from symgd.notation.telling import Told, told
from symgd.notation.text import text

_LEAVES = (Parameter, Entry, Constant)
# Beyond this an overflow tells nothing about the function that overflowed.
_HUGE = 1e100
_FEW = 4


@dataclass(frozen=True)
class Cause:
    """What has no finite value, in words, and whether it is *undefined* there rather than too large."""

    words: Told
    undefined: bool


def cause(expr: Expr, problem: Problem, values: Mapping[str, Any]) -> Cause | None:
    """Why *expr* has no finite value: its innermost part of which that is true.

    *values* holds floats and arrays of floats by name. None where *expr* is finite, or where numbers have grown so
    large that no part of it is to blame; and where there are arrays, of which no single number is to blame.
    """
    if problem.has_arrays:
        return None

    def measure(part: Expr) -> Any:
        return np.asarray(value_of(posed(part, problem), values), dtype=float)

    found, sample = _innermost(expr, measure)
    value = _at(measure(found), sample)
    if np.isfinite(value) or not (isinstance(found, Pow) or len(found.args) == 1):
        return None
    argument = _at(measure(found.args[0]), sample)
    if np.isinf(value) and abs(argument) > _HUGE:
        return None
    key = "not real" if np.isnan(value) else "infinite"
    where = _where(found, argument, sample, values)
    return Cause(told(key, part=text(found), where=where), bool(np.isnan(value) or argument == 0))


def _innermost(expr: Expr, measure: Callable[[Expr], Any]) -> tuple[Expr, int | None]:
    """The innermost part that is not finite, and the sample for which it is not."""
    sample: int | None = None
    while True:
        for part in _parts(expr):
            bad = _at(~np.isfinite(measure(part)), sample)
            if bad.any():
                expr, sample = part, int(np.argmax(bad)) if bad.ndim else sample
                break
        else:
            return expr, sample


def _parts(expr: Expr) -> Iterator[Expr]:
    """What the value of *expr* is made of, numbers left out."""
    if isinstance(expr, Let):
        yield expr.definition
    elif isinstance(expr, Sum):
        yield expr.function
    elif isinstance(expr, Piecewise):
        yield from (piece for piece, _ in expr.args)
    elif not isinstance(expr, _LEAVES):
        yield from (arg for arg in expr.args if isinstance(arg, Expr) and arg.has(Let, *_LEAVES))


def _at(value: Any, sample: int | None) -> Any:
    return value[sample] if value.ndim and sample is not None else value


def _where(found: Expr, argument: float, sample: int | None, values: Mapping[str, Any]) -> str:
    """The argument's value, and those of the symbols behind it if they are few."""
    inner = found.args[0]
    leaves = {leaf for kind in _LEAVES for leaf in unfold(found).atoms(kind)} - {inner}
    known = {name_of(leaf): np.asarray(values[name_of(leaf)]) for leaf in leaves}
    if sample is None:
        known = {name: value for name, value in known.items() if not value.ndim}
    listed = ", ".join(f"{text_name(name)} = {_at(known[name], sample):.6g}" for name in sorted(known))
    ending = f" ({listed})" if 0 < len(known) <= _FEW else ""
    return f"{text(inner)} = {argument:.6g}{ending}"
