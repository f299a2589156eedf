"""Formulas of one page as HTML, their terms linked with the code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sympy import Expr

from symgd.notation.latex import latex
from symgd.notation.problem import Problem
from symgd.views.katex import render
from symgd.views.linked import linked_latex


@dataclass(frozen=True)
class Typesetter:
    """Sets the formulas of one problem; *variables* are those of its code."""

    problem: Problem
    variables: Mapping[Expr, str]

    def line(self, expr: Expr, left: str = "", head: Any = None) -> Any:
        """``left = expr`` on a line of its own, below *head*."""
        return self.latex(left + self.linked(expr, head))

    def equation(self, left: Expr, right: Expr, sign: str = "=") -> Any:
        """``left = right``, both linked."""
        return self.latex(f"{self.linked(left, left)} {sign} {self.linked(right, left)}")

    def inline(self, expr: Expr) -> Any:
        """A formula within a sentence."""
        return self.latex(latex(expr, self.problem.lettering(expr)), display=False)

    def linked(self, expr: Expr, head: Any = None) -> str:
        """The LaTeX of *expr* with its terms marked; *head* is what stands on the left of it."""
        return linked_latex(expr, self.problem, self.variables, head)

    def latex(self, source: str, display: bool = True) -> Any:
        """LaTeX as HTML that a template does not escape."""
        from markupsafe import Markup

        # KaTeX's output, from LaTeX that symgd's own printers wrote.
        return Markup(render(source, display=display))
