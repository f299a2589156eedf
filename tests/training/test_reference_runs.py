"""The figures of five published introductions to gradient descent."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import symgd as sg

from .conftest import b, w, x, y

LINE_TABLE = """\
0 5.4400 1.4000 472.000000
50 10.0732 2.7358 0.012791
100 10.0618 2.7770 0.009116
150 10.0522 2.8117 0.006497
200 10.0440 2.8410 0.004631
250 10.0372 2.8658 0.003300
300 10.0314 2.8867 0.002352
350 10.0265 2.9044 0.001677
400 10.0224 2.9193 0.001195
450 10.0189 2.9318 0.000852
500 10.0159 2.9424 0.000607"""

# x, loss, ∂ℓ/∂w, ∂ℓ/∂b, w after, b after
BY_HAND = [
    line.split()
    for line in """\
-2 9 -12 6 11/5 2/5
-1 16/25 8/5 -8/5 51/25 14/25
0 1296/625 0 -72/25 51/25 106/125
1 69696/15625 -528/125 -528/125 1539/625 794/625
2 1272384/390625 -4512/625 -2256/625 9951/3125 5098/3125
-2 5308416/9765625 9216/3125 -4608/3125 45147/15625 27794/15625
-1 2985984/244140625 3456/15625 -3456/15625 224007/78125 140698/78125
0 241864704/6103515625 0 -31104/78125 224007/78125 719042/390625
1 13006946304/152587890625 -228096/390625 -228096/390625 5714223/1953125 3709258/1953125
2 237457391616/3814697265625 -1949184/1953125 -974592/1953125 29545707/9765625 19033586/9765625""".splitlines()
]


def test_line_through_five_points(line: sg.Run) -> None:
    head, rule, *rows = str(line.table(every=50)).splitlines()
    assert head.split() == ["k", "w", "b", "loss"]
    assert set(rule) == {"─"}
    assert [row.split() for row in rows] == [row.split() for row in LINE_TABLE.splitlines()]


def test_line_predicts() -> None:
    at_the_end = sg.train(
        sg.losses.mean_squared_error(w * x + b, y),
        data={"x": [1, 2], "y": [13, 23]},
        start={"w": 10, "b": 3},
        optimizer=sg.optimizers.GradientDescent(0.01),
        iterations=1,
    )
    assert at_the_end.evaluate(w * x + b, x=7) == 73


def test_quadratic() -> None:
    run = sg.train(
        (w - 1) ** 2 / 10,
        start={"w": 10},
        optimizer=sg.optimizers.GradientDescent(learning_rate=1),
        iterations=100,
    )
    assert f"{run.parameters['w']:.10f}" == "1.0000000018"
    assert run.history["w"] == pytest.approx(1 + 9 * 0.8 ** np.arange(101))


def test_noisy_line_one_sample_at_a_time() -> None:
    generator = np.random.default_rng(1)
    inputs, noise = generator.standard_normal((2, 100))
    targets = 2 * inputs + 1 + 0.3 * noise
    run = sg.train(
        sg.losses.mean_squared_error(w * x + b, y),
        data={"x": inputs, "y": targets},
        start={"w": -2, "b": -1},
        optimizer=sg.optimizers.GradientDescent(learning_rate=0.001),
        epochs=1000,
        batch_size=1,
    )
    assert run.iterations == 100_000
    assert len(run.history["w"]) == 100_001
    slope, intercept = np.polyfit(inputs, targets, 1)
    assert run.parameters["w"] == pytest.approx(slope, abs=0.01)
    assert run.parameters["b"] == pytest.approx(intercept, abs=0.01)


def test_root_mean_squared_error() -> None:
    run = sg.train(
        sg.losses.root_mean_squared_error(w * x + b, y),
        data={"x": [2, 4, 6, 8], "y": [81, 93, 91, 97]},
        start={"w": 8.06901302, "b": 80.69013021},
        optimizer=sg.optimizers.GradientDescent(learning_rate=0.1),
        iterations=20_000,
    )
    assert run.parameters["w"] == pytest.approx(2.3, abs=1e-6)
    assert run.parameters["b"] == pytest.approx(79.0, abs=1e-6)
    assert f"{run.history['loss'][-1]:.5f}" == "2.88097"


@pytest.mark.parametrize(
    ("learning_rate", "end"),
    [(0.01, 2.45121842), (0.1, 0.32212255), (0.5, 0.0), (1.0, 3.0), (1.1, 18.57520927)],
)
def test_parabola(learning_rate: float, end: float) -> None:
    optimizer = sg.optimizers.GradientDescent(learning_rate)
    run = sg.train(w**2, start={"w": 3}, optimizer=optimizer, iterations=10)
    assert run.parameters["w"] == pytest.approx(end, abs=5e-9)
    if learning_rate == 0.5:
        assert run.history["w"][1] == 0
    if learning_rate == 1.0:
        assert run.history["w"].tolist() == [3.0, -3.0] * 5 + [3.0]


def by_hand(learning_rate: Any) -> sg.Run:
    return sg.train(
        sg.total((w * x + b - y) ** 2),
        data={"x": [-2, -1, 0, 1, 2], "y": [-4, -1, 2, 5, 8]},
        start={"w": 1, "b": 1},
        optimizer=sg.optimizers.GradientDescent(learning_rate),
        epochs=2,
        batch_size=1,
    )


def test_by_hand_in_fractions() -> None:
    run = by_hand(Fraction(1, 10))
    assert [str(loss) for loss in run.history["loss"][:-1]] == [row[1] for row in BY_HAND]
    assert [str(value) for value in run.history["w"][1:]] == [row[4] for row in BY_HAND]
    assert [str(value) for value in run.history["b"][1:]] == [row[5] for row in BY_HAND]
    assert run.parameters == {"w": Fraction(29545707, 9765625), "b": Fraction(19033586, 9765625)}


def test_by_hand_slopes() -> None:
    run = by_hand(Fraction(1, 10))
    for k, (sample, _, slope_w, slope_b, *_) in enumerate(BY_HAND):
        before = {name: run.history[name][k] for name in ("w", "b")}
        slopes = run.program.gradient(**before, x=[int(sample)], y=[3 * int(sample) + 2])
        assert slopes == {"w": Fraction(slope_w), "b": Fraction(slope_b)}


def test_by_hand_in_floats() -> None:
    run = by_hand(0.1)
    columns = {"loss": (slice(-1), 1), "w": (slice(1, None), 4), "b": (slice(1, None), 5)}
    for name, (states, position) in columns.items():
        expected = [float(Fraction(row[position])) for row in BY_HAND]
        assert run.history[name][states] == pytest.approx(expected, abs=1e-12)
