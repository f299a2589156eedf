"""The text of a generated module: NumPy functions for the loss, its gradient and what else is asked for."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sympy import Expr

from symgd.codegen.body import Statement, body, code_name
from symgd.codegen.commenting import LOSS, equation
from symgd.codegen.folding import fold
from symgd.codegen.functions import helper_source, needed_helpers
from symgd.codegen.sizes import full_shape
from symgd.codegen.stable import identities
from symgd.codegen.updates import update_function
from symgd.derivation.derivative import Partial
from symgd.derivation.derive import Derivation
from symgd.notation.mapping import name_of
from symgd.notation.problem import Problem
from symgd.notation.updates import UpdateRule

_NUMBER = "Number = float | np.floating[Any]\n"


@dataclass(frozen=True)
class Function:
    """One generated function: its source, the lines that bind sizes, and statements with what they compute."""

    name: str
    source: str
    sizes: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class Module:
    """The text of a generated module, and the functions it defines."""

    source: str
    functions: tuple[Function, ...]


_KNOWN: WeakKeyDictionary[Derivation, tuple[Function, ...]] = WeakKeyDictionary()


def write_module(derivation: Derivation, rule: UpdateRule | None = None, hessian: bool = False) -> Module:
    """A standalone module that needs NumPy alone.

    Its functions take parameters, data and constants in this order: ``loss``, ``gradient``,
    ``loss_and_gradient``, ``hessian`` if asked for, and ``update`` for an update rule.
    """
    problem = derivation.problem
    slopes = {f"dL_d{name}": derivation.steps[name][-1].after for name in derivation.steps}
    functions = [*_of_loss(derivation, slopes)]
    if hessian:
        functions.append(_hessian_function(derivation))
    if rule is not None:
        functions.append(Function("update", update_function(rule)))
    return Module(assemble(problem, functions, [problem.loss, *slopes.values()]), tuple(functions))


def _of_loss(derivation: Derivation, slopes: Mapping[str, Expr]) -> tuple[Function, ...]:
    """The functions that do not depend on what else is asked for: written once."""
    if derivation not in _KNOWN:
        problem = derivation.problem
        _KNOWN[derivation] = (
            function(
                problem, "loss", "Number", {"L": problem.loss}, "L", equation(problem, LOSS, problem.loss)
            ),
            function(
                problem, "gradient", "Gradient", slopes, _by_name(problem), _slopes_text(problem, slopes)
            ),
            function(
                problem,
                "loss_and_gradient",
                "tuple[Number, Gradient]",
                {"L": problem.loss, **slopes},
                f"L, {_by_name(problem)}",
                "The loss and its gradient; what both need is computed once.",
            ),
        )
    return _KNOWN[derivation]


def expression_source(problem: Problem) -> str:
    """The source of a module whose function ``evaluate`` gives the value of any expression, posed as a problem."""
    evaluate = function(problem, "evaluate", "Any", {"L": problem.loss}, "L", "The value of L.")
    return assemble(problem, [evaluate], [problem.loss])


def arguments(problem: Problem) -> tuple[str, ...]:
    """The names of a generated function's arguments, in order."""
    return tuple(map(code_name, problem.leaves))


def function(
    problem: Problem,
    name: str,
    returns: str,
    results: Mapping[str, Expr],
    value: str,
    docstring: str,
    leaves: Mapping[str, Any] | None = None,
) -> Function:
    """A function of all symbols of a problem.

    *results* are what it computes, by variable, and *leaves* the parameters whose shape they have: without them
    ``dL_dw`` has that of w.
    """
    leaves = {f"dL_d{name_of(p)}": p for p in problem.parameters} if leaves is None else leaves
    kinds = {code_name(leaf): "Array" if full_shape(leaf) else "float" for leaf in problem.leaves}
    signature = ", ".join(f"{name}: {kind}" for name, kind in kinds.items())
    inside = body(problem, results, leaves)
    lines = [*inside.sizes, *(statement.line for statement in inside.statements), f"return {value}"]
    source = _define(name, signature, returns, docstring, lines)
    return Function(name, source, inside.sizes, inside.statements)


def _define(name: str, signature: str, returns: str, docstring: str, lines: Iterable[str]) -> str:
    body = [f'"""{docstring}"""', *lines]
    return f"def {name}({signature}) -> {returns}:\n" + "".join(f"    {line}\n" for line in body)


def _by_name(problem: Problem) -> str:
    return "{" + ", ".join(f'"{name_of(p)}": dL_d{name_of(p)}' for p in problem.parameters) + "}"


def _slopes_text(problem: Problem, slopes: Mapping[str, Expr]) -> str:
    heads = [Partial(LOSS, parameter) for parameter in problem.parameters]
    lines = [equation(problem, head, slope) for head, slope in zip(heads, slopes.values(), strict=True)]
    return "\n\n    ".join(lines) + ("\n    " if len(lines) > 1 else "")


def _hessian_function(derivation: Derivation) -> Function:
    names = list(derivation.steps)
    entries = {f"d2L_d{a}_d{b}": derivation.hessian[a, b] for k, a in enumerate(names) for b in names[k:]}
    rows = ", ".join(f"[{', '.join(_entry(names, a, b) for b in names)}]" for a in names)
    order = ", ".join(names)
    return function(
        derivation.problem,
        "hessian",
        "Array",
        entries,
        f"np.array([{rows}])",
        f"The second derivatives of L, rows and columns in the order {order}.",
    )


def _entry(names: list[str], first: str, second: str) -> str:
    a, b = sorted((first, second), key=names.index)
    return f"d2L_d{a}_d{b}"


def assemble(problem: Problem, functions: list[Function], formulas: Iterable[Expr]) -> str:
    """The text of a module of such functions, with what they need; its docstring tells the problem."""
    body = "\n\n".join(each.source for each in functions)
    helpers = needed_helpers(node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name))
    code = "\n\n".join([*map(helper_source, helpers), body])
    imports = "from typing import Any\n\nimport numpy as np\nfrom numpy.typing import NDArray\n"
    if "special." in code:
        imports += "from scipy import special\n"
    return f'"""{_module_docstring(problem, formulas)}"""\n\n{imports}\n{_aliases(problem)}\n\n{code}'


def _aliases(problem: Problem) -> str:
    """The types of a module's signatures: of arrays in any precision, where parameters are arrays."""
    arrays = [bool(full_shape(parameter)) for parameter in problem.parameters]
    entry = (
        "np.floating[Any]"
        if any(map(full_shape, (*problem.parameters, *problem.constants)))
        else "np.float64"
    )
    kinds = " | ".join(["Array"] * any(arrays) + ["Number"] * (not all(arrays) or not arrays))
    return f"Array = NDArray[{entry}]\n{_NUMBER}Gradient = dict[str, {kinds}]\n"


def _module_docstring(problem: Problem, formulas: Iterable[Expr]) -> str:
    lines = ["A loss and its derivatives, generated by symgd.", "", equation(problem, LOSS, problem.loss)]
    lines += [equation(problem, name, name.definition) for name in problem.lets]
    definitions = (name.definition for name in problem.lets)
    used = dict.fromkeys(
        identity for e in (*formulas, *definitions) for identity in identities(fold(problem, e))
    )
    if used:
        lines += ["", "So that nothing overflows, the code computes by these identities:", *used]
    return "\n".join(lines) + "\n"
