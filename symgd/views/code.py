"""Generated source, line by line, each line with the term that it computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from symgd.codegen.program import Program


@dataclass(frozen=True)
class CodeLine:
    """One line of source as HTML; *term* is the variable of the formulas' terms that it computes, if any."""

    html: Any
    term: str | None


@dataclass(frozen=True)
class Source:
    """The lines of a program."""

    lines: tuple[CodeLine, ...]
    text: str


def source_of(program: Program) -> Source:
    """The source of a program, its lines linked with the terms of the formulas."""
    terms = {
        statement.line: statement.variable
        for function in program.module.functions
        for statement in function.statements
    }
    return listed(program.source, terms)


def listed(source: str, terms: Mapping[str, str] = MappingProxyType({})) -> Source:
    """The lines of a source; *terms* are the variables of lines that compute a term."""
    text = source.rstrip("\n")
    lines = zip(_highlighted(text), text.split("\n"), strict=True)
    return Source(tuple(CodeLine(html, terms.get(line.strip())) for html, line in lines), text)


def _highlighted(text: str) -> list[Any]:
    from markupsafe import Markup
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    html = highlight(text, PythonLexer(stripnl=False, ensurenl=False), HtmlFormatter(nowrap=True))
    # Pygments escapes the source; its formatter closes every element before a line ends.
    return [Markup(line) for line in html.rstrip("\n").split("\n")]
