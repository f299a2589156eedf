"""What stands on a page, section by section, made from a derivation or a run."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

import numpy as np
import sympy as sp

from symgd.checking.gradient import check_gradient
from symgd.codegen.program import compile_numpy
from symgd.derivation.derive import Derivation
from symgd.derivation.kinks import kinks
from symgd.derivation.moments import Moments
from symgd.errors import NotationError
from symgd.notation.latex import latex
from symgd.notation.names import text_name
from symgd.notation.text import text
from symgd.training.engine import MOMENTS
from symgd.training.run import Run
from symgd.views.first_iteration import First, first_iteration
from symgd.views.grid import Grid, first_rows, grid_of, number
from symgd.views.linked import variables
from symgd.views.moments import Reduced, reduced
from symgd.views.plots import Plot, plots_for
from symgd.views.ran import Code, code_of
from symgd.views.steps import LOSS, Blocks, blocks
from symgd.views.trained import Training, training_of
from symgd.views.typeset import Typesetter
from symgd.views.words import Words

SECTIONS = ("statement", "derivation", "code", "first", "check", "run", "plots")
ROWS_OF_DATA = 8


@dataclass(frozen=True)
class Statement:
    """What is minimised, on which data, from where."""

    formulas: tuple[Any, ...]
    facts: tuple[tuple[str, Any], ...]
    data: Grid | None
    kinks: Any


@dataclass(frozen=True)
class Figure:
    """A plot, and what stands below it."""

    svg: Any
    caption: str


@dataclass(frozen=True)
class Content:
    """The sections of a page; one that is not shown is None."""

    title: str
    heading: Any
    statement: Statement | None
    derivation: Blocks | None
    code: Code | None
    provenance: str
    moments: Reduced | None = None
    first: First | None = None
    check: Grid | None = None
    run: Training | None = None
    plots: tuple[Figure, ...] = ()


def content_of(
    subject: Any, words: Words, show: tuple[str, ...], prefix: str, beside: Sequence[Run] = ()
) -> Content:
    """The content of a page of a run or a derivation, with the sections named in *show*.

    Runs *beside* the run differ in their learning rates.

    Raises NotationError for a subject or a section that is none.
    """
    unknown = [section for section in show if section not in SECTIONS]
    if unknown:
        raise NotationError(f"a page has no section {unknown[0]!r}; it has {', '.join(SECTIONS)}.")
    if not isinstance(subject, Run | Derivation):
        raise NotationError(f"a page is made of a run or a derivation, not of {subject!r}.")
    run, program = (subject, subject.program) if isinstance(subject, Run) else (None, compile_numpy(subject))
    derivation = program.derivation
    typeset = Typesetter(derivation.problem, variables(program))
    content = Content(
        title=words("title", loss=text(derivation.loss)),
        heading=_markup(words("title", loss=typeset.latex(latex(derivation.loss), display=False))),
        statement=_statement(derivation, run, typeset, words) if "statement" in show else None,
        derivation=blocks(derivation, typeset, words, prefix) if "derivation" in show else None,
        code=code_of(program, run, words) if "code" in show else None,
        provenance=_provenance(run, words),
    )
    if run is None:
        return content
    figures = _figures(plots_for(run, words, beside), prefix) if "plots" in show else ()
    return replace(content, **_of_run(run, typeset, words, show, prefix), plots=figures)


def _of_run(
    run: Run, typeset: Typesetter, words: Words, show: tuple[str, ...], prefix: str
) -> dict[str, Any]:
    """The sections that only a run has."""
    return {
        "moments": _moments(run, words, prefix) if "derivation" in show else None,
        "first": _first(run, typeset, words) if "first" in show else None,
        "check": _check(run, words) if "check" in show else None,
        "run": training_of(run, words) if "run" in show else None,
    }


def _statement(derivation: Derivation, run: Run | None, typeset: Typesetter, words: Words) -> Statement:
    problem = derivation.problem
    formulas = [typeset.equation(LOSS, problem.loss)]
    formulas += [typeset.equation(name, name.definition) for name in problem.lets]
    found = kinks(problem.loss)
    where = ", ".join(typeset.inline(sp.Eq(expr, 0, evaluate=False)) for expr in found)
    facts = _facts(run, words) if run else ()
    data = first_rows(run.data, ROWS_OF_DATA) if run and run.data else None
    return Statement(tuple(formulas), facts, data, _markup(words("kinks", where=where)) if where else None)


def _markup(html: str) -> Any:
    """HTML of our own: plots, and words of a catalogue around formulas that were set before."""
    from markupsafe import Markup

    return Markup(html)


def _facts(run: Run, words: Words) -> tuple[tuple[str, Any], ...]:
    start = ", ".join(f"{text_name(name)} {_start(value)}" for name, value in run.start.items())
    listed = [(words("start"), start), (words("optimizer"), str(run.optimizer))]
    listed += [
        (words("constants"), ", ".join(f"{text_name(k)} {_start(v)}" for k, v in run.constants.items()))
    ] * bool(run.constants)
    listed += [(words("data"), words("samples", n=run.batches.samples))] * bool(run.data)
    return tuple(listed)


def _start(value: Any) -> str:
    """``= 4``, or of an array its shape."""
    return f"{np.shape(value)}" if np.ndim(value) else f"= {number(value)}"


def _first(run: Run, typeset: Typesetter, words: Words) -> First:
    batch = next(run.batches.of(list(run.data.values())))
    values = dict(run.start)
    values |= dict(zip(run.data, batch, strict=True)) | dict(run.constants)
    first = first_iteration(run.program, run.optimizer.rule, values, typeset)
    if first.samples is None:
        return first
    return replace(first, samples=replace(first.samples, head=tuple(map(words.in_table, first.samples.head))))


def _moments(run: Run, words: Words, prefix: str) -> Reduced | None:
    """The moments that a run was computed from."""
    moments = run.derivation.moments if run.engine.name == MOMENTS else None
    return reduced(moments, words, prefix) if isinstance(moments, Moments) else None


def _check(run: Run, words: Words) -> Grid:
    start = {name: value if np.ndim(value) else float(value) for name, value in run.start.items()}
    checked = check_gradient(run.derivation, at=start, data=run.data, constants=run.constants)
    table = grid_of(checked.table)
    # The last column holds verdicts.
    rows = tuple((*row[:-1], words.in_table(row[-1])) for row in table.rows)
    return Grid(tuple(map(words.in_table, table.head)), rows)


def _figures(plots: Sequence[Plot], prefix: str) -> tuple[Figure, ...]:
    return tuple(Figure(_markup(plot.svg(prefix)), plot.caption) for plot in plots)


def _provenance(run: Run | None, words: Words) -> str:
    parts = [
        f"symgd {version('symgd')}",
        f"SymPy {sp.__version__}",
        f"NumPy {np.__version__}",
        f"Python {platform.python_version()}",
    ]
    if run and run.batches.shuffled:
        parts.append(words("seed", seed=run.batches.seed))
    return ", ".join(parts)
