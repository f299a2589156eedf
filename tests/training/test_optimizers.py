"""Each optimizer against implementations that share nothing with it: in plain NumPy, and PyTorch's."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.codegen.updates import update_function
from symgd.errors import OptimizerError
from symgd.notation.updates import GRADIENT, LEARNING_RATE, THETA, UpdateRule

from .conftest import b, fit, w, x, y

CATALOGUE = [name for name in sg.optimizers.__all__ if name != "Optimizer"]
INPUTS = np.array([-1.5, -0.5, 0.25, 1.0, 2.0])
TARGETS = np.array([0.9, 0.5, -0.3, -0.6, -0.95])
START = np.array([0.8, 0.6])
ITERATIONS = 200

Array = np.ndarray[Any, Any]
Memory = dict[str, Array]


def slope(theta: Array) -> Array:
    """The gradient of mean((tanh(w x + b) − y)²), by hand."""
    h = np.tanh(theta[0] * INPUTS + theta[1])
    each = 2 * (h - TARGETS) * (1 - h**2)
    return np.array([(each * INPUTS).mean(), each.mean()])


def gradient_descent(theta: Array, g: Array, _: Memory, __: int, learning_rate: float) -> Array:
    return theta - learning_rate * g


def momentum(theta: Array, g: Array, memory: Memory, _: int, learning_rate: float, momentum: float) -> Array:
    memory["b"] = momentum * memory["b"] + g if "b" in memory else g
    return theta - learning_rate * memory["b"]


def nesterov(theta: Array, g: Array, memory: Memory, _: int, learning_rate: float, momentum: float) -> Array:
    memory["b"] = momentum * memory["b"] + g if "b" in memory else g
    return theta - learning_rate * (g + momentum * memory["b"])


def ada_grad(theta: Array, g: Array, memory: Memory, _: int, learning_rate: float, epsilon: float) -> Array:
    memory["sum"] = memory.get("sum", 0) + g * g
    return theta - learning_rate * g / (memory["sum"] ** 0.5 + epsilon)


def rms_prop(
    theta: Array, g: Array, memory: Memory, _: int, learning_rate: float, decay: float, epsilon: float
) -> Array:
    memory["square"] = decay * memory.get("square", 0) + (1 - decay) * g * g
    return theta - learning_rate * g / (memory["square"] ** 0.5 + epsilon)


def adam(
    theta: Array,
    g: Array,
    memory: Memory,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Array:
    memory["m"] = beta1 * memory.get("m", 0) + (1 - beta1) * g
    memory["v"] = beta2 * memory.get("v", 0) + (1 - beta2) * g * g
    unbiased = memory["v"] / (1 - beta2**t)
    return theta - learning_rate / (1 - beta1**t) * memory["m"] / (unbiased**0.5 + epsilon)


def adam_w(
    theta: Array, g: Array, memory: Memory, t: int, learning_rate: float, *betas: float, weight_decay: float
) -> Array:
    return adam(theta * (1 - learning_rate * weight_decay), g, memory, t, learning_rate, *betas)


SETTINGS: dict[str, dict[str, float]] = {
    "GradientDescent": {"learning_rate": 0.3},
    "Momentum": {"learning_rate": 0.05, "momentum": 0.8},
    "Nesterov": {"learning_rate": 0.05, "momentum": 0.8},
    "AdaGrad": {"learning_rate": 0.2, "epsilon": 1e-3},
    "RMSProp": {"learning_rate": 0.02, "decay": 0.9, "epsilon": 1e-2},
    "Adam": {"learning_rate": 0.05, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-2},
    "AdamW": {"learning_rate": 0.05, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-2, "weight_decay": 0.2},
}
REFERENCES: dict[str, Callable[..., Array]] = {
    "GradientDescent": gradient_descent,
    "Momentum": momentum,
    "Nesterov": nesterov,
    "AdaGrad": ada_grad,
    "RMSProp": rms_prop,
    "Adam": adam,
    "AdamW": lambda *args: adam_w(*args[:-1], weight_decay=args[-1]),
}


def path(optimizer: Any) -> Array:
    """All states of 200 iterations."""
    run = fit(
        loss=sg.mean((sp.tanh(w * x + b) - y) ** 2),
        data={"x": INPUTS, "y": TARGETS},
        start={"w": START[0], "b": START[1]},
        optimizer=optimizer,
        iterations=ITERATIONS,
    )
    return np.stack([run.history["w"], run.history["b"]], axis=1)


@pytest.mark.parametrize("name", CATALOGUE)
@pytest.mark.parametrize("given", [True, False], ids=["settings", "defaults"])
def test_agrees_with_plain_numpy(name: str, given: bool) -> None:
    optimizer = getattr(sg.optimizers, name)(**(SETTINGS[name] if given else {}))
    settings = [getattr(optimizer, setting) for setting in SETTINGS[name]]
    memory: Memory = {}
    theta, states = START, [START]
    for t in range(1, ITERATIONS + 1):
        theta = REFERENCES[name](theta, slope(theta), memory, t, *settings)
        states.append(theta)
    np.testing.assert_allclose(path(optimizer), states, rtol=1e-9, atol=1e-12)


def in_torch(torch: Any, name: str, theta: Any) -> Any:
    optim, s = torch.optim, SETTINGS[name]
    rate, rest = s["learning_rate"], {"eps": s.get("epsilon")}
    makers = {
        "GradientDescent": lambda: optim.SGD([theta], lr=rate),
        "Momentum": lambda: optim.SGD([theta], lr=rate, momentum=s["momentum"]),
        "Nesterov": lambda: optim.SGD([theta], lr=rate, momentum=s["momentum"], nesterov=True),
        "AdaGrad": lambda: optim.Adagrad([theta], lr=rate, **rest),
        "RMSProp": lambda: optim.RMSprop([theta], lr=rate, alpha=s["decay"], **rest),
        "Adam": lambda: optim.Adam([theta], lr=rate, betas=(s["beta1"], s["beta2"]), **rest),
        "AdamW": lambda: optim.AdamW(
            [theta], lr=rate, betas=(s["beta1"], s["beta2"]), weight_decay=s["weight_decay"], **rest
        ),
    }
    return makers[name]()


@pytest.mark.parametrize("name", CATALOGUE)
def test_agrees_with_pytorch(name: str) -> None:
    torch = pytest.importorskip("torch")
    theta = torch.tensor(START, requires_grad=True)
    inputs, targets = torch.tensor(INPUTS), torch.tensor(TARGETS)
    optimizer, states = in_torch(torch, name, theta), [START]
    for _ in range(ITERATIONS):
        optimizer.zero_grad()
        ((torch.tanh(theta[0] * inputs + theta[1]) - targets) ** 2).mean().backward()
        optimizer.step()
        states.append(theta.detach().numpy().copy())
    np.testing.assert_allclose(
        path(getattr(sg.optimizers, name)(**SETTINGS[name])), states, rtol=1e-9, atol=1e-12
    )


@pytest.mark.parametrize("name", CATALOGUE)
def test_defaults_are_those_of_pytorch(name: str) -> None:
    torch = pytest.importorskip("torch")
    group = (
        in_torch(torch, name, torch.zeros(1, requires_grad=True))
        .__class__([torch.zeros(1, requires_grad=True)])
        .defaults
    )
    optimizer = getattr(sg.optimizers, name)()
    ours = {"lr": "learning_rate", "eps": "epsilon", "alpha": "decay", "weight_decay": "weight_decay"}
    for theirs, mine in ours.items():
        if hasattr(optimizer, mine):
            assert getattr(optimizer, mine) == group[theirs]
    if hasattr(optimizer, "beta1"):
        assert (optimizer.beta1, optimizer.beta2) == group["betas"]


@pytest.mark.parametrize("name", CATALOGUE)
def test_rule_tells_all(name: str) -> None:
    optimizer = getattr(sg.optimizers, name)()
    rule = optimizer.rule
    assert isinstance(rule, UpdateRule)
    assert rule.source
    assert rule.source.split(" (")[0].split(",")[0] in getattr(sg.optimizers, name).__doc__
    computed = {target for target, _ in rule.equations}
    used = {symbol for _, value in rule.equations for symbol in value.free_symbols}
    assert set(rule.states) <= computed
    assert set(rule.settings) <= used
    assert "def update(theta: Any, g: Any" in update_function(rule).replace("(\n    ", "(")


def test_states_and_settings_have_names_of_their_own() -> None:
    for name in CATALOGUE:
        for schedule in (sg.schedules.Step(), sg.schedules.Cosine(), sg.schedules.InverseTime()):
            rule = getattr(sg.optimizers, name)(schedule).rule
            names = [symbol.name for symbol in (*rule.states, *rule.settings)]
            assert len(set(names)) == len(names)
            assert not set(names) & {"theta", "g", "t", "eta"}


POSITIVE = [0, -0.1, float("nan"), float("inf"), "0.1", None, True, 1j]
PROPER = [-0.1, 1, 1.5, float("nan"), "0.9", None]
NOT_NEGATIVE = [-1e-8, float("nan"), float("inf"), None]
BAD = {
    "learning_rate": POSITIVE,
    "momentum": PROPER,
    "decay": PROPER,
    "beta1": PROPER,
    "beta2": PROPER,
    "epsilon": NOT_NEGATIVE,
    "weight_decay": NOT_NEGATIVE,
}


@pytest.mark.parametrize(
    ("name", "setting", "value"),
    [(name, setting, value) for name in CATALOGUE for setting in SETTINGS[name] for value in BAD[setting]],
)
def test_bad_settings(name: str, setting: str, value: Any) -> None:
    with pytest.raises(OptimizerError) as error:
        getattr(sg.optimizers, name)(**{setting: value})
    assert f"{name}({setting}={value!r})" in str(error.value)
    assert "must be a" in str(error.value)


def test_limits_of_settings_are_allowed() -> None:
    assert sg.optimizers.Momentum(1, momentum=0).momentum == 0
    assert sg.optimizers.AdamW(weight_decay=0, epsilon=0, beta1=0).rule.settings


def test_no_setting_but_the_learning_rate_is_a_schedule() -> None:
    with pytest.raises(OptimizerError, match="momentum"):
        sg.optimizers.Momentum(momentum=sg.schedules.Constant(0.5))


def test_a_rule_of_ones_own() -> None:
    class Signs:
        rule = UpdateRule(
            "Signs", ((THETA, THETA - LEARNING_RATE * sp.sign(GRADIENT)),), (), {LEARNING_RATE: 0.5}
        )

    run = sg.train((w - 3) ** 2, start={"w": 0}, optimizer=Signs(), iterations=4)
    assert run.history["w"].tolist() == [0, 0.5, 1, 1.5, 2]
