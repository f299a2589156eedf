"""A matrix form, and the proof that it equals the form with indices: both are evaluated, each in its own way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
from sympy import Expr

from symgd.derivation.evidence import Evidence, Oracle
from symgd.derivation.matrix_nodes import rank
from symgd.derivation.matrix_values import DIGITS, Valuation
from symgd.errors import DerivationError
from symgd.notation.latex import latex
from symgd.notation.letters import Lettering
from symgd.notation.text import text


@dataclass(frozen=True)
class MatrixForm:
    """What *head* is, written with vectors and matrices, and the *evidence* that it equals the form with indices."""

    head: Expr
    expression: Expr
    evidence: Evidence

    def __str__(self) -> str:
        return text(self.expression, Lettering())

    def latex(self) -> str:
        """The expression in LaTeX."""
        return latex(self.expression, Lettering())

    def equation(self) -> tuple[str, str]:
        """Both sides in text."""
        return text(self.head, Lettering()), str(self)

    def equation_latex(self) -> tuple[str, str]:
        """Both sides in LaTeX."""
        return latex(self.head, Lettering()), self.latex()

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()}$"


def proof(oracle: Oracle, line: Expr, like: Any, form: Any) -> Evidence:
    """The evidence that a matrix form has the values of *line*, which has the axes of *like*.

    DerivationError where it has others; UnfitError where a function has no numeric value.
    """

    def value(leaf: Any, size: Any) -> Any:
        with mpmath.workdps(DIGITS):
            found: Any = np.frompyfunc(complex, 1, 1)(Valuation(leaf, size)(form))
        return found.astype(complex).reshape(found.shape[: 1 + rank(form)])

    try:
        return oracle.compare_array(line, like, text(form, Lettering()), value)
    except ValueError as reason:
        raise DerivationError(
            f"the shapes in the matrix form {text(form, Lettering())} do not fit."
        ) from reason
