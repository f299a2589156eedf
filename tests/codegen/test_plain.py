"""Plain Python computes what whole arrays compute, and says what it cannot."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.codegen.loops import plain_runtime
from symgd.codegen.loops.plain import HELPERS, plain_module, write_plain
from symgd.errors import CompilationError
from symgd.notation.mapping import name_of

from .test_loops import values
from .test_runtime import ONE_ARGUMENT, POINTS, exact

x, y = sg.data("x y")
w, b = sg.parameters("w b")
OPTIMIZERS = [getattr(sg.optimizers, name) for name in sg.optimizers.__all__ if name != "Optimizer"]
DESCENT = sg.optimizers.GradientDescent(0.1).rule


def computed(derivation: sg.Derivation, at: dict[str, Any]) -> tuple[Any, ...]:
    """The loss and its slopes."""
    arguments = [np.asarray(at[name_of(leaf)]).tolist() for leaf in derivation.problem.leaves]
    loss, gradient = plain_module(derivation, DESCENT)[1]["loss_and_gradient"](*arguments)
    assert list(gradient) == list(map(name_of, derivation.parameters))
    return loss, *gradient.values()


def test_every_loss_as_arrays_have_it(loss: Any) -> None:
    derivation = sg.derive(loss)
    at = values(derivation, samples=7)
    found = computed(derivation, at)
    assert {type(value) for value in found} == {float}
    expected, gradient = sg.compile_numpy(derivation).loss_and_gradient(**at)
    np.testing.assert_allclose(found, (expected, *gradient.values()), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", sorted({*ONE_ARGUMENT} & {*HELPERS.names}))
def test_functions_agree_with_their_definitions(name: str) -> None:
    function = getattr(plain_runtime, name)
    np.testing.assert_allclose(
        [function(z) for z in POINTS], [exact(name, z) for z in POINTS], rtol=4e-14, atol=2e-16
    )
    assert np.isfinite([function(z) for z in (-1e200, -1000.0, 1000.0, 1e200)]).all()
    assert np.isnan(function(np.nan))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_modules_need_nothing_but_python(optimizer: Any, tmp_path: Path) -> None:
    derivation = sg.derive(sg.losses.binary_cross_entropy_with_logits(w * x + b, y))
    path = tmp_path / "plain.py"
    path.write_text(write_plain(derivation, optimizer(0.1).rule), encoding="utf-8")
    call = "plain.loss_and_gradient(1.0, 2.0, [0.0, 1.0], [3.0, 4.0])"
    script = f"import plain, sys; {call}; sys.exit('numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True, cwd=tmp_path)


def test_symbols_may_be_called_like_functions() -> None:
    (math, exp), (k, span, total) = sg.data("math exp"), sg.parameters("k range total")
    derivation = sg.derive(sg.mean((k * sp.exp(math) + span + total - exp) ** 2))
    at = values(derivation, samples=3)
    loss, gradient = sg.compile_numpy(derivation).loss_and_gradient(**at)
    np.testing.assert_allclose(computed(derivation, at), (loss, *gradient.values()), rtol=1e-12)


def test_names_that_derivatives_have_stay_theirs() -> None:
    p, q = sg.data("dL_dw"), sg.parameters("dL_db")
    derivation = sg.derive(sg.mean((w * sp.exp(p) + b * p - q) ** 2) + w**2 * b + q)
    at = values(derivation, samples=3)
    assert (
        sg.check_gradient(
            derivation,
            at={name: at[name] for name in ("w", "b", "dL_db")},
            data={"dL_dw": at["dL_dw"]},
        ).verdict
        == "correct"
    )
    loss, gradient = sg.compile_numpy(derivation).loss_and_gradient(**at)
    np.testing.assert_allclose(computed(derivation, at), (loss, *gradient.values()), rtol=1e-12)


def test_two_symbols_never_share_a_variable() -> None:
    one, other = sg.parameters("math math_")
    with pytest.raises(CompilationError, match="'math' and 'math_' are both math_ in code"):
        write_plain(sg.derive(one**2 + other**2), DESCENT)
    one, other = sg.parameters("np np_")
    with pytest.raises(CompilationError, match="rename one of them"):
        sg.compile_numpy(sg.derive(one**2 + other**2))


def test_what_is_computed_once_is_written_once(loss: Any) -> None:
    """Each line outside a loop, and each of a loop, once; and each variable is used."""
    source = write_plain(sg.derive(loss), DESCENT).split("def loss_and_gradient")[1].split("\ndef ")[0]
    for part in source.split("    for i in range(n):")[1:] or [source]:
        lines = [line for line in part.splitlines() if " = " in line]
        assert len(lines) == len(set(lines))
    outside = [line for line in source.splitlines() if re.match(r"    \w+ = ", line)]
    assert len(outside) == len(set(outside))
    for name in re.findall(r"^ +(\w+) = ", source, re.MULTILINE):
        assert len(re.findall(rf"\b{name}\b", source)) > 1, name


def test_sums_over_samples_need_data() -> None:
    with pytest.raises(CompilationError, match="contains no data: leave the sum out"):
        write_plain(sg.derive(sg.total(sp.atan(w))), DESCENT)


@pytest.mark.parametrize(
    ("loss", "at"),
    [
        (sp.sqrt(w), {"w": -1.0}),
        (sp.log(w), {"w": 0.0}),
        (w ** sp.Rational(4, 3), {"w": -1.0}),
        (1 / w, {"w": 0.0}),
        (w**4, {"w": 1e200}),
        (sp.exp(w), {"w": 1e3}),
    ],
)
def test_what_has_no_value_is_an_error(loss: Any, at: dict[str, float]) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        computed(sg.derive(loss), at)


def test_a_function_that_python_lacks_is_refused() -> None:
    with pytest.raises(CompilationError, match="polygamma"):
        write_plain(sg.derive(sg.mean(sp.digamma(w * x))), DESCENT)
