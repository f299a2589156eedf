"""Index notation, read literally: one number at a time, by loops over all values of every index."""

import itertools
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import sympy as sp
from sympy import S

from symgd.notation import functions as own
from symgd.notation.deltas import Delta
from symgd.notation.extremes import LogSumExp, Softmax
from symgd.notation.indices import SAMPLES, Count, Index, Sample, number_of
from symgd.notation.intermediates import Let
from symgd.notation.mapping import name_of
from symgd.notation.shapes import lengths
from symgd.notation.symbols import Element

FUNCTIONS: dict[Any, Any] = {
    sp.exp: math.exp,
    sp.log: math.log,
    sp.tanh: math.tanh,
    sp.Abs: abs,
    sp.sign: lambda u: (u > 0) - (u < 0),
    sp.Max: max,
    sp.Min: min,
    own.sigmoid: lambda u: 1 / (1 + math.exp(-u)),
    own.softplus: lambda u: math.log(1 + math.exp(u)),
    own.relu: lambda u: max(u, 0),
    own.step: lambda u: float(u > 0),
    own.xlogy: lambda u, v: u * math.log(v) if u else 0.0,
    own.gelu: lambda u: u * (1 + math.erf(u / math.sqrt(2))) / 2,
    sp.Gt: lambda u, v: u > v,
    sp.Lt: lambda u, v: u < v,
    sp.Le: lambda u, v: u <= v,
    sp.And: lambda *u: all(u),
}


class Interpreter:
    """Values by name and sizes by name; indices count from 1."""

    def __init__(self, values: Mapping[str, Any], sizes: Mapping[str, int]) -> None:
        self.values, self.sizes = values, sizes
        self._lets: dict[Any, float] = {}

    def size(self, count: Any) -> int:
        if count is S.One:
            return 1
        return number_of(count) or self.sizes["n" if count == SAMPLES else str(count)]

    def array(self, expr: Any, axes: tuple[Any, ...], known: Mapping[Any, Any] | None = None) -> Any:
        """The value at all indices *axes*, those of samples first; *known* gives sizes that the expression lacks."""
        found = {**(known or {}), **{index: length.size for index, length in lengths(expr).items()}}
        counts = [self.size(SAMPLES if isinstance(a, Sample) else found.get(a, S.One)) for a in axes]
        result = np.empty(counts)
        for places in itertools.product(*map(range, counts)):
            result[places] = self.at(expr, dict(zip(axes, (k + 1 for k in places), strict=True)))
        return result

    def at(self, expr: Any, where: Mapping[Any, int]) -> Any:
        if isinstance(expr, Index):
            return where[expr]
        if isinstance(expr, Count):
            return self.size(expr)
        if isinstance(expr, Let):
            return self._let(expr, tuple(where[index] for index in expr.indices))
        if isinstance(expr, Element):
            places = tuple(self.at(index, where) for index in expr.indices)
            if isinstance(expr.label, Let):
                return self._let(expr.label, places)
            return float(self.values[expr.name][tuple(int(k) - 1 for k in places)])
        if isinstance(expr, sp.Symbol):
            return float(self.values[name_of(expr)])
        if isinstance(expr, sp.Sum | LogSumExp | Softmax):
            return self._over(expr, where)
        if isinstance(expr, Delta):
            return float(self.at(expr.args[0], where) == self.at(expr.args[1], where))
        if isinstance(expr, sp.Piecewise):
            return next(
                self.at(value, where) for value, case in expr.args if case == S.true or self.at(case, where)
            )
        if not expr.args:
            return float(expr)
        args = [self.at(arg, where) for arg in expr.args]
        if expr.is_Add or expr.is_Mul:
            return math.fsum(args) if expr.is_Add else math.prod(args)
        return args[0] ** args[1] if expr.is_Pow else FUNCTIONS[expr.func](*args)

    def _let(self, name: Let, places: tuple[int, ...]) -> float:
        if (name, places) not in self._lets:
            self._lets[name, places] = self.at(name.definition, dict(zip(name.indices, places, strict=True)))
        return self._lets[name, places]

    def _over(self, expr: Any, where: Mapping[Any, int]) -> float:
        index, _, last = expr.args[1]
        body = [self.at(expr.args[0], {**where, index: k + 1}) for k in range(self.size(last))]
        if isinstance(expr, sp.Sum):
            return math.fsum(body)
        total = math.fsum(map(math.exp, body))
        return math.log(total) if isinstance(expr, LogSumExp) else math.exp(body[where[expr.at] - 1]) / total
