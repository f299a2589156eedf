"""A derivation as blocks of lines: formula, reason, and a mark that tells how the line was checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Symbol

from symgd.derivation.derivative import Partial
from symgd.derivation.derive import Derivation
from symgd.derivation.rewriting import Step
from symgd.notation.mapping import name_of
from symgd.notation.text import text
from symgd.views.typeset import Typesetter
from symgd.views.words import Words

LOSS = Symbol("L")


@dataclass(frozen=True)
class Line:
    """One line: its formula and what stands beside it."""

    id: str
    formula: Any
    reason: Any
    mark: str
    check: str


@dataclass(frozen=True)
class Block:
    """The lines that derive one derivative, below the derivative itself."""

    label: str
    head: Any
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Blocks:
    """A derivation: where intermediates are nested, also the forward table and the adjoints; its matrix forms."""

    forward: tuple[Any, ...]
    backward: tuple[Block, ...]
    gradient: tuple[Block, ...]
    matrices: tuple[Any, ...] = ()


def blocks(derivation: Derivation, typeset: Typesetter, words: Words, prefix: str) -> Blocks:
    """The blocks of a derivation; ids of lines begin with *prefix*."""
    problem = derivation.problem
    forward = (
        (*((name, name.definition) for name in problem.lets), (LOSS, problem.loss)) if problem.nested else ()
    )

    matrices = derivation.matrices if problem.has_arrays else ()

    def block(head: Expr, name: str, steps: Sequence[Step]) -> Block:
        start = f"{prefix}{name}"
        lines = (line_of(step, typeset, words, f"{start}-{k}", head) for k, step in enumerate(steps, 1))
        label = text(head, problem.lettering(head))
        return Block(label, typeset.line(head, head=head), tuple(lines))

    return Blocks(
        tuple(typeset.equation(name, value) for name, value in forward),
        tuple(block(done.adjoint, done.adjoint.name, done.steps) for done in derivation.backward),
        tuple(block(Partial(LOSS, p), name_of(p), derivation.steps[p]) for p in problem.parameters),
        tuple(typeset.latex(" = ".join(form.equation_latex())) for form in matrices),
    )


def line_of(step: Step, typeset: Typesetter, words: Words, identity: str, head: Expr) -> Line:
    """One line of the block that derives *head*, with its reason and the mark of its check."""
    from markupsafe import Markup, escape

    names = [typeset.inline(name) for name in step.about]
    reason = Markup(words.reason(str(escape(step.rule)), names))
    found = step.evidence
    check = words(
        "exact" if found.exact else "numeric", points=found.points, error=f"{max(found.error, 1e-19):.0e}"
    )
    return Line(identity, typeset.line(step.after, "= ", head), reason, "✓✓" if found.exact else "✓", check)
