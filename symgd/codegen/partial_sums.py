"""The generated code for data in partitions: the sums of one, and the loss and its gradient from those of all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sympy import Expr

from symgd.codegen.commenting import equation
from symgd.codegen.definition import Function, function
from symgd.codegen.expression import posed
from symgd.codegen.module import assemble
from symgd.derivation.derive import Derivation, derive
from symgd.derivation.splitting import Split, split
from symgd.notation.algebra import add, multiply
from symgd.notation.intermediates import Adjoint
from symgd.notation.mapping import name_of
from symgd.notation.problem import Problem
from symgd.notation.symbols import Constant, Parameter, label_of, whole

COMBINE = "loss_and_gradient"


@dataclass(frozen=True)
class Part:
    """The generated *function* of one sum: the names of its arguments and of what it returns, in order.

    It returns the sum of a partition, and its derivative with respect to each parameter that it depends on.
    """

    function: str
    arguments: tuple[str, ...]
    results: tuple[str, ...]


@dataclass(frozen=True)
class PartialSums:
    """The text of a module with a function for each sum, and ``loss_and_gradient`` with the arguments named *outer*.

    *counts* tells the names under which the number of samples and the sizes of axes are arguments.
    """

    source: str
    parts: tuple[Part, ...]
    outer: tuple[str, ...]
    counts: dict[str, str]

    @property
    def results(self) -> tuple[str, ...]:
        """The names of all that is summed over the partitions."""
        return tuple(name for part in self.parts for name in part.results)


@dataclass(frozen=True)
class _Sum:
    """A sum s_k and its slopes: the derivation's results by variable, each with its parameter."""

    symbol: Parameter
    problem: Problem
    slopes: dict[Any, Expr]

    def variable(self, parameter: Any) -> str:
        """The name of ∂s_k/∂θ."""
        return f"d{self.symbol.name}_d{name_of(parameter)}"

    def slope(self, parameter: Any) -> Expr:
        """The symbol of ∂s_k/∂θ, of the shape of θ."""
        shape = tuple(getattr(label_of(parameter), "shape", ()))
        return whole(Constant(self.variable(parameter), shape))


def partial_sums(derivation: Derivation) -> PartialSums:
    """The code of a loss whose data come in partitions.

    Raises DerivationError where the loss is no function of sums over the samples.

    >>> import symgd as sg
    >>> x, y, w = *sg.data("x y"), sg.parameters("w")
    >>> code = partial_sums(derive(sg.losses.root_mean_squared_error(w * x, y)))
    >>> print(code.source[code.source.index("    dL_ds_1") :])
        dL_ds_1 = 1 / (2 * count_n * count_n_inverse_s_1_root)  # ∂L/∂s₁
        L: Number = count_n_inverse_s_1_root
        dL_dw: Number = dL_ds_1 * ds_1_dw
        return L, {"w": dL_dw}
    <BLANKLINE>
    """
    problem = derivation.problem
    found = split(problem)
    sums = [_sum(problem, symbol, expr) for symbol, expr in found.sums.items()]
    functions = [_function(k, each) for k, each in enumerate(sums, 1)]
    combined, slopes = _outer(problem, found, sums)
    functions.append(_combine(combined, slopes))
    formulas = [problem.loss, *slopes.values(), *(slope for each in sums for slope in each.slopes.values())]
    parts = tuple(_part(each, made) for each, made in zip(sums, functions, strict=False))
    counts = {str(size): constant.name for size, constant in found.counts.items()}
    outer = tuple(map(name_of, combined.leaves))
    return PartialSums(assemble(problem, functions, formulas), parts, outer, counts)


def _sum(problem: Problem, symbol: Parameter, expr: Expr) -> _Sum:
    if not any(isinstance(leaf, Parameter) for leaf in expr.free_symbols):
        return _Sum(symbol, posed(expr, problem), {})
    derivation = derive(expr)
    return _Sum(symbol, derivation.problem, {p: derivation.steps[p][-1].after for p in derivation.parameters})


def _part(each: _Sum, made: Function) -> Part:
    results = (each.symbol.name, *map(each.variable, each.slopes))
    return Part(made.name, tuple(map(name_of, each.problem.leaves)), results)


def _function(number: int, each: _Sum) -> Function:
    """The function ``sum_k`` of a partition."""
    symbol, problem = each.symbol, each.problem
    slopes = {each.variable(parameter): slope for parameter, slope in each.slopes.items()}
    results = {symbol.name: problem.loss, **slopes}
    shapes = {each.variable(parameter): parameter for parameter in each.slopes}
    text = f"{equation(problem, symbol, problem.loss)}, over a partition of the samples, and its slopes."
    return function(problem, f"sum_{number}", "tuple[Any, ...]", results, _tuple(results), text, shapes)


def _tuple(names: Iterable[str]) -> str:
    listed = ", ".join(names)
    return listed if "," in listed else f"({listed},)"


def _outer(problem: Problem, found: Split, sums: list[_Sum]) -> tuple[Problem, dict[Any, Expr]]:
    """The problem of the loss from its sums, and its slopes by the chain rule."""
    outer = derive(found.outer)
    slopes = {p: add(*_terms(outer, sums, p)) for p in problem.parameters}
    given = (each.slope(p) for each in sums for p in each.slopes)
    return replace(outer.problem, constants=(*outer.problem.constants, *given)), slopes


def _terms(outer: Derivation, sums: list[_Sum], parameter: Any) -> Iterator[Expr]:
    """What ∂L/∂θ is a sum of: ∂f/∂s_k ∂s_k/∂θ for each sum with θ, and ∂f/∂θ."""
    for each in sums:
        if parameter in each.slopes and name_of(each.symbol) in outer.steps:
            yield multiply(_named(each.symbol, outer), each.slope(parameter))
    if parameter in outer.steps:
        yield outer.steps[parameter][-1].after


def _named(symbol: Parameter, outer: Derivation) -> Expr:
    """∂f/∂s_k under its name, an adjoint like those of intermediates, unless it is a number."""
    slope = outer.steps[symbol][-1].after
    return slope if slope.is_Number else Adjoint(symbol, slope)


def _combine(problem: Problem, slopes: dict[Any, Expr]) -> Function:
    results = {f"dL_d{name_of(p)}": slope for p, slope in slopes.items()}
    by_name = ", ".join(f'"{name_of(p)}": dL_d{name_of(p)}' for p in slopes)
    return function(
        problem,
        COMBINE,
        "tuple[Number, Gradient]",
        {"L": problem.loss, **results},
        f"L, {{{by_name}}}",
        "The loss and its gradient, from the sums over all samples.",
        {f"dL_d{name_of(p)}": p for p in slopes},
    )
