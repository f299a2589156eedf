"""The statements of one generated function: each named intermediate and shared sub-expression once, then results."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sympy import Expr

from symgd.codegen.arrays import ArrayWriter
from symgd.codegen.functions import HELPERS
from symgd.codegen.sharing import describe, operands, shared
from symgd.codegen.stable import stable
from symgd.notation.indices import SAMPLES
from symgd.notation.intermediates import Adjoint, Let, in_order, substitute
from symgd.notation.mapping import name_of
from symgd.notation.problem import Problem
from symgd.notation.reindexing import unfold
from symgd.notation.text import text

_TAKEN = frozenset({"np", "special", "n", "Array", "Number", "Any", "NDArray", *HELPERS})
_TAKEN_BY_FUNCTIONS = frozenset({"loss", "gradient", "loss_and_gradient", "hessian", "update"})


def code_name(symbol: Any) -> str:
    """The variable of a symbol in generated code: its name, with an underscore where Python or the module has it."""
    name = name_of(symbol)
    reserved = keyword.iskeyword(name) or name in _TAKEN or name in _TAKEN_BY_FUNCTIONS
    return f"{name}_" if reserved else name


def fold(problem: Problem, expr: Expr) -> Expr:
    """*expr* with the author's names put back for their definitions."""
    names: dict[Any, Any] = {}
    for name in problem.lets:
        if name.definition.args:
            names[name.definition] = name
            if not problem.nested:
                names[unfold(name.definition)] = name
    return substitute(expr, names)


@dataclass(frozen=True)
class Statement:
    """One line of a generated function: *variable* gets the value of *expr*; *line* is its source.

    *expr* is in the form in which it is computed: with the author's names, and stable.
    """

    variable: str
    expr: Expr
    line: str


def computed_form(problem: Problem, expr: Expr) -> Expr:
    """*expr* as generated code computes it: with the author's names, in a form that does not overflow."""
    return stable(fold(problem, expr))


def statements(problem: Problem, results: Mapping[str, Expr]) -> list[Statement]:
    """Assignments that compute *results*, each under its own variable, the last lines of the list."""
    roots = {variable: computed_form(problem, expr) for variable, expr in results.items()}
    lets = _needed(roots.values())
    block = _Block(problem, lets, roots)
    for name, definition in lets.items():
        block.assign(name, definition, code_name(name))
    for variable, root in roots.items():
        block.result(variable, root)
    return block.lines


def _needed(roots: Iterable[Expr]) -> dict[Let, Expr]:
    """The intermediates that *roots* use, with their definitions as they are computed, innermost first."""
    definitions: dict[Let, Expr] = {}
    for root in roots:
        for name in in_order(root, definitions):
            definitions[name] = stable(name.definition)
    used: set[Let] = set()
    for root in roots:
        used |= root.atoms(Let)
    for name in reversed(definitions):
        if name in used:
            used |= definitions[name].atoms(Let)
    return {name: definition for name, definition in definitions.items() if name in used}


class _Block:
    """A growing list of assignments."""

    def __init__(self, problem: Problem, lets: Mapping[Let, Expr], roots: Mapping[str, Expr]) -> None:
        self.lines: list[Statement] = []
        self._shared = set(shared([*lets.values(), *roots.values()]))
        self._names: dict[Any, str] = {leaf: code_name(leaf) for leaf in problem.leaves}
        self._names[SAMPLES] = "n"
        self._variables = {*self._names.values(), *map(code_name, lets), *roots, *_TAKEN}
        self._writer = ArrayWriter(self._names)

    def assign(self, node: Any, definition: Expr, variable: str) -> None:
        """Compute *definition* and let *node* be written as the variable from here on."""
        self._share_inside(definition)
        comment = f"  # {text(node)}" if isinstance(node, Adjoint) else ""
        line = f"{variable} = {self._writer.write(definition)}{comment}"
        self.lines.append(Statement(variable, node, line))
        self._names[node] = variable
        if definition.args:
            self._names.setdefault(definition, variable)

    def result(self, variable: str, root: Expr) -> None:
        """Compute *root* under the variable of a result."""
        self._share_inside(root)
        value = self._writer.write(root)
        line = f"{variable}: Number = {value}{'.0' if root.is_Integer else ''}"
        self.lines.append(Statement(variable, root, line))
        if root.args:
            self._names.setdefault(root, variable)

    def _share_inside(self, node: Any) -> None:
        """Assign the shared sub-expressions inside *node* that have no variable yet."""
        for arg in operands(node):
            if arg not in self._names:
                self._share_inside(arg)
                if arg in self._shared:
                    self.assign(arg, arg, self._new_variable(describe(arg)))

    def _new_variable(self, wanted: str) -> str:
        variable, count = wanted, 2
        while variable in self._variables or keyword.iskeyword(variable):
            variable, count = f"{wanted}_{count}", count + 1
        self._variables.add(variable)
        return variable


def uses_count(lines: Iterable[Statement]) -> bool:
    """Whether some line needs the number of samples."""
    return any(re.search(r"\bn\b", statement.line.split("  #")[0]) for statement in lines)
