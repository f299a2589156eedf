"""The moments of a loss on a page: the lines that lead to them, the named sums, and what rows are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sympy import Expr

from symgd.derivation.moments import Moments
from symgd.notation.latex import latex
from symgd.notation.text import text
from symgd.views.steps import LOSS, Block, line_of
from symgd.views.typeset import Typesetter
from symgd.views.words import Words


@dataclass(frozen=True)
class Reduced:
    """The lines from a loss to its moments, what each named sum stands for, and the columns of the rows."""

    block: Block
    quantities: tuple[Any, ...]
    columns: tuple[Any, ...]


def reduced(moments: Moments, words: Words, prefix: str) -> Reduced:
    """The moments of a loss; ids of lines begin with *prefix*."""
    # Nothing of these lines is computed by the code that stands beside them.
    problem, typeset = moments.problem, Typesetter(moments.problem, {})
    lines = tuple(
        # No symbol has a name with a hyphen, so that no other line has such an id.
        line_of(step, typeset, words, f"{prefix}by-moments-{k}", LOSS)
        for k, step in enumerate(moments.steps, 1)
    )
    block = Block(text(LOSS), typeset.equation(LOSS, problem.loss), lines)
    quantities = _equations(typeset, ((name, name.definition) for name in moments.quantities))
    return Reduced(block, quantities, _equations(typeset, moments.rows.definitions))


def _equations(typeset: Typesetter, pairs: Iterable[tuple[Expr, Expr]]) -> tuple[Any, ...]:
    lettered = ((name, value, typeset.problem.lettering(name)) for name, value in pairs)
    return tuple(
        typeset.latex(f"{latex(name, letters)} = {latex(value, letters)}")
        for name, value, letters in lettered
    )
