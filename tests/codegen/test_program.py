"""Generated modules: right, readable, standalone, accepted by linter and type checker."""

import ast
import inspect
import pickle
import subprocess
import sys
import traceback
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.derivation.evaluation import Evaluator
from symgd.derivation.grid import Grid
from symgd.derivation.numbers import COMPLEX
from symgd.errors import CompilationError, DataError
from symgd.notation.mapping import name_of

from .conftest import LOSSES, PROBABILITY, SCORE, b, w, x, y

VALUES = {"w": 0.7, "b": -0.4, "c": 0.3, "x": [1.5, -0.5, 0.25, 2.0], "y": [1.0, -1.0, 1.0, 1.0]}


def values_for(derivation: sg.Derivation) -> dict[str, Any]:
    return {name_of(leaf): VALUES[name_of(leaf)] for leaf in derivation.problem.leaves}


def evaluated(derivation: sg.Derivation, expr: Any) -> float:
    """The value by the interpreter that checks steps, which shares nothing with code generation."""
    grid = Grid(samples=4)
    values = {leaf: COMPLEX.array(grid.at(VALUES[name_of(leaf)], leaf)) for leaf in derivation.problem.leaves}
    return float(Evaluator(COMPLEX, values, grid)(expr).real.squeeze())


def test_agrees_with_the_formulas(loss: Any) -> None:
    derivation = sg.derive(loss)
    program = sg.compile_numpy(derivation)
    value, gradient = program.loss_and_gradient(**values_for(derivation))
    assert value == pytest.approx(evaluated(derivation, loss), rel=1e-12)
    assert value == pytest.approx(program.loss(**values_for(derivation)), rel=1e-14)
    for name, slope in gradient.items():
        assert slope == pytest.approx(evaluated(derivation, derivation.gradient[name]), rel=1e-11, abs=1e-15)
        assert slope == pytest.approx(program.gradient(**values_for(derivation))[name], rel=1e-14)
        assert isinstance(slope, float)


def test_hessian_agrees_with_the_formulas(loss: Any) -> None:
    derivation = sg.derive(loss)
    matrix = sg.compile_numpy(derivation, hessian=True).hessian(**values_for(derivation))
    names = [name_of(p) for p in derivation.parameters]
    for row, first in enumerate(names):
        for column, second in enumerate(names):
            expected = evaluated(derivation, derivation.hessian[first, second])
            assert matrix[row, column] == pytest.approx(expected, rel=1e-10, abs=1e-13)
    np.testing.assert_allclose(matrix, sg.compile_numpy(derivation).hessian(**values_for(derivation)))


def test_stands_alone_with_numpy(loss: Any) -> None:
    tree = ast.parse(sg.compile_numpy(sg.derive(loss), hessian=True).source)
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert modules <= {"numpy", "numpy.typing", "typing"}


def test_linter_and_type_checker_accept_every_source(tmp_path: Path) -> None:
    for position, loss in enumerate(LOSSES.values()):
        sg.compile_numpy(sg.derive(loss), hessian=True).save(tmp_path / f"generated_{position}.py")
    for command in (["ruff", "check", "--isolated", "."], ["mypy", "--strict", "--no-incremental", "."]):
        words = [sys.executable, "-m", *command]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_source_of_a_line_reads_as_the_formula_does() -> None:
    y_hat = sg.let("y_hat", w * x + b)
    program = sg.compile_numpy(sg.derive(sg.losses.mean_squared_error(y_hat, y)))
    lines = inspect.getsource(program.functions["loss_and_gradient"]).splitlines()
    assert [line.strip() for line in lines[2:]] == [
        "y_hat = w * x + b",
        "residual = y_hat - y",
        "L: Number = mean(residual**2)",
        "dL_dw: Number = 2 * mean(x * residual)",
        "dL_db: Number = 2 * mean(residual)",
        'return L, {"w": dL_dw, "b": dL_db}',
    ]


def test_every_intermediate_is_computed_once() -> None:
    source = sg.compile_numpy(sg.derive(sg.losses.binary_cross_entropy(PROBABILITY, y))).source
    both = source[source.index("def loss_and_gradient") :]
    assert both.count("w * x + b") == 1
    assert both.count("sigmoid(") == 1


def test_saved_module_runs(tmp_path: Path) -> None:
    path = tmp_path / "line.py"
    sg.compile_numpy(sg.derive(sg.losses.mean_squared_error(w * x + b, y))).save(path)
    code = "import line, numpy as np; print(line.loss(4, 1, np.array([1.0, 2]), np.array([13.0, 23])))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert float(done.stdout) == 130.0


@pytest.mark.parametrize("score", [1000.0, -1000.0])
@pytest.mark.parametrize("name", sorted(set(sg.losses.__all__) - sg.losses.OF_VECTORS))
def test_catalogue_is_silent_at_extreme_scores(name: str, score: float) -> None:
    loss = LOSSES[name]
    if name == "poisson":
        pytest.skip("the rate exp(1000) is no double")
    program = sg.compile_numpy(sg.derive(loss))
    values = {"w": score, "b": 0.0, "x": [1.0, 1.0], "y": [1.0, 0.0]}
    values |= {"c": 0.1} if name in {"l1", "l2"} else {}
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        value, gradient = program.loss_and_gradient(**values)
    assert np.isfinite([value, *gradient.values()]).all()


def test_cross_entropy_of_a_certain_and_wrong_score_is_the_score() -> None:
    program = sg.compile_numpy(sg.derive(sg.losses.binary_cross_entropy(PROBABILITY, y)))
    assert program.loss(w=1000, b=0, x=[1], y=[0]) == 1000.0


@pytest.mark.parametrize(
    ("written", "slope"),
    [
        (sp.log(1 + sp.exp(w * x)), lambda z: 1.0 if z > 0 else 0.0),
        (1 / (1 + sp.exp(-(w * x))), lambda _: 0.0),
        (sp.log(1 / (1 + sp.exp(-(w * x)))), lambda z: 0.0 if z > 0 else 1.0),
        (sp.log(sp.cosh(w * x)), lambda z: 1.0 if z > 0 else -1.0),
    ],
)
@pytest.mark.parametrize("z", [1000.0, -1000.0])
def test_what_the_user_wrote_by_hand_does_not_overflow_either(written: Any, slope: Any, z: float) -> None:
    program = sg.compile_numpy(sg.derive(sg.mean(written)))
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        value, gradient = program.loss_and_gradient(w=z, x=[1.0])
    assert np.isfinite(value)
    assert gradient["w"] == slope(z)


def test_a_constant_gradient_is_a_number_of_its_own() -> None:
    program = sg.compile_numpy(sg.derive(w + sg.mean(x)))
    assert program.gradient(w=3, x=[1, 2]) == {"w": 1.0}


def test_fractions_stay_exact() -> None:
    program = sg.compile_numpy(sg.derive(sg.losses.mean_squared_error(w * x + b, y)))
    third = Fraction(1, 3)
    value, gradient = program.loss_and_gradient(w=1, b=1, x=[third, 2 * third], y=[Fraction(2), Fraction(3)])
    assert (value, gradient) == (Fraction(10, 9), {"w": Fraction(-10, 9), "b": Fraction(-2)})


def test_a_sum_over_a_mean_adds_it_once_for_each_sample() -> None:
    program = sg.compile_numpy(sg.derive(sg.total(sp.sqrt(sg.mean((w * x) ** 2)))))
    assert program.loss(w=3, x=[1, 1, 1, 1]) == 12


def test_a_number_is_not_written_as_a_name_that_has_its_value() -> None:
    p = sg.let("p", w + b)
    q = sg.let("q", sp.Piecewise((w, (w >= 3) & (b < -3)), (p, True)))
    program = sg.compile_numpy(sg.derive(sp.sign(sp.Min(q, w, b))))
    assert program.gradient(w=1, b=2) == {"w": 0, "b": 0}


def test_pickles() -> None:
    program = sg.compile_numpy(sg.derive(sg.losses.mean_squared_error(SCORE, y)))
    again = pickle.loads(pickle.dumps(program))
    assert again.source == program.source
    assert again.loss(w=4, b=1, x=[1, 2], y=[13, 23]) == 130.0


def test_tracebacks_show_the_generated_source() -> None:
    program = sg.compile_numpy(sg.derive(sg.losses.mean_squared_error(w * x + b, y)))
    with pytest.raises(TypeError) as caught:
        program.functions["loss"]("no", 1.0, np.ones(2), None)
    assert "L: Number = mean((w * x + b - y) ** 2)" in "".join(traceback.format_exception(caught.value))


def test_names_that_python_or_the_module_has_get_an_underscore() -> None:
    strength, np_ = sg.constants("lambda"), sg.parameters("np")
    program = sg.compile_numpy(sg.derive(strength * np_**2))
    assert program.arguments == ("np_", "lambda_")
    assert program.loss(np=3, lambda_=2) == 18.0
    assert program.gradient(**{"np": 3, "lambda": 2}) == {"np": 12.0}


def test_what_numpy_lacks_is_named() -> None:
    with pytest.raises(CompilationError, match=r"zeta\(w\)|airyai\(w\)"):
        sg.compile_numpy(sg.derive(sp.airyai(w)))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"w": 1, "x": [1], "y": [1]}, "'b'"),
        ({"w": 1, "b": 1, "q": 1, "x": [1], "y": [1]}, "'q'"),
        ({"w": 1, "b": 1, "x": [1, 2], "y": [1]}, "x has 2, y has 1"),
        ({"w": 1, "b": 1, "x": [], "y": []}, "'x' are empty"),
        ({"w": 1, "b": 1, "x": [1, np.nan], "y": [1, 2]}, "'x' hold nan at position 1"),
        ({"w": 1, "b": 1, "x": ["a"], "y": [1]}, "'x' are not numeric"),
        ({"w": 1, "b": 1, "x": [[1]], "y": [1]}, r"'x' have shape \(1, 1\)"),
        ({"w": [1, 2], "b": 1, "x": [1], "y": [1]}, "'w' needs one number"),
        ({"w": np.inf, "b": 1, "x": [1], "y": [1]}, "'w' is inf"),
        ({"w": 1j, "b": 1, "x": [1], "y": [1]}, "'w' needs one number"),
    ],
)
def test_bad_values_are_named(values: dict[str, Any], message: str) -> None:
    program = sg.compile_numpy(sg.derive(sg.losses.mean_squared_error(w * x + b, y)))
    with pytest.raises(DataError, match=message):
        program.loss(**values)


def test_fractions_become_floats_where_numpy_needs_them() -> None:
    program = sg.compile_numpy(sg.derive(sg.mean(sp.exp(w * x))))
    assert program.loss(w=Fraction(1, 2), x=[1, 1]) == program.loss(w=0.5, x=[1, 1])


def test_a_module_names_the_identities_by_which_it_differs_from_its_formulas() -> None:
    stated = sg.compile_numpy(sg.derive(sg.losses.binary_cross_entropy(PROBABILITY, y))).source
    assert "log σ(u) = −softplus(−u)" in stated.split('"""')[1]
    assert "identities" not in sg.compile_numpy(sg.derive(sg.losses.mean_squared_error(SCORE, y))).source


def test_what_only_scipy_has_tells_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(CompilationError, match="pip install scipy"):
        sg.compile_numpy(sg.derive(sp.gamma(w)))


def test_a_sum_over_samples_needs_data() -> None:
    with pytest.raises(CompilationError, match="contains no data"):
        sg.compile_numpy(sg.derive(sg.total(sp.cos(w))))
