"""What is wrong with data in partitions is named with the place where it stands."""

import numpy as np
import pytest
import sympy as sp
from helpers.partitioned import DATA, LINE, LINE_START, fit, of, pieces, stored, w, x

import symgd as sg
from symgd.training.partitions import rows as row_partitions


def changed(number, **columns):
    given = pieces(of(LINE), 200, 200)
    given[number] |= columns
    return given


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (changed(1, x=np.ones((200, 2))), r"partition 1, whose first sample is 200: the data 'x' have shape"),
        (changed(2, x=[], y=[]), r"partition 2, whose first sample is 400: the data 'x' are empty"),
        (changed(1, y=[1, np.nan] * 100), r"partition 1, .*: the data 'y' hold nan at position 1"),
        (changed(2, y=np.ones(3)), r"partition 2, .*: the data differ in length: x has 200, y has 3"),
        (changed(0, y=["a"] * 200), r"partition 0, .*: the data 'y' are not numeric"),
        (changed(1, q=np.ones(200)), r"partition 1, .*: data: 'q' is not one of x, y"),
        ([{"x": [1.0]}], r"partition 0, .*: data: no value for 'y'"),
        ([1, 2], r"partition 0, .*: data must be a mapping or a dataframe, not int"),
        ([], r"the data have no partitions"),
        ("text", r"data must be a mapping or a dataframe, not str"),
    ],
)
def test_bad_data_are_named_with_their_partition(data, message):
    with pytest.raises(sg.errors.DataError, match=message):
        fit(LINE, data, LINE_START)


def test_samples_of_all_partitions_have_one_shape():
    d, u = sg.data("d", shape=("m",)), sg.parameters("u", shape=("m",))
    data = [{"d": np.ones((4, 2))}, {"d": np.ones((4, 3))}]
    with pytest.raises(sg.errors.DataError, match=r"'d' has shape \(3,\); in partition 0 it is \(2,\)"):
        fit(sg.mean(sg.dot(u, d) ** 2), data, {"u": np.zeros(2)})


def test_bad_files_are_named(tmp_path, monkeypatch):
    monkeypatch.setattr(row_partitions, "LARGE", 1000)
    files = {name: stored(tmp_path, name, DATA[name]) for name in ("x", "y")}
    with pytest.raises(sg.errors.DataError, match="x has 600, y has 599"):
        fit(LINE, files | {"y": DATA["y"][:-1]}, LINE_START)
    with pytest.raises(sg.errors.DataError, match="'y' have shape"):
        fit(LINE, files | {"y": 3.0}, LINE_START)
    with pytest.raises(sg.errors.DataError, match="no value for 'y'"):
        fit(LINE, {"x": files["x"]}, LINE_START)


class Shrinking:
    """Partitions of which there are fewer each time."""

    def __init__(self, given):
        self.given = given

    def __iter__(self):
        yield from self.given
        self.given = self.given[:-1]


def test_partitions_that_change_are_found():
    with pytest.raises(sg.errors.DataError, match="hold 400 samples now, and held 600"):
        fit(LINE, Shrinking(pieces(of(LINE), 200, 200)), LINE_START)


def test_the_cause_of_a_loss_without_value_is_found_in_its_partition():
    loss = sg.mean(sp.log(w * x))
    data = [{"x": [1.0, 2.0]}, {"x": [3.0, -4.0]}]
    with pytest.raises(sg.errors.DataError, match=r"start: the loss has no value there: .*x = -4"):
        fit(loss, data, {"w": 1.0})


def test_a_run_that_diverges_says_so_as_in_memory():
    rate = sg.optimizers.GradientDescent(5.0)
    run, other = (
        fit(LINE, data, LINE_START, optimizer=rate, iterations=900)
        for data in (pieces(of(LINE), 70), of(LINE))
    )
    assert run.status.outcome == other.status.outcome
    assert run.iterations == other.iterations
