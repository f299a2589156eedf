"""Plots show the numbers of the runs that they are made of."""

from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from helpers.runs import Y_HAT, b, descend, w, x, y
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.testing import assert_allclose, assert_array_equal

import symgd as sg
from symgd.errors import NotationError
from symgd.views import plots
from symgd.views.plots.model import model_of
from symgd.views.plots.surface import levels
from symgd.views.plots.thinning import MOST, kept
from symgd.views.words import words_of

Draw = Callable[..., Axes]


def drawn(ax: Axes, label: str) -> Any:
    """The coordinates of the line of this label."""
    [line] = [line for line in ax.lines if line.get_label() == label]
    return np.array(line.get_data())


@pytest.fixture
def subjects(line: Any, parabola: Any, rates: Any, check: Any) -> list[tuple[Draw, Any]]:
    fitted = [plots.data_and_lines, plots.residuals, plots.contours, plots.loss_curve, plots.parameter_paths]
    others = [
        (plots.function_and_points, parabola),
        (plots.learning_rates, rates),
        (plots.differences, check),
    ]
    curves = (plots.loss_curves, {str(run.optimizer.learning_rate): run for run in rates})
    return [*((draw, line) for draw in fitted), *others, curves]


def test_axes_are_used_and_returned_and_nothing_global_changes(subjects: Any) -> None:
    settings, open_figures = dict(mpl.rcParams), plt.get_fignums()
    for draw, subject in subjects:
        given = Figure().add_subplot()
        assert draw(subject, ax=given) is given
        assert given.lines
        assert isinstance(draw(subject), Axes)
    assert dict(mpl.rcParams) == settings
    assert plt.get_fignums() == open_figures


@pytest.mark.parametrize("language", ["en", "ko"])
def test_axes_are_labelled_in_the_language(subjects: Any, language: str) -> None:
    words = words_of(language)
    for draw, subject in subjects:
        ax = draw(subject, words=words)
        assert ax.get_xlabel()
        assert ax.get_ylabel()
    assert plots.loss_curve(subjects[0][1], words=words).get_xlabel() == words("iteration")


def test_lines_differ_by_more_than_colour(rates: Any) -> None:
    ax = plots.loss_curves({str(run.optimizer.learning_rate): run for run in rates})
    assert len({line.get_marker() for line in ax.lines}) == len(rates)
    assert len({line.get_linestyle() for line in ax.lines[:4]}) == 4


def test_loss_curve(line: Any) -> None:
    ax = plots.loss_curve(line)
    assert_array_equal(drawn(ax, "_"), [range(502), line.history["loss"]])
    assert ax.get_yscale() == "log"
    steady = descend((w - 1) ** 2 + 1, {"w": 2}, 0.1, iterations=5)
    assert plots.loss_curve(steady).get_yscale() == "linear"


def test_loss_of_batches_stands_beside_the_loss_over_all_data(batches: Any) -> None:
    ax = plots.loss_curve(batches)
    assert_array_equal(drawn(ax, "loss on the next batch")[1], batches.history["loss"])
    assert_allclose(drawn(ax, "loss on all data")[1], [batches.loss_over_data(k) for k in range(11)])


def test_a_loss_that_reaches_0_shows_it_below_the_powers_of_ten(rates: Any) -> None:
    at_once = plots.loss_curves({str(run.optimizer.learning_rate): run for run in rates})
    assert at_once.get_yscale() == "symlog"
    assert [tick.get_text() for tick in at_once.get_yticklabels()] == ["0", "1", "10", "10²"]


def test_parameter_paths(line: Any, noisy: Any) -> None:
    ax = plots.parameter_paths(line)
    assert_array_equal(drawn(ax, "w")[1], line.history["w"])
    assert_array_equal(drawn(ax, "b")[1], line.history["b"])
    many = drawn(plots.parameter_paths(noisy), "w")
    assert many.shape[1] <= MOST + 2
    assert_array_equal(many[1], noisy.history["w"][many[0].astype(int)])


def test_a_run_that_changes_all_at_once_has_a_logarithmic_axis_of_iterations() -> None:
    hasty = descend((w - 1) ** 2, {"w": 10}, 0.1, iterations=20_000)
    assert plots.parameter_paths(hasty).get_xscale() == "symlog"
    assert_array_equal(drawn(plots.parameter_paths(hasty), "w")[0][:60], range(60))


def test_data_and_lines(line: Any) -> None:
    ax = plots.data_and_lines(line)
    assert_array_equal(drawn(ax, "target"), [line.data["x"], line.data["y"]])
    assert_allclose(drawn(ax, "before")[1], 4 * drawn(ax, "before")[0] + 1)
    assert_allclose(drawn(ax, "after")[1], line.evaluate(Y_HAT, x=drawn(ax, "after")[0]))
    on_the_way = [drawn(ax, "in between")[1][-1], *(done.get_ydata()[-1] for done in ax.lines[3:5])]
    assert 21 < on_the_way[0] < on_the_way[1] < on_the_way[2] < 53
    assert ax.get_ylabel() == "y, ŷ"


def test_one_update_as_a_picture(batches: Any) -> None:
    ax = plots.data_and_lines(batches, states=(4, 5))
    for label, state in (("before", 4), ("after", 5)):
        along, heights = drawn(ax, label)
        assert_allclose(heights, batches.history["w"][state] * along + batches.history["b"][state])
    assert [done.get_label() for done in ax.lines] == ["target", "before", "after"]


def test_residuals(line: Any) -> None:
    points = plots.residuals(line).lines[-1].get_data()
    assert_array_equal(points, [line.data["x"], line.evaluate(Y_HAT, **line.data) - line.data["y"]])


def test_residuals_of_a_model_of_two_data_symbols_are_drawn_against_the_prediction() -> None:
    z = sg.data("z")
    data = {"x": [1, 2, 3], "z": [1, 0, 1], "y": [3, 4, 7]}
    run = descend(sg.mean((w * x + b * z - y) ** 2), {"w": 0, "b": 0}, 0.1, data=data, iterations=5)
    predicted = run.evaluate(w * x + b * z, **data)
    assert_allclose(plots.residuals(run).lines[-1].get_data(), [predicted, predicted - data["y"]])
    with pytest.raises(NotationError, match="one data symbol"):
        plots.data_and_lines(run)


def test_function_and_points(parabola: Any) -> None:
    ax = plots.function_and_points(parabola)
    visited, heights = drawn(ax, "points visited")
    assert_array_equal(visited, parabola.history["w"])
    assert_allclose(heights, (visited - 1) ** 2 / 10)
    places, curve = ax.lines[0].get_data()
    assert places[0] < 1 < 10 < places[-1]
    assert_allclose(curve, (places - 1) ** 2 / 10)
    assert ax.get_ylabel() == "(w − 1)²/10"


def test_learning_rates(rates: Any, parabola: Any) -> None:
    ax = plots.learning_rates(rates)
    for rate, last in ((0.01, 2.45121842), (0.1, 0.32212255), (0.5, 0.0), (1.0, 3.0), (1.1, 18.57520927)):
        path, heights = drawn(ax, f"η = {rate}")
        assert path[-1] == pytest.approx(last, abs=1e-8)
        assert_allclose(heights, path**2)
    assert ax.get_xlim()[0] < -3 < 3 < ax.get_xlim()[1] < 18
    with pytest.raises(NotationError, match="same loss"):
        plots.learning_rates([rates[0], parabola])


def test_contours(line: Any) -> None:
    ax = plots.contours(line)
    assert_array_equal(drawn(ax, "path"), [line.history["w"], line.history["b"]])
    [filled] = [found for found in ax.collections if hasattr(found, "levels")]
    assert len(filled.levels) == 11
    low, high = ax.get_xlim(), ax.get_ylim()
    corners = [line.program.loss(w=p, b=q, x=line.data["x"], y=line.data["y"]) for p in low for q in high]
    assert filled.levels[-1] == pytest.approx(max(corners))
    assert_allclose(filled.levels, levels(np.array([filled.levels[0], max(corners)])))


def test_differences_are_v_shaped(check: Any) -> None:
    ax = plots.differences(check)
    spacings, errors = drawn(ax, "∂L/∂w")
    found = check.parameters["w"]
    shown = found.errors > 0
    assert_array_equal(spacings, found.sweep.spacings[shown])
    assert_array_equal(errors, found.errors[shown])
    assert errors.min() < 1e-3 * min(errors[0], errors[-1])
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")


def test_a_diverging_run_shows_its_beginning(diverging: Any) -> None:
    assert plots.loss_curve(diverging).get_ylim()[1] > 1e307
    assert 2 < len(drawn(plots.parameter_paths(diverging), "w")[0]) < 50
    assert len(drawn(plots.contours(diverging), "path")[0]) < 50
    assert plots.data_and_lines(diverging).get_ylim()[1] < 1000
    assert "residuals" not in [plot.key for plot in plots.plots_for(diverging)]


def test_a_plot_that_does_not_fit_says_so(line: Any, parabola: Any) -> None:
    with pytest.raises(NotationError, match="two parameters"):
        plots.contours(parabola)
    with pytest.raises(NotationError, match="one parameter alone"):
        plots.function_and_points(line)
    with pytest.raises(NotationError, match="does not compare"):
        plots.residuals(parabola)


def test_thinning_keeps_ends_and_extremes() -> None:
    curve = np.sin(np.linspace(0, 2000, 100_000))
    curve[[31_415, 92_653]] = 5, -5
    found = kept(curve)
    assert len(found) <= MOST + 2
    assert {0, 31_415, 92_653, 99_999} <= set(found.tolist())


@pytest.mark.parametrize(
    ("loss", "prediction"),
    [
        (sg.mean((y - Y_HAT) ** 2), Y_HAT),
        (sg.losses.huber(Y_HAT, y), Y_HAT),
        (sg.losses.quantile(Y_HAT, y), Y_HAT),
        (sg.losses.root_mean_squared_error(w * x + b, y), w * x + b),
        (sg.mean(sg.let("r", Y_HAT - y) ** 2), Y_HAT),
        (sg.losses.binary_cross_entropy(Y_HAT, y), Y_HAT),
        (sg.mean((x + b - y) ** 2), x + b),
        (sg.losses.hinge(Y_HAT, y), None),
        (sg.mean((w - x) ** 2), None),
        ((w - 1) ** 2, None),
    ],
)
def test_the_prediction_of_a_loss_is_found(loss: Any, prediction: Any) -> None:
    model = model_of(sg.derive(loss).problem)
    assert (model and model.prediction) == prediction
    assert model is None or model.target == y
