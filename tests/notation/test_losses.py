"""Each loss of the catalogue equals its formula, written once more in plain NumPy."""

import numpy as np
import pytest

import symgd as sg

LABELS = np.array([1.0, -1.0, 1.0, -1.0, 1.0])
TARGETS = np.array([0.0, 1.0, 0.3, 0.9, 0.5])
SCORES = np.array([1.5, 0.5, -2.0, 3.0, 0.05])
PROBABILITIES = np.array([0.2, 0.7, 0.4, 0.99, 0.01])


def entropy(p, y):
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def huber(p, y):
    r = np.abs(p - y)
    return np.mean(np.where(r <= 1, r**2 / 2, r - 0.5))


# what it predicts, what it is compared with, the loss in NumPy
EXPECTED = {
    "mean_squared_error": (SCORES, TARGETS, lambda p, y: np.mean((p - y) ** 2)),
    "sum_squared_error": (SCORES, TARGETS, lambda p, y: np.sum((p - y) ** 2) / 2),
    "root_mean_squared_error": (SCORES, TARGETS, lambda p, y: np.linalg.norm(p - y) / np.sqrt(len(y))),
    "mean_absolute_error": (SCORES, TARGETS, lambda p, y: np.mean(np.abs(p - y))),
    "huber": (SCORES, TARGETS, huber),
    "log_cosh": (SCORES, TARGETS, lambda p, y: np.mean(np.log(np.cosh(p - y)))),
    "quantile": (SCORES, TARGETS, lambda p, y: np.mean(np.maximum((y - p) / 2, (p - y) / 2))),
    "epsilon_insensitive": (SCORES, TARGETS, lambda p, y: np.mean(np.maximum(0, np.abs(p - y) - 0.1))),
    "binary_cross_entropy": (PROBABILITIES, TARGETS, entropy),
    "binary_cross_entropy_with_logits": (SCORES, TARGETS, lambda z, y: entropy(1 / (1 + np.exp(-z)), y)),
    "logistic": (SCORES, LABELS, lambda z, y: np.mean(np.log(1 + np.exp(-y * z)))),
    "hinge": (SCORES, LABELS, lambda z, y: np.mean(np.maximum(0, 1 - y * z))),
    "squared_hinge": (SCORES, LABELS, lambda z, y: np.mean(np.maximum(0, 1 - y * z) ** 2)),
    "poisson": (SCORES, TARGETS, lambda z, y: np.mean(np.exp(z) - y * z)),
}


@pytest.mark.parametrize("name", sorted(set(sg.losses.__all__) - sg.losses.OF_VECTORS))
def test_equals_its_formula(name):
    w, (s, t) = sg.parameters("w"), sg.data("s t")
    if name in {"l1", "l2"}:
        program = sg.compile_numpy(sg.derive(getattr(sg.losses, name)(w, sg.parameters("b"))))
        assert program.loss(w=-3, b=2) == {"l1": 5.0, "l2": 13.0}[name]
        return
    scores, targets, formula = EXPECTED[name]
    program = sg.compile_numpy(sg.derive(getattr(sg.losses, name)(w * s, t)))
    assert program.loss(w=1, s=scores, t=targets) == pytest.approx(formula(scores, targets), rel=1e-13)


def test_settings_are_used():
    w, (s, t) = sg.parameters("w"), sg.data("s t")
    data = {"s": [3.0, -1.0], "t": [0.0, 0.0]}
    values = {
        sg.losses.huber(w * s, t, delta=2): (2 * (3 - 1) + 0.5) / 2,
        sg.losses.quantile(w * s, t, level=0.9): (0.1 * 3 + 0.9 * 1) / 2,
        sg.losses.epsilon_insensitive(w * s, t, epsilon=2): 0.5,
    }
    for loss, expected in values.items():
        assert sg.compile_numpy(sg.derive(loss)).loss(w=1, **data) == pytest.approx(expected)


def test_settings_may_be_constants():
    w, (s, t), delta = sg.parameters("w"), sg.data("s t"), sg.constants("delta")
    program = sg.compile_numpy(sg.derive(sg.losses.huber(w * s, t, delta=delta)))
    assert program.loss(w=1, s=[3.0], t=[0.0], delta=2) == 4.0


@pytest.mark.parametrize("name", sorted(set(sg.losses.__all__) - sg.losses.OF_VECTORS))
def test_docstring_has_formula_and_kinks(name):
    text = getattr(sg.losses, name).__doc__
    assert "Σ" in text
    assert "kink" in text.lower() or "No derivative" in text
