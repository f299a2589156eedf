"""Whatever cannot be trained is refused with a message that names it and says what to do."""

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import sympy as sp

import symgd as sg
from symgd.errors import DataError, NotationError, OptimizerError, SymgdError, TrainingError

from .conftest import DATA, b, fit, w, x, y

GOOD = DATA["x"]
MISSING: Any = object()

BAD_DATA = [
    (None, ["'x', 'y'"]),
    ({"x": GOOD}, ["'y'", "needed are x, y"]),
    ({"x": GOOD, "y": GOOD, "z": GOOD}, ["'z'", "x, y"]),
    ({"x": GOOD, "y": GOOD[:-1]}, ["x has 5", "y has 4", "one value of each per sample"]),
    ({"x": [], "y": []}, ["'x'", "empty", "at least one sample"]),
    ({"x": [1, 2, float("nan")], "y": [1, 2, 3]}, ["'x'", "nan", "position 2", "remove or fill"]),
    ({"x": [1, 2, 3], "y": [1, float("inf"), 3]}, ["'y'", "inf", "position 1"]),
    ({"x": [1, None, 3], "y": [1, 2, 3]}, ["'x'", "nan", "position 1"]),
    ({"x": ["a", "b"], "y": [1, 2]}, ["'x'", "not numeric"]),
    ({"x": [1, "b"], "y": [1, 2]}, ["'x'", "not numeric"]),
    ({"x": [1 + 2j, 2], "y": [1, 2]}, ["'x'", "not numeric", "complex"]),
    ({"x": [object(), 2], "y": [1, 2]}, ["'x'", "not numeric"]),
    ({"x": np.array(["2020-01-01"], "datetime64[D]"), "y": [1]}, ["'x'", "not numeric"]),
    ({"x": [[1, 2], [3]], "y": [1, 2]}, ["'x'", "one number per sample"]),
    ({"x": np.ones((5, 1)), "y": GOOD}, ["'x'", "(5, 1)", "x.ravel()"]),
    ({"x": 3, "y": 4}, ["'x'", "shape ()"]),
    ([GOOD, GOOD], ["mapping or a dataframe", "list"]),
    (pd.DataFrame({"x": GOOD, "Y": GOOD}), ["'y'"]),
    (pd.DataFrame({"x": GOOD, "y": [1, 2, None, 4, 5]}), ["'y'", "nan", "position 2"]),
    (pl.DataFrame({"x": GOOD, "y": list("abcde")}), ["'y'", "not numeric"]),
]
BAD_STARTS = [
    (None, ["start is not given", 'start={"w": 0, "b": 0}']),
    ({"w": 1}, ["start", "'b'", "needed are w, b"]),
    ({}, ["start", "'w', 'b'"]),
    ({"w": 1, "b": 2, "c": 3}, ["start", "'c'", "w, b"]),
    ({"w": 1, b: 2, x: 3}, ["start", "'x'"]),
    ({"w": float("nan"), "b": 1}, ["start", "'w'", "nan", "finite"]),
    ({"w": 1, "b": float("-inf")}, ["start", "'b'", "-inf"]),
    ({"w": "4", "b": 1}, ["start", "'w'", "one number", "'4'"]),
    ({"w": 1j, "b": 1}, ["start", "'w'", "one number"]),
    ({"w": [1, 2], "b": 1}, ["start", "'w'", "one number"]),
    ({"w": None, "b": 1}, ["start", "'w'", "None"]),
    ({"w": 10**400, "b": 1}, ["start", "'w'"]),
    ([4, 1], ["start", "mapping", "[4, 1]"]),
]
BAD_PLANS = [
    ({"iterations": MISSING}, ["neither iterations nor epochs", "iterations=1000"]),
    ({"epochs": 2, "iterations": 2}, ["both iterations and epochs"]),
    ({"iterations": 0}, ["iterations is 0", "1 or more"]),
    ({"iterations": -5}, ["iterations is -5"]),
    ({"iterations": 2.5}, ["iterations is 2.5", "whole number"]),
    ({"iterations": "10"}, ["iterations is '10'"]),
    ({"iterations": True}, ["iterations is True"]),
    ({"epochs": 0}, ["epochs is 0"]),
    ({"epochs": float("nan")}, ["epochs is nan"]),
    ({"batch_size": 6}, ["batch_size=6", "5 samples", "5 at most"]),
    ({"batch_size": 0}, ["batch_size is 0", "1 to 5"]),
    ({"batch_size": 1.5}, ["batch_size is 1.5"]),
    ({"shuffle": True}, ["shuffle=True", "batch_size"]),
    ({"shuffle": True, "batch_size": 2, "seed": -1}, ["seed is -1", "0 or more"]),
    ({"shuffle": True, "batch_size": 2, "seed": "a"}, ["seed is 'a'"]),
    ({"gradient_tolerance": -1}, ["gradient_tolerance is -1", "0 or more"]),
    ({"gradient_tolerance": float("nan")}, ["gradient_tolerance is nan"]),
    ({"loss_tolerance": "small"}, ["loss_tolerance is 'small'"]),
    ({"loss": w**2, "data": None, "start": {"w": 1}, "batch_size": 1}, ["no data", "batch_size"]),
]
BAD_OPTIMIZERS = [
    (None, ["optimizer is not given", "GradientDescent(learning_rate=0.01)"]),
    (0.01, ["optimizer=0.01", "GradientDescent(learning_rate=0.01)"]),
    ("adam", ["optimizer='adam'"]),
    (sg.optimizers.Adam, ["Adam", "is not an optimizer"]),
]


def refused(kind: type[SymgdError], words: list[str], **changes: Any) -> None:
    if changes.get("iterations") is MISSING:
        changes["iterations"] = None
    with pytest.raises(kind) as error:
        fit(**changes)
    assert not [word for word in words if word not in str(error.value)]


@pytest.mark.parametrize(("data", "words"), BAD_DATA)
def test_data(data: Any, words: list[str]) -> None:
    refused(DataError, words, data=data)


@pytest.mark.parametrize(("start", "words"), BAD_STARTS)
def test_start(start: Any, words: list[str]) -> None:
    refused(DataError, words, start=start)


@pytest.mark.parametrize(("changes", "words"), BAD_PLANS)
def test_iterations_batches_tolerances(changes: dict[str, Any], words: list[str]) -> None:
    refused(TrainingError, words, **changes)


@pytest.mark.parametrize(("optimizer", "words"), BAD_OPTIMIZERS)
def test_optimizer(optimizer: Any, words: list[str]) -> None:
    refused(OptimizerError, words, optimizer=optimizer)


def test_constants() -> None:
    penalized = sg.losses.mean_squared_error(w * x + b, y) + sg.constants("c") * sg.losses.l2(w)
    refused(DataError, ["constants", "'c'"], loss=penalized)
    refused(DataError, ["constants", "'c'", "nan"], loss=penalized, constants={"c": float("nan")})
    refused(DataError, ["constants", "'d'"], constants={"d": 1})


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        ((w * x - y) ** 2, ["one value per sample", "sg.mean"]),
        (sg.mean((w * x - sp.Symbol("q")) ** 2), ["q", "neither a parameter nor data nor a constant"]),
        (sg.mean(x), ["no parameter"]),
        (sg.mean(w * x) + sg.constants("w"), ["'w'", "two things"]),
        (sg.parameters("loss") ** 2, ["'loss'", "rename"]),
    ],
)
def test_loss(loss: Any, words: list[str]) -> None:
    refused(NotationError, words, loss=loss)
