r"""The moments of a loss on a page: the loss, line by line with its rules, and what each named sum stands for."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr

from symgd.derivation.layout import LEGEND, ROW_BREAK, block_lines, block_rows, equations_text
from symgd.derivation.matrices import LOSS
from symgd.derivation.rewriting import Step
from symgd.notation.indices import SAMPLES
from symgd.notation.intermediates import Let
from symgd.notation.latex import latex
from symgd.notation.problem import Problem
from symgd.notation.shapes import shape
from symgd.notation.text import text

Definitions = Sequence[tuple[Expr, Expr]]


def moments_text(
    problem: Problem, quantities: Sequence[Let], columns: Definitions, steps: Sequence[Step]
) -> str:
    """What determines a loss, for a terminal."""
    letters = problem.lettering()
    first = f"L = {text(problem.loss, letters)}"
    named = "\n".join(equations_text(problem, [(name, name.definition) for name in quantities]))
    rows = "\n".join(equations_text(problem, columns))
    lines = "\n".join(block_lines((LOSS, steps), letters))
    return "\n\n".join([first, lines, f"{_sentence(quantities, steps)}\n{named}", f"{_ROWS}\n{rows}", LEGEND])


def moments_latex(
    problem: Problem, quantities: Sequence[Let], columns: Definitions, steps: Sequence[Step]
) -> str:
    """The same in LaTeX: one ``aligned`` environment."""
    letters = problem.lettering()
    rows = [
        f"{latex(LOSS)} &= {latex(problem.loss, letters)}",
        *(f"&= {line}" for line in block_rows(steps, letters)),
        *(
            f"{latex(name, own)} &= {latex(value, own)}"
            for name, value in [*((each, each.definition) for each in quantities), *columns]
            for own in [problem.lettering(name)]
        ),
    ]
    return "\\begin{aligned}\n" + ROW_BREAK.join(rows) + "\n\\end{aligned}"


_ROWS = "The rows are those of the triangle R = QᵀA of A, whose columns are:"


def _sentence(quantities: Sequence[Let], steps: Sequence[Step]) -> str:
    counted = len(quantities) + steps[-2].after.has(SAMPLES)
    kind = "sums" if any(map(shape, quantities)) else "numbers"
    listed = ", ".join([*(["n"] if counted > len(quantities) else []), *map(text, quantities)])
    return f"The data enter only through these {counted} {kind}: {listed}."
