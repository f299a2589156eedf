"""The content of a page as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from symgd.derivation.derive import Derivation
from symgd.derivation.moments import Moments
from symgd.notation.latex import latex
from symgd.views.grid import Grid
from symgd.views.ran import Code, Listing
from symgd.views.sections import Content
from symgd.views.words import Words


def markdown_of(subject: Any, content: Content, words: Words) -> str:
    """Headings, formulas between dollar signs, code in a fence, tables."""
    derivation: Derivation = getattr(subject, "derivation", subject)
    return "\n\n".join([f"# {content.title}", *_parts(derivation, content, words)]) + "\n"


def _parts(derivation: Derivation, content: Content, words: Words) -> Iterator[str]:
    if content.statement:
        yield f"## {words('statement')}"
        letters = derivation.problem.lettering
        yield _display(f"L = {latex(derivation.loss, letters())}")
        for name in derivation.problem.lets:
            yield _display(f"{latex(name, letters(name))} = {latex(name.definition, letters(name))}")
        if content.statement.data:
            yield _table(content.statement.data)
    if content.derivation:
        yield f"## {words('derivation')}"
        yield _display(derivation.latex())
    if content.moments and isinstance(derivation.moments, Moments):
        yield f"### {words('moments')}"
        yield words("moments_note")
        yield words("rows")
        yield _display(derivation.moments.latex())
    if content.code:
        yield f"## {words('code')}"
        yield from _code(content.code, words)
    if content.check:
        yield f"## {words('check')}"
        yield _table(content.check)
    if content.run:
        yield f"## {words('run')}"
        yield content.run.status
        yield content.run.computed
        yield _table(content.run.table)


def _code(code: Code, words: Words) -> Iterator[str]:
    if code.ran:
        yield code.numpy.note
    yield _listing(code.numpy)
    if code.ran:
        yield f"### {words('ran')}"
        yield code.ran.note
        yield _listing(code.ran)


def _listing(listing: Listing) -> str:
    return f"```python\n{listing.source.text}\n```"


def _display(formula: str) -> str:
    return f"$$\n{formula}\n$$"


def _table(grid: Grid) -> str:
    lines = [grid.head, ("---:",) * len(grid.head), *grid.rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
