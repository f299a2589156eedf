"""What the five reference runs say beside training: losses by hand, numerical differentiation, kinks, divergence.

The figures of the training runs themselves are in ``training/test_reference_runs.py``.
"""

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.checking import differences

x, y, t = sg.data("x y t")
w, b, a = sg.parameters("w b a")
LINE = w * x + b
DOCS = Path(__file__).parent.parent / "docs"


def descend(loss: Any, start: float, learning_rate: Any, iterations: int) -> sg.Run:
    optimizer = sg.optimizers.GradientDescent(learning_rate)
    return sg.train(loss, start={"w": start}, optimizer=optimizer, iterations=iterations)


@pytest.mark.parametrize(("prediction", "loss"), [("1.1", "479.61"), ("11", "144"), ("23", "0")])
def test_squared_error_by_hand(prediction: str, loss: str) -> None:
    program = sg.compile_numpy(sg.derive(sg.losses.mean_squared_error(w * x, y)))
    assert program.loss(w=Fraction(prediction), x=[1], y=[23]) == Fraction(loss)


def test_gradient_at_the_start_of_the_line() -> None:
    program = sg.compile_numpy(sg.derive(sg.losses.mean_squared_error(LINE, y)))
    assert program.gradient(w=4, b=1, x=[1, 2, 3, 4, 5], y=[13, 23, 33, 43, 53]) == {"w": -144, "b": -40}


def test_sum_of_squared_errors() -> None:
    loss = sg.losses.sum_squared_error(LINE, y)
    program = sg.compile_numpy(sg.derive(loss))
    assert program.loss(w=1, b=0, x=[1, 2, 3], y=[2, 4, 6]) == 7
    assert program.gradient(w=1, b=0, x=[1, 2, 3], y=[2, 4, 6]) == {"w": -14, "b": -6}


def test_cross_entropy() -> None:
    program = sg.compile_numpy(sg.derive(-sg.total(t * sp.log(w * x))))
    targets, outputs = [0.0, 1.0, 0.0], [0.1, 0.6, 0.3]
    assert program.loss(w=1, x=outputs, t=targets) == pytest.approx(-np.log(0.6), rel=1e-15)
    assert program.gradient(w=1, x=outputs, t=targets)["w"] == pytest.approx(-1, rel=1e-15)


def test_numerical_and_analytic_differentiation() -> None:
    derivation = sg.derive(a**2 + b**2)
    program = sg.compile_numpy(derivation)

    def f(a: float, b: float) -> Any:
        return program.loss(a=a, b=b)

    assert differences.central(f, (3, 4), spacing=1e-4) == (6.00000000000378, 7.999999999999119)
    assert program.gradient(a=3, b=4) == {"a": 6, "b": 8}
    check = sg.check_gradient(derivation, at={"a": 3, "b": 4})
    assert check.verdict == "correct"
    assert [each.derived for each in check.parameters.values()] == [6, 8]


def test_path_down_a_parabola() -> None:
    run = descend((w - 1) ** 2 / 10, start=10, learning_rate=1, iterations=100)
    assert run.history["w"] == pytest.approx(1 + 9 * 0.8 ** np.arange(101), abs=1e-12)


def test_the_sign_of_the_slope_points_away_from_the_minimum() -> None:
    program = sg.compile_numpy(sg.derive((w - 1) ** 2 / 10))
    signs = [np.sign(program.gradient(w=value)["w"]) for value in (-3, 1, 10)]
    assert signs == [-1, 0, 1]


def test_without_a_small_enough_learning_rate_the_value_blows_up() -> None:
    run = descend((w - 1) ** 2, start=10, learning_rate=1.5, iterations=10_000)
    assert "diverged" in str(run.status)
    assert "λ = 2" in str(run.status)
    assert "2/λ = 1" in str(run.status)
    assert abs(run.history["w"][20] - 1) == 9 * 2**20


def outlying() -> tuple[Any, Any]:
    """Ten points on y = 2 x + 1, the last one lifted far off."""
    inputs = np.arange(10.0)
    return inputs, 2 * inputs + 1 + 40 * (inputs == 9)


@pytest.mark.parametrize(
    ("loss", "learning_rate", "feels"),
    [(sg.losses.mean_squared_error, 0.02, True), (sg.losses.mean_absolute_error, 0.001, False)],
)
def test_outlier(loss: Any, learning_rate: float, feels: bool) -> None:
    inputs, targets = outlying()
    run = sg.train(
        loss(LINE, y),
        data={"x": inputs, "y": targets},
        start={"w": 0, "b": 0},
        optimizer=sg.optimizers.GradientDescent(learning_rate),
        iterations=20_000,
    )
    assert (abs(run.parameters["w"] - 2) > 1) is feels


def test_absolute_error_has_a_kink() -> None:
    loss = sg.losses.mean_absolute_error(w * x, y)
    check = sg.check_gradient(loss, at={"w": 2}, data={"x": [1], "y": [2]})
    assert check.verdict == "inconclusive"
    assert check.parameters["w"].reason == "kink"
    assert check.parameters["w"].one_sided == (-1, 1)


def test_slopes_of_one_squared_residual() -> None:
    derivation = sg.derive(sg.mean((LINE - y) ** 2))
    program = sg.compile_numpy(derivation)
    # 2 x (ŷ − y) and 2 (ŷ − y), with a = −2, b = −1 at x = 3, y = 7
    assert program.gradient(w=-2, b=-1, x=[3], y=[7]) == {"w": -84, "b": -28}


def test_slopes_as_written_by_hand() -> None:
    """∂ℓ/∂w = 2x²w + 2bx − 2xy and ∂ℓ/∂b = 2wx + 2b − 2y are the derivatives of one sample's loss."""
    by_hand = {
        "w": sg.total(2 * x**2 * w + 2 * b * x - 2 * x * y),
        "b": sg.total(2 * w * x + 2 * b - 2 * y),
    }
    derivation = sg.derive(sg.total((LINE - y) ** 2))
    at, data = {"w": 1, "b": 1}, {"x": [-2, -1, 0, 1, 2], "y": [-4, -1, 2, 5, 8]}
    assert sg.check_gradient(derivation, at=at, data=data, gradient=by_hand).verdict == "correct"
    for name, slope in by_hand.items():
        factor, total = derivation.gradient[name].args
        assert sp.expand(factor * total.function - slope.function) == 0


@pytest.mark.parametrize("seed", range(3))
def test_root_mean_squared_error_from_any_start(seed: int) -> None:
    """a starts uniform in [0, 10], b uniform in [0, 100]."""
    generator = np.random.default_rng(seed)
    run = sg.train(
        sg.losses.root_mean_squared_error(LINE, y),
        data={"x": [2, 4, 6, 8], "y": [81, 93, 91, 97]},
        start={"w": generator.uniform(0, 10), "b": generator.uniform(0, 100)},
        optimizer=sg.optimizers.GradientDescent(0.1),
        iterations=20_000,
    )
    assert run.parameters["w"] == pytest.approx(2.3, abs=1e-6)
    assert run.parameters["b"] == pytest.approx(79, abs=1e-6)
    assert round(run.history["loss"][-1], 5) == 2.88097


@pytest.mark.parametrize("learning_rate", ["0.01", "0.1", "0.5", "1", "1.1"])
def test_parabola_by_formula(learning_rate: str) -> None:
    """x² multiplies x by 1 − 2η in each iteration."""
    exact = Fraction(learning_rate)
    path = descend(w**2, start=3, learning_rate=exact, iterations=10).history["w"]
    assert list(path) == [3 * (1 - 2 * exact) ** k for k in range(11)]
    floats = descend(w**2, start=3, learning_rate=float(exact), iterations=10).history["w"]
    assert floats == pytest.approx([float(value) for value in path], abs=1e-12)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_samples_of_the_noisy_line_are_made_as_the_page_says(language: str) -> None:
    generator = np.random.default_rng(1)
    inputs, noise = generator.standard_normal((2, 100))
    samples = np.column_stack([inputs, 2 * inputs + 1 + 0.3 * noise]).round(4)
    path = DOCS / language / "data" / "noisy-line.csv"
    assert np.loadtxt(path, delimiter=",", skiprows=1).tolist() == samples.tolist()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_table_of_fractions_on_the_page(language: str) -> None:
    points = {"x": [-2, -1, 0, 1, 2], "y": [-4, -1, 2, 5, 8]}
    run = sg.train(
        sg.total((LINE - y) ** 2),
        data=points,
        start={"w": 1, "b": 1},
        optimizer=sg.optimizers.GradientDescent(Fraction(1, 10)),
        epochs=2,
        batch_size=1,
    )
    rows = []
    for k in range(10):
        before = {name: run.history[name][k] for name in ("w", "b")}
        sample = {name: [values[k % 5]] for name, values in points.items()}
        slopes = run.program.gradient(**before, **sample).values()
        after = [run.history[name][k + 1] for name in ("w", "b")]
        rows.append([k // 5, *sample["x"], run.history["loss"][k], *slopes, *after])
    table = "\n".join("| " + " | ".join(map(str, row)) + " |" for row in rows).replace("-", "−")
    assert table in (DOCS / language / "runs" / "r5.md").read_text(encoding="utf-8")
