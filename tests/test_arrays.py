"""Losses of arrays: value and gradient of the generated code against autograd, for many sizes."""

import ast
import re
from typing import Any

import autograd
import numpy as np
import pytest
from helpers.array_losses import KINDS, LOSSES, compiled, values_of

from symgd.codegen.binding import bind
from symgd.codegen.loops.kernels import interpreted
from symgd.codegen.loops.module import write_loops
from symgd.codegen.loops.writing import Form
from symgd.errors import CompilationError
from symgd.notation.mapping import name_of


def by_autograd(name: str, values: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The loss as it is written by hand, and its gradient."""
    parameters = [name_of(p) for p in compiled(name).derivation.parameters]
    fixed = {key: value for key, value in values.items() if key not in parameters}
    free = {key: values[key] for key in parameters}
    return autograd.value_and_grad(lambda free: LOSSES[name].by_hand(**free, **fixed))(free)


def length(gradient: dict[str, Any]) -> float:
    return float(np.sqrt(sum(np.sum(np.square(slope)) for slope in gradient.values())))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", LOSSES)
def test_loss_and_gradient_are_those_of_autograd(name: str, kind: str) -> None:
    program = compiled(name)
    values = values_of(LOSSES[name], program.derivation.problem, kind)
    loss, gradient = by_autograd(name, values)
    found, slopes = program.loss_and_gradient(**values)
    for value in (found, program.loss(**values)):
        assert value == pytest.approx(loss, rel=1e-12, abs=1e-12)
    assert list(slopes) == list(gradient)
    for own in (slopes, program.gradient(**values)):
        assert [np.shape(own[p]) for p in own] == [np.shape(slope) for slope in gradient.values()]
        assert length({p: own[p] - gradient[p] for p in own}) <= 1e-10 * length(gradient) + 1e-13


@pytest.mark.parametrize("name", LOSSES)
def test_single_precision_in_is_single_precision_out(name: str) -> None:
    program = compiled(name)
    values = values_of(LOSSES[name], program.derivation.problem, "different sizes")
    single = {key: np.float32(value) for key, value in values.items()}
    slopes, expected = program.gradient(**single), program.gradient(**values)
    assert {slope.dtype for slope in slopes.values() if isinstance(slope, np.ndarray)} <= {
        np.dtype(np.float32)
    }
    assert length({p: slopes[p] - expected[p] for p in slopes}) <= 1e-4 * (1 + length(expected))


@pytest.mark.parametrize("name", LOSSES)
def test_views_in_any_order_in_memory_are_read_and_left_as_they_are(name: str) -> None:
    program = compiled(name)
    values = values_of(LOSSES[name], program.derivation.problem, "different sizes")
    views = {
        key: np.repeat(np.asfortranarray(value), 2, -1)[..., ::2]
        for key, value in values.items()
        if np.ndim(value)
    }
    for view in views.values():
        view.flags.writeable = False
    slopes, expected = program.gradient(**{**values, **views}), program.gradient(**values)
    assert length({p: slopes[p] - expected[p] for p in slopes}) <= 1e-12 * (1 + length(expected))


@pytest.mark.parametrize("name", LOSSES)
def test_the_module_stands_alone_and_names_what_it_computes(name: str) -> None:
    source = compiled(name).source
    nodes = list(ast.walk(ast.parse(source)))
    assert [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names] == ["numpy"]
    assigned = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    assert not [variable for variable in assigned if re.fullmatch(r"_?x\d+", variable)]
    namespace: dict[str, Any] = {"__name__": "alone"}
    exec(source, namespace)
    assert {"loss", "gradient", "loss_and_gradient"} <= namespace.keys()


@pytest.mark.parametrize("name", LOSSES)
def test_loops_give_what_arrays_give_or_say_why_not(name: str) -> None:
    program = compiled(name)
    refused = ""
    try:
        source = write_loops(program.derivation, form=Form(blocks=True)).source
    except CompilationError as error:
        refused = str(error)
    if refused:
        assert "computed by whole arrays" in refused
        return
    # Short strips, so that there are whole ones and one that is not.
    loops = interpreted(source.replace("STRIP = 16", "STRIP = 5"))["loss_and_gradient"]
    for kind in KINDS:
        values = values_of(LOSSES[name], program.derivation.problem, kind)
        with np.errstate(all="ignore"):
            found = loops(*bind(program.derivation.problem, values).values())
        loss, gradient = program.loss_and_gradient(**values)
        for mine, other in zip(found, (loss, *gradient.values()), strict=True):
            np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-9 * (np.max(np.abs(other)) + 1e-6))
