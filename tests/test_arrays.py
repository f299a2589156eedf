"""Losses of arrays: value and gradient of the generated code against autograd, for many sizes."""

import ast
import re
from functools import cache
from typing import Any

import autograd
import numpy as np
import pytest
from helpers.array_losses import LOSSES, Case

import symgd as sg
from symgd.codegen.sizes import full_shape
from symgd.notation.indices import number_of
from symgd.notation.mapping import name_of
from symgd.notation.symbols import Distribution, label_of

ROUNDS = 5


@cache
def compiled(name: str) -> Any:
    return sg.compile_numpy(sg.derive(LOSSES[name].loss))


def sizes_in(problem: Any, least: Any, random: np.random.Generator, kind: int) -> dict[str, int]:
    """Sizes of all axes: all of them 1, a batch of one, or at random, some of them 1."""
    names = {str(count) for leaf in problem.leaves for count in full_shape(leaf)}
    drawn = {name: 1 if kind == 0 else int(random.integers(1, 6)) for name in sorted(names)}
    if kind == 1:
        drawn |= {name: 2 + k for k, name in enumerate(sorted(names))} | {"n": 1}
    if kind == 2:
        drawn = {name: 2 + k for k, name in enumerate(sorted(names))}
    return {name: max(size, least.get(name, 1)) for name, size in drawn.items()}


def drawn(leaf: Any, kind: str, sizes: dict[str, int], random: np.random.Generator) -> Any:
    shape = tuple(number_of(count) or sizes[str(count)] for count in full_shape(leaf))
    if kind == "labels":
        return np.eye(shape[-1])[random.integers(0, shape[-1], shape[:-1])]
    if isinstance(label_of(leaf), Distribution):
        return random.dirichlet(np.ones(shape[-1]), shape[:-1])
    return {
        "normal": lambda: random.normal(size=shape),
        "positive": lambda: random.uniform(0.5, 2, shape),
        "share": lambda: random.uniform(0.1, 0.9, shape),
        "sign": lambda: random.choice([-1.0, 1.0], shape),
        "mask": lambda: random.choice([0.0, 1.0], shape),
    }[kind]()


def values_of(case: Case, problem: Any, random: np.random.Generator, kind: int) -> dict[str, Any]:
    sizes = sizes_in(problem, case.least, random, kind)
    return {
        name_of(leaf): drawn(leaf, case.draws.get(name_of(leaf), "normal"), sizes, random)
        for leaf in problem.leaves
    }


def by_autograd(case: Case, values: dict[str, Any], parameters: list[str]) -> tuple[Any, dict[str, Any]]:
    fixed = {name: value for name, value in values.items() if name not in parameters}
    own = {name: values[name] for name in parameters}
    return autograd.value_and_grad(lambda free: case.by_hand(**free, **fixed))(own)


@pytest.mark.parametrize("kind", range(ROUNDS))
@pytest.mark.parametrize("name", LOSSES)
def test_loss_and_gradient_are_those_of_autograd(name: str, kind: int) -> None:
    case, program = LOSSES[name], compiled(name)
    problem = program.derivation.problem
    values = values_of(case, problem, np.random.default_rng([kind, len(name)]), kind)
    loss, gradient = by_autograd(case, values, [name_of(p) for p in problem.parameters])
    found, slopes = program.loss_and_gradient(**values)
    assert found == pytest.approx(loss, rel=1e-12, abs=1e-12)
    assert program.loss(**values) == pytest.approx(loss, rel=1e-12, abs=1e-12)
    assert list(slopes) == list(gradient)
    size = np.sqrt(sum(np.sum(slope**2) for slope in gradient.values()))
    for parameter, slope in gradient.items():
        assert np.shape(slopes[parameter]) == np.shape(slope)
        assert np.linalg.norm(slopes[parameter] - slope) <= 1e-10 * size + 1e-12
    alone = program.gradient(**values)
    assert all(np.allclose(alone[p], slopes[p], rtol=1e-12, atol=1e-12) for p in slopes)


@pytest.mark.parametrize("name", LOSSES)
def test_the_module_stands_alone_and_names_what_it_computes(name: str) -> None:
    source = compiled(name).source
    tree = ast.parse(source)
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported == {"numpy"}
    assigned = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    assert not [variable for variable in assigned if re.fullmatch(r"_?x\d+", variable)]
    namespace: dict[str, Any] = {"__name__": "alone"}
    exec(source, namespace)
    assert {"loss", "gradient", "loss_and_gradient"} <= namespace.keys()
