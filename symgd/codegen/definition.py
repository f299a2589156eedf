"""The text of one generated function: what it is called with, what it says of itself, its lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sympy import Expr

from symgd.codegen.body import Statement, body, code_name, code_names
from symgd.codegen.commenting import LOSS, equation
from symgd.codegen.sizes import full_shape
from symgd.derivation.derivative import Partial
from symgd.derivation.derive import Derivation
from symgd.notation.mapping import name_of
from symgd.notation.problem import Problem


@dataclass(frozen=True)
class Function:
    """One generated function: its source, the lines that bind sizes, and statements with what they compute."""

    name: str
    source: str
    sizes: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()


_KNOWN: WeakKeyDictionary[Derivation, dict[str, Function]] = WeakKeyDictionary()


def function_of(derivation: Derivation, name: str) -> Function:
    """The function of a derivation with this name, one of ``FUNCTIONS`` or ``hessian``: written once."""
    known = _KNOWN.setdefault(derivation, {})
    if name not in known:
        known[name] = _WRITERS[name](derivation)
    return known[name]


def slopes_of(derivation: Derivation) -> dict[str, Expr]:
    """The derivatives of a loss, by variable."""
    return {f"dL_d{name}": derivation.steps[name][-1].after for name in derivation.steps}


def _loss_function(derivation: Derivation) -> Function:
    problem = derivation.problem
    told = equation(problem, LOSS, problem.loss)
    return function(problem, "loss", "Number", {"L": problem.loss}, "L", told)


def _gradient_function(derivation: Derivation) -> Function:
    problem, slopes = derivation.problem, slopes_of(derivation)
    return function(problem, "gradient", "Gradient", slopes, _by_name(problem), _slopes_text(problem, slopes))


def _loss_and_gradient_function(derivation: Derivation) -> Function:
    problem = derivation.problem
    return function(
        problem,
        "loss_and_gradient",
        "tuple[Number, Gradient]",
        {"L": problem.loss, **slopes_of(derivation)},
        f"L, {_by_name(problem)}",
        "The loss and its gradient; what both need is computed once.",
    )


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
    names = code_names(problem.leaves)
    kinds = {names[leaf]: "Array" if full_shape(leaf) else "float" for leaf in problem.leaves}
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


FUNCTIONS = ("loss", "gradient", "loss_and_gradient")
"""The functions that each module has, in their order."""

_WRITERS: Mapping[str, Callable[[Derivation], Function]] = {
    "loss": _loss_function,
    "gradient": _gradient_function,
    "loss_and_gradient": _loss_and_gradient_function,
    "hessian": _hessian_function,
}
