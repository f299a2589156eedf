"""The first iteration of a run, worked with its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from sympy import Expr, Symbol
from sympy.core.sympify import _sympify

from symgd.codegen.program import Program
from symgd.derivation.derivative import Partial
from symgd.notation.algebra import sorted_form
from symgd.notation.intermediates import substitute
from symgd.notation.latex import LatexPrinter, latex
from symgd.notation.mapping import name_of
from symgd.notation.names import text_name
from symgd.notation.updates import GRADIENT, ITERATION, THETA, UpdateRule
from symgd.views.grid import Grid, first_rows, number, numbers
from symgd.views.steps import LOSS
from symgd.views.typeset import Typesetter

ROWS = 5


@dataclass(frozen=True)
class First:
    """The quantities of the first samples as a table, then the gradient and the update of each parameter."""

    samples: Grid | None
    formulas: tuple[Any, ...]


class NumberPrinter(LatexPrinter):
    """LaTeX in which symbols with a value are printed as that value."""

    def __init__(self, values: Mapping[Symbol, Any]) -> None:
        super().__init__()
        self._values = values

    def _print_Symbol(self, expr: Any) -> str:
        if expr not in self._values:
            return str(super()._print_Symbol(expr))
        value = tex_number(self._values[expr])
        return f"({value})" if value.startswith("-") or "frac" in value else value

    def joined(self, factors: Any) -> str:
        """Numbers side by side need a dot between them."""
        return r" \cdot ".join(factors)


def tex_number(value: Any) -> str:
    r"""A number in LaTeX.

    >>> from fractions import Fraction
    >>> tex_number(Fraction(-11, 5)), tex_number(2.5e-7)
    ('-\\tfrac{11}{5}', '2.5 \\cdot 10^{-7}')
    """
    whole, _, below = number(value).replace("−", "-").partition("/")
    if below:
        return ("-" if whole.startswith("-") else "") + rf"\tfrac{{{whole.lstrip('-')}}}{{{below}}}"
    digits, _, exponent = whole.partition("e")
    return rf"{digits} \cdot 10^{{{int(exponent)}}}" if exponent else digits


def first_iteration(
    program: Program, rule: UpdateRule, values: Mapping[str, Any], typeset: Typesetter
) -> First:
    """The first iteration from *values*: those of parameters, the first batch of data, and constants."""
    trace = program.trace(**values)
    problem = program.derivation.problem
    if problem.has_arrays:
        return First(_quantities({**values, **trace}), ())
    columns = {name_of(d): values[name_of(d)] for d in problem.data}
    columns |= {text_name(name): value for name, value in trace.items() if np.ndim(value) == 1}
    samples = first_rows(columns, ROWS) if columns else None
    formulas: list[Any] = []
    for parameter in problem.parameters:
        slope = trace[f"dL_d{name_of(parameter)}"]
        last = program.derivation.steps[name_of(parameter)][-1].after
        head = latex(Partial(LOSS, parameter))
        formulas.append(typeset.latex(f"{head} = {typeset.linked(last)} = {tex_number(slope)}"))
        formulas += map(typeset.latex, _updates(rule, parameter, values[name_of(parameter)], slope))
    return First(samples, tuple(formulas))


def _quantities(values: Mapping[str, Any]) -> Grid:
    """Every array that the first iteration computes with: its shape, and its first entries."""
    rows = [
        (text_name(name), str(np.shape(value)) if np.ndim(value) else "", numbers(value))
        for name, value in values.items()
    ]
    return Grid(("quantity", "shape", "first entries"), tuple(rows))


def _updates(rule: UpdateRule, parameter: Any, value: Any, slope: Any) -> Iterator[str]:
    """Each equation of the rule: in symbols, with the numbers, and its value."""
    numbers: dict[Any, Any] = {THETA: value, GRADIENT: slope, ITERATION: 1, **rule.settings}
    numbers |= dict.fromkeys(rule.states, 0)
    for target, formula in rule.equations:
        found = _value(formula, numbers)
        named = substitute(formula, {THETA: parameter, GRADIENT: Partial(LOSS, parameter)})
        left = latex(parameter) if target == THETA else latex(target)
        worked = NumberPrinter(numbers).doprint(formula)
        yield rf"{left} \leftarrow {latex(named)} = {worked} = {tex_number(found)}"
        numbers[target] = found


def _value(formula: Expr, numbers: Mapping[Any, Any]) -> Any:
    value = sorted_form(formula).subs({symbol: _sympify(number) for symbol, number in numbers.items()})
    return Fraction(int(value.p), int(value.q)) if value.is_Rational else float(value)
