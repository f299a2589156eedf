"""Problems of index notation, posed by hand: any expressions as results, their symbols found in them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import sympy as sp
from sympy import Symbol

from symgd.codegen.module import Module, write_module
from symgd.codegen.sizes import full_shape
from symgd.notation.indices import Count, Index, number_of
from symgd.notation.intermediates import Let, in_order
from symgd.notation.mapping import name_of
from symgd.notation.problem import Problem
from symgd.notation.symbols import Constant, Data, Element, Parameter, label_of, whole


def leaves(expr: Any) -> Iterable[Any]:
    """The symbols of an expression, each at the placeholders of its axes."""
    if isinstance(expr, Element):
        if not isinstance(expr.label, Let):
            yield whole(expr.label)
    elif isinstance(expr, Symbol):
        if not isinstance(expr, Index | Count):
            yield expr
    else:
        for arg in expr.args:
            yield from leaves(arg)


def posed(expr: Any, *more: Any) -> Problem:
    """The expression as a problem; *more* are results or symbols that it need not contain."""
    lets = in_order(expr)
    found = list(
        dict.fromkeys(leaf for e in (*(z.definition for z in lets), expr, *more) for leaf in leaves(e))
    )

    def kept(kind: type) -> tuple[Any, ...]:
        return tuple(leaf for leaf in found if isinstance(label_of(leaf), kind))

    return Problem(expr, kept(Parameter), kept(Data), kept(Constant), lets)


def module_of(loss: Any, slopes: Mapping[Any, Any]) -> tuple[Problem, Module]:
    """The module of a loss and of expressions that stand for its derivatives."""
    problem = posed(loss, *slopes)
    problem = replace(problem, parameters=tuple(slopes), lets=in_order(sp.Tuple(loss, *slopes.values())))
    steps = {name_of(parameter): (SimpleNamespace(after=slope),) for parameter, slope in slopes.items()}
    return problem, write_module(SimpleNamespace(problem=problem, steps=steps))  # type: ignore[arg-type]


def random_values(problem: Problem, sizes: Mapping[str, int], seed: int = 0) -> dict[str, Any]:
    """Positive numbers for all symbols, the samples along the first axis of data."""
    generator = np.random.default_rng(seed)

    def count(size: Any) -> int:
        return 1 if size == 1 else number_of(size) or sizes[str(size)]

    return {
        name_of(leaf): generator.uniform(0.2, 1.5, tuple(map(count, full_shape(leaf))))[()]
        for leaf in problem.leaves
    }
