"""The Hessian times a vector, which costs no more than a few gradients (Pearlmutter 1994).

H v is the gradient of ⟨∇L, v⟩, where v is held fixed. So it is derived as any gradient is: the loss ⟨∇L, v⟩ is posed,
with what the first derivation named as its named intermediates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sympy import Expr

from symgd.derivation.inner_product import inner_product
from symgd.derivation.rewriting import Step
from symgd.notation.algebra import add
from symgd.notation.intermediates import Adjoint, Let, in_order
from symgd.notation.mapping import name_of
from symgd.notation.problem import Problem
from symgd.notation.reindexing import opened
from symgd.notation.symbols import Constant, label_of, whole


def slope_along(problem: Problem, steps: Mapping[Any, tuple[Step, ...]]) -> Problem:
    """The problem whose loss is ⟨∇L, v⟩: the slope of a loss along v, one constant ``v_W`` for each parameter W.

    *steps* derived the gradient. The adjoint of an intermediate z is the intermediate δ_z here.
    """
    slopes = [steps[name_of(parameter)][-1].after for parameter in problem.parameters]
    taken = {name_of(named) for named in (*problem.leaves, *problem.lets, *problem.sizes)}
    renamed = _without_adjoints(slopes, taken)
    vectors = tuple(
        whole(Constant(_free(f"v_{name_of(parameter)}", taken), getattr(label_of(parameter), "shape", ())))
        for parameter in problem.parameters
    )
    loss = inner_product([opened(slope, renamed) for slope in slopes], vectors)
    return replace(problem, loss=loss, constants=(*problem.constants, *vectors), lets=in_order(loss))


def _without_adjoints(slopes: list[Expr], taken: set[str]) -> dict[Let, Let]:
    """The intermediates of a gradient, each adjoint under a name of its own: there will be other adjoints."""
    renamed: dict[Let, Let] = {}
    for leaf in in_order(add(*slopes)):
        name = _free(f"delta_{leaf.of.name}", taken) if isinstance(leaf, Adjoint) else leaf.name
        renamed[leaf] = Let(name, opened(leaf.definition, renamed))
    return renamed


def _free(name: str, taken: set[str]) -> str:
    """The name, with underscores at its end where it is taken."""
    while name in taken:
        name += "_"
    taken.add(name)
    return name
