"""Formulas whose terms know the line of code that computes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Expr

from symgd.codegen.body import computed_form
from symgd.codegen.program import Program
from symgd.notation.intermediates import Let
from symgd.notation.latex import LatexPrinter
from symgd.notation.problem import Problem
from symgd.notation.symbols import Element, Entry


def variables(program: Program, function: str = "gradient") -> dict[Expr, str]:
    """The variable of each expression that a generated function computes."""
    for generated in program.module.functions:
        if generated.name == function:
            return {statement.expr: statement.variable for statement in generated.statements}
    return {}


class LinkedPrinter(LatexPrinter):
    """LaTeX in which a term that the code computes under a name is marked with that name."""

    def __init__(self, problem: Problem, variables: Mapping[Expr, str], head: Any) -> None:
        super().__init__(problem.lettering(head))
        self._problem, self._variables = problem, variables

    def _print(self, expr: Any, **settings: Any) -> str:
        body = super()._print(expr, **settings)
        variable = self._variable(expr)
        return rf"\htmlData{{term={variable}}}{{{body}}}" if variable else str(body)

    def _variable(self, expr: Any) -> str | None:
        """The variable that holds *expr* in the code."""
        if not self._variables:
            return None
        if not isinstance(expr, Expr) or isinstance(expr, Entry) or not (expr.args or isinstance(expr, Let)):
            return None
        if isinstance(expr, Element):
            return self._variables.get(expr.label)
        return self._variables.get(computed_form(self._problem, expr))


def linked_latex(expr: Expr, problem: Problem, variables: Mapping[Expr, str], head: Any = None) -> str:
    r"""*expr* in LaTeX, its terms marked with the variables that hold them; *head* is what it equals.

    >>> import symgd as sg
    >>> x, w = sg.data("x"), sg.parameters("w")
    >>> program = sg.compile_numpy(sg.derive(sg.mean((w * x - 1) ** 2)))
    >>> slope = program.derivation.gradient[w]
    >>> linked_latex(slope, program.derivation.problem, variables(program))[:20]
    '\\htmlData{term=dL_dw'
    """
    return str(LinkedPrinter(problem, variables, head).doprint(expr))
