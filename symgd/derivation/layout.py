r"""A derivation on a page: the loss and its definitions, then one block of lines for each derivative.

In text each line ends with its rule and the mark of its check; in LaTeX the lines are one ``aligned`` environment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from unicodedata import combining

from sympy import Expr

from symgd.derivation.backpropagation import Backward
from symgd.derivation.derivative import Partial
from symgd.derivation.matrices import LOSS, whole_shape
from symgd.derivation.matrix_form import MatrixForm
from symgd.derivation.reason import reason_latex, reason_text
from symgd.derivation.rewriting import Step
from symgd.notation.latex import latex
from symgd.notation.letters import Lettering
from symgd.notation.problem import Problem
from symgd.notation.text import text

LEGEND = "✓ both sides agree at random points   ✓✓ and are equal there as fractions"
_WIDEST = 72
ROW_BREAK = " \\\\\n"

# The derivative that a block of lines derives, and its lines.
_Block = tuple[Expr, Sequence[Step]]
# The same in text: equations and the reasons for them.
_Table = list[tuple[str, str]]


def derivation_text(
    problem: Problem,
    backward: Sequence[Backward],
    steps: Mapping[Any, Sequence[Step]],
    forms: Sequence[MatrixForm] = (),
) -> str:
    """A derivation for a terminal; where names build on names, in three sections. *forms* have one of their own."""
    definitions = "\n".join(_equations(problem))
    adjoints = [_table(block, problem.lettering(block[0])) for block in _adjoints(backward)]
    gradient = [_table(block, problem.lettering(block[0])) for block in _gradient(problem, steps)]
    equations = [equation for table in adjoints + gradient for equation, _ in table]
    column = max(map(_width, filter(_fits, equations)), default=0)
    blocks = [_lines(table, column) for table in adjoints + gradient]
    matrices = ["Matrices", "\n".join(_beside([form.equation() for form in forms]))] if forms else []
    if not backward:
        return "\n\n".join([definitions, *blocks, *matrices, LEGEND])
    blocks[len(adjoints) : len(adjoints)] = ["Gradient"]
    return "\n\n".join(["Forward", definitions, "Backward", *blocks, *matrices, LEGEND])


def derivation_latex(
    problem: Problem,
    backward: Sequence[Backward],
    steps: Mapping[Any, Sequence[Step]],
    forms: Sequence[MatrixForm] = (),
) -> str:
    """A derivation in LaTeX, in the same order."""
    definitions = [
        f"{latex(name, letters)} &= {latex(value, letters)}"
        for name, value in _definitions(problem)
        for letters in [problem.lettering(name)]
    ]
    derived = (*_adjoints(backward), *_gradient(problem, steps))
    blocks = [definitions, *(_latex_rows(block, problem.lettering(block[0])) for block in derived)]
    if forms:
        first, *rest = (" &= ".join(form.equation_latex()) for form in forms)
        blocks.append([rf"{first} && \text{{matrices}}", *rest])
    # Between blocks an empty row: a length behind the row break would be lost below a deep row.
    body = f"{ROW_BREAK}{ROW_BREAK}".join(ROW_BREAK.join(rows) for rows in blocks)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def _latex_rows(block: _Block, letters: Lettering) -> list[str]:
    head, lines = block
    rows = [f"&= {row}" for row in block_rows(lines, letters)]
    return [f"{latex(head, letters)} {rows[0]}", *rows[1:]]


def block_rows(steps: Sequence[Step], letters: Lettering) -> list[str]:
    """The lines of a block in LaTeX, each with its rule."""
    return [f"{latex(line.after, letters)} && {reason_latex(line.rule, line.about)}" for line in steps]


def block_lines(block: tuple[Expr, Sequence[Step]], letters: Lettering) -> list[str]:
    """The lines of a block for a terminal, each with its rule and the mark of its check."""
    table = _table(block, letters)
    column = max((_width(equation) for equation, _ in table if _fits(equation)), default=0)
    return _lines(table, column).split("\n")


def _definitions(problem: Problem) -> list[tuple[Expr, Expr]]:
    """The loss and what its names stand for; from the first name to the loss where names build on names."""
    names = [(name, name.definition) for name in problem.lets]
    return [*names, (LOSS, problem.loss)] if problem.nested else [(LOSS, problem.loss), *names]


def _adjoints(backward: Sequence[Backward]) -> list[_Block]:
    return [(done.adjoint, done.steps) for done in backward]


def _gradient(problem: Problem, steps: Mapping[Any, Sequence[Step]]) -> list[_Block]:
    return [(Partial(LOSS, parameter), steps[parameter]) for parameter in problem.parameters]


def _equations(problem: Problem) -> list[str]:
    equations = equations_text(problem, _definitions(problem))
    return _with_shapes(problem, equations) if problem.nested and problem.has_arrays else equations


def equations_text(problem: Problem, pairs: Sequence[tuple[Expr, Expr]]) -> list[str]:
    """Equations in text, their signs below one another."""
    return _beside(
        [
            (text(name, letters), text(value, letters))
            for name, value in pairs
            for letters in [problem.lettering(name)]
        ]
    )


def _beside(sides: Sequence[tuple[str, str]]) -> list[str]:
    """Equations whose signs stand below one another."""
    widest = max(_width(name) for name, _ in sides)
    return [f"{_padded(name, widest)} = {value}" for name, value in sides]


def _with_shapes(problem: Problem, equations: Sequence[str]) -> list[str]:
    """Equations with the shape of each name in a column."""
    shapes = [whole_shape(name) for name, _ in _definitions(problem)]
    column = max(map(_width, filter(_fits, equations)), default=0)
    lines = zip(equations, shapes, strict=True)
    return [f"{_padded(equation, column)}  {shape}" if shape else equation for equation, shape in lines]


def _table(block: _Block, letters: Lettering) -> _Table:
    head, lines = text(block[0], letters), block[1]
    lefts = [head] + [" " * _width(head)] * (len(lines) - 1)
    rights = [text(line.after, letters) for line in lines]
    return [(f"{a} = {b}", _checked(line)) for a, b, line in zip(lefts, rights, lines, strict=True)]


def _checked(line: Step) -> str:
    return f"{'✓✓' if line.evidence.exact else '✓ '} {reason_text(line.rule, line.about)}"


def _lines(table: _Table, column: int) -> str:
    """The equations with their reasons in a column, or below them where most equations are too long for that."""
    stacked = sum(_fits(equation) for equation, _ in table) * 2 < len(table)
    lines = []
    for equation, reason in table:
        below = " " * (equation.index("=") + 4)
        beside = _fits(equation) and not stacked
        lines.append(f"{_padded(equation, column)}  {reason}" if beside else f"{equation}\n{below}{reason}")
    return "\n".join(lines)


def _fits(equation: str) -> bool:
    return _width(equation) <= _WIDEST


def _width(line: str) -> int:
    """The columns that *line* takes in a terminal: a combining mark takes none."""
    return sum(not combining(character) for character in line)


def _padded(line: str, width: int) -> str:
    return line + " " * (width - _width(line))
