"""The lines of one generated function: each named intermediate and shared sub-expression once, then the results."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sympy import Expr

from symgd.codegen.arranging import arranged
from symgd.codegen.arrays import ArrayWriter
from symgd.codegen.commenting import commented
from symgd.codegen.filling import filled
from symgd.codegen.folding import fold
from symgd.codegen.functions import HELPERS
from symgd.codegen.means import with_means
from symgd.codegen.scope import Scope
from symgd.codegen.sharing import describe, operands, shared
from symgd.codegen.sizes import sources
from symgd.codegen.softmaxes import through_logarithms
from symgd.codegen.stable import stable
from symgd.codegen.written import Axes
from symgd.errors import CompilationError
from symgd.notation.indices import SAMPLES, indices_of
from symgd.notation.intermediates import Adjoint, Let, in_order
from symgd.notation.mapping import name_of
from symgd.notation.problem import Problem
from symgd.notation.symbols import label_of

_TAKEN = frozenset({"np", "special", "n", "Array", "Number", "Any", "NDArray", "Gradient", *HELPERS.names})
_TAKEN |= {"dict", "float", "len", "tuple"}
_DERIVATIVES = ("dL_d", "d2L_d")
_TAKEN_BY_FUNCTIONS = frozenset({"loss", "gradient", "loss_and_gradient", "hessian", "update"})


def code_name(symbol: Any) -> str:
    """The variable of a symbol in generated code: its name, with an underscore where Python or the module has it."""
    name = name_of(symbol)
    reserved = keyword.iskeyword(name) or name in _TAKEN or name in _TAKEN_BY_FUNCTIONS
    derivative = name.startswith(_DERIVATIVES) and not isinstance(symbol, Adjoint)
    return f"{name}_" if reserved or derivative else name


def code_names(symbols: Iterable[Any], name: Callable[[Any], str] = code_name) -> dict[Any, str]:
    """The variable of each symbol; CompilationError where two have the same."""
    found: dict[Any, str] = {}
    owners: dict[str, Any] = {}
    for symbol in symbols:
        found[symbol] = name(symbol)
        other = owners.setdefault(found[symbol], symbol)
        if other is not symbol:
            raise CompilationError(
                f"{name_of(other)!r} and {name_of(symbol)!r} are both {found[symbol]} in code: rename one of them."
            )
    return found


@dataclass(frozen=True)
class Statement:
    """One line of a generated function: *variable* gets the value of *expr*; *line* is its source.

    *expr* is in the form in which it is computed: with the author's names, and stable.
    """

    variable: str
    expr: Expr
    line: str


# The loss and its gradient are parts of several functions.
@lru_cache(maxsize=256)
def computed_form(problem: Problem, expr: Expr) -> Expr:
    """*expr* as generated code computes it: with the author's names, in a form that does not overflow."""
    return arranged(with_means(stable(fold(problem, expr))))


@dataclass(frozen=True)
class Body:
    """The lines of a generated function: *sizes* binds the sizes of axes that the statements need."""

    sizes: tuple[str, ...]
    statements: tuple[Statement, ...]


def body(problem: Problem, results: Mapping[str, Expr], leaves: Mapping[str, Any] | None = None) -> Body:
    """Assignments that compute *results*, each under its own variable, the last lines of the list.

    *leaves* gives the parameters whose shape a result has; other results have the axes of their expression.
    """
    roots = {variable: computed_form(problem, expr) for variable, expr in results.items()}
    lets = _needed(roots.values())
    formulas = through_logarithms({**lets, **roots})
    lets, roots = (
        {name: formulas[name] for name in lets},
        {variable: formulas[variable] for variable in roots},
    )
    block = _Block(problem, lets, roots)
    for name, definition in lets.items():
        block.assign(name, definition, code_name(name))
    for variable, root in roots.items():
        block.result(variable, root, (leaves or {}).get(variable))
    return Body(tuple(block.sizes()), tuple(block.lines))


def _needed(roots: Iterable[Expr]) -> dict[Let, Expr]:
    """The intermediates that *roots* use, with their definitions as they are computed, innermost first."""
    definitions: dict[Let, Expr] = {}
    for root in roots:
        for name in in_order(root, definitions):
            definitions[name] = arranged(with_means(stable(name.definition)))
    if not definitions:
        return {}
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
        self._problem = problem
        names = code_names((*problem.leaves, *lets))
        self._scope = Scope(
            {leaf: names[leaf] for leaf in problem.leaves}, {*names.values(), *roots, *_TAKEN}
        )
        self._shared = shared([*lets.values(), *roots.values()], self._scope.forms)
        self._writer = ArrayWriter(self._scope)

    def assign(self, node: Any, definition: Expr, variable: str) -> None:
        """Compute *definition* and let *node* be written as the variable from here on."""
        self._share_inside(definition)
        axes = self._axes(definition, node)
        line = commented(self._problem, f"{variable} = {self._writer.write(definition, axes)}", node)
        self.lines.append(Statement(variable, node, line))
        if isinstance(node, Let):
            self._scope.name(node, variable)
        if definition.args:
            self._scope.hold(definition, variable, axes)

    def result(self, variable: str, root: Expr, leaf: Any) -> None:
        """Compute *root* under the variable of a result."""
        self._share_inside(root)
        axes = indices_of(root) if leaf is None else ()
        value = self._writer.write(root, axes) if not _shape(leaf) else filled(self._writer, root, leaf)
        kind = "Array" if axes or _shape(leaf) else "Number"
        line = f"{variable}: {kind} = {value}{'.0' if root.is_Integer and kind == 'Number' else ''}"
        self.lines.append(Statement(variable, root, line))
        if root.args and not _shape(leaf):
            self._scope.hold(root, variable, axes)

    def sizes(self) -> Iterator[str]:
        """The lines that bind the sizes of axes which the others need."""
        for size in sorted(self._scope.used, key=str):
            yield f"{self._scope.counts[size]} = {source_of_size(size, self._problem)}"

    def _axes(self, definition: Expr, node: Any) -> Axes:
        """The axes of a variable: of an intermediate its own, else those that the text has anyway."""
        if isinstance(node, Let):
            return node.indices
        return self._writer.written(definition, self._scope.natural(definition)).axes

    def _share_inside(self, node: Any) -> None:
        """Assign the shared sub-expressions inside *node* that have no variable yet."""
        for arg in operands(node):
            if self._scope.find(arg) is None:
                self._share_inside(arg)
                if isinstance(arg, Expr) and arg.args and self._scope.forms.of(arg).number in self._shared:
                    self.assign(arg, arg, self._scope.new(describe(arg)))


def _shape(leaf: Any) -> tuple[Any, ...]:
    return tuple(getattr(label_of(leaf), "shape", ()))


def source_of_size(size: Any, problem: Problem, name: Callable[[Any], str] = code_name) -> str:
    """How code finds the size of an axis: ``len(x)``, ``W.shape[1]``; *name* gives the variables of symbols."""
    data_first = (*problem.data, *problem.leaves) if size == SAMPLES else problem.leaves
    for known, leaf, axis in sources(data_first):
        if known == size:
            return f"len({name(leaf)})" if axis == 0 else f"{name(leaf)}.shape[{axis}]"
    raise CompilationError(f"{problem.loss} sums over samples but contains no data: leave the sum out.")
