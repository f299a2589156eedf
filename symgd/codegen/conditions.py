"""Conditions on arrays as NumPy expressions; each binds less than all arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import sympy as sp
from sympy import S
from sympy.core.relational import Relational

from symgd.codegen.written import ADD, Axes, Written
from symgd.errors import CompilationError
from symgd.notation.indices import Index

_RELATIONS = {sp.Gt: ">", sp.Ge: ">=", sp.Lt: "<", sp.Le: "<=", sp.Eq: "==", sp.Ne: "!="}
_CONNECTED = {sp.And: " & ", sp.Or: " | "}


class Writer(Protocol):
    """What writes the parts of a condition."""

    def together(self, parts: Sequence[Any], wanted: Sequence[Index]) -> tuple[list[Written], Axes]:
        """The sources of *parts*, aligned, and their axes."""


def condition(writer: Writer, where: Any, wanted: Sequence[Index]) -> Written:
    """The source of a condition, entry by entry."""
    if where is S.true:
        return Written("True")
    if where.func not in _RELATIONS and where.func not in _CONNECTED and where.func is not sp.Not:
        raise CompilationError(f"the condition {where} has no NumPy form.")
    parts, axes = writer.together(where.args, wanted)
    if isinstance(where, Relational):
        left, right = (part.within(ADD) for part in parts)
        return Written(f"{left} {_RELATIONS[where.func]} {right}", ADD - 1, axes)
    if where.func is sp.Not:
        return Written(f"~({parts[0].text})", ADD - 1, axes)
    return Written(_CONNECTED[where.func].join(f"({part.text})" for part in parts), ADD - 1, axes)
