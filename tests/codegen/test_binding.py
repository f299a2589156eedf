"""Values for arrays: what fits is brought into arrays, what does not is named with both shapes."""

from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

import symgd as sg
from symgd.codegen.binding import bind, bind_data, bind_values, exactly, sizes_of
from symgd.errors import DataError

from .problems import posed

x, y = sg.data("x", shape=("d",)), sg.data("y", shape=(3,))
t = sg.data("t", shape=("k",), sums_to_one=True)
W, u, c = sg.parameters("W", shape=("h", "d")), sg.parameters("u"), sg.constants("c", shape=("h", 1))
PROBLEM = posed(W * x * u * c)
LABELS = posed(t * u)


def values(**changed: Any) -> dict[str, Any]:
    given = {"W": np.ones((2, 3)), "u": 2, "c": np.ones((2, 1)), "x": np.ones((5, 3))}
    return {**given, **changed}


def test_sizes_are_bound_by_all_values_together() -> None:
    assert sizes_of(PROBLEM, bind(PROBLEM, values())) == {"h": 2, "d": 3, "n": 5}


def test_a_batch_of_one_is_a_batch() -> None:
    assert sizes_of(PROBLEM, bind(PROBLEM, values(x=[[1, 2, 3]])))["n"] == 1


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"W": np.ones((2, 4))}, r"d is 4 by W, of shape \(2, 4\), and 3 by x, of shape \(5, 3\)"),
        ({"c": np.ones((4, 1))}, r"h is 2 by W, of shape \(2, 3\), and 4 by c, of shape \(4, 1\)"),
        ({"W": np.ones(3)}, r"parameters: 'W' has shape \(3,\); its shape is \(h, d\)"),
        ({"c": np.ones((2, 2))}, r"constants: 'c' has shape \(2, 2\); its shape is \(h, 1\)"),
        (
            {"x": np.ones(3)},
            r"'x' have shape \(3,\); its shape is \(n, d\), the samples along the first axis",
        ),
        ({"x": np.ones((0, 3))}, "'x' are empty"),
        ({"x": np.ones((5, 0)), "W": np.ones((2, 0))}, "along d it is empty"),
        ({"W": [[1, 2, 3], [1, np.nan, 3]]}, r"'W' hold nan at position \(1, 1\)"),
        ({"x": [[1, 2, 3], [1, 2]]}, "sequences that differ"),
        ({"W": [["a", "b", "c"]] * 2}, "'W' are not numeric"),
        ({"u": [1, 2]}, "'u' needs one number"),
    ],
)
def test_what_does_not_fit_is_named(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        bind(PROBLEM, values(**changed))


def test_a_size_that_is_a_number_is_checked() -> None:
    with pytest.raises(DataError, match=r"'y' have shape \(5, 2\); its shape is \(n, 3\)"):
        bind_data(posed(y), {"y": np.ones((5, 2))})


def test_labels_sum_to_one() -> None:
    bind(LABELS, {"t": [[0, 1], [0.5, 0.5]], "u": 1})
    with pytest.raises(DataError, match=r"those of sample 1 sum to 0\.9"):
        bind(LABELS, {"t": [[0, 1], [0.5, 0.4]], "u": 1})


@pytest.mark.parametrize(
    "form",
    [
        np.asfortranarray,
        lambda a: np.repeat(a, 2, axis=1)[:, ::2],
        lambda a: a.astype(int),
        lambda a: a.tolist(),
        pd.DataFrame,
        lambda a: np.frombuffer(a.tobytes()).reshape(a.shape),
    ],
    ids=["Fortran order", "view", "integers", "lists", "dataframe", "read-only"],
)
def test_forms_of_arrays(form: Any) -> None:
    array = np.arange(15.0).reshape(5, 3)
    bound = bind(PROBLEM, values(x=form(array)))["x"]
    np.testing.assert_array_equal(bound, array)
    assert bound.dtype == np.float64


def test_a_column_of_lists() -> None:
    frame = pd.DataFrame({"x": [[1.0, 2.0, 3.0]] * 5})
    assert bind_data(posed(x), frame)["x"].shape == (5, 3)


def test_dtype_in_is_dtype_out() -> None:
    single = {"W": np.ones((2, 3), np.float32), "x": np.ones((5, 3), np.float32)}
    assert {v.dtype for v in bind(PROBLEM, values(**single, c=[[1], [1]])).values()} == {np.dtype(np.float32)}
    assert {v.dtype for v in bind(PROBLEM, values(**single)).values()} == {np.dtype(np.float64)}


def test_fractions_stay_exact_until_a_float_meets_them() -> None:
    half = Fraction(1, 2)
    assert bind_values([W], {"W": [[half, half]]}, "start")["W"][0, 0] == half
    assert exactly({"a": np.array([half]), "b": 0.25})["a"].dtype == np.float64
