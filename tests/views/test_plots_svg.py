"""Plots as SVG: the same bytes each time, alone on no page, with words for those who do not see them."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure

from symgd.views import plots
from symgd.views.words import words_of

PROGRAM = """
import symgd as sg
from symgd.views import plots
x, y = sg.data("x y")
w, b = sg.parameters("w b")
loss = sg.losses.mean_squared_error(w * x + b, y)
rate = sg.optimizers.GradientDescent(0.01)
run = sg.train(loss, {"x": [1, 2, 3], "y": [13, 23, 33]}, {"w": 4, "b": 1}, rate, iterations=50)
print(*(plot.svg() for plot in plots.plots_for(run)), sep="")
"""


def keys(run: Any) -> list[str]:
    return [plot.key for plot in plots.plots_for(run)]


def test_the_plots_that_fit(line: Any, parabola: Any) -> None:
    assert keys(line) == ["data_and_lines", "loss_curve", "parameter_paths", "contours", "residuals"]
    assert keys(parabola) == ["function_and_points", "loss_curve", "parameter_paths"]


def test_alternatives_tell_the_figures(line: Any, parabola: Any) -> None:
    told = {plot.key: plot.alt for run in (line, parabola) for plot in plots.plots_for(run)}
    told |= {f"line {plot.key}": plot.alt for plot in plots.plots_for(line)}
    assert told["line loss_curve"] == (
        "Loss against iteration: from 472 at the start to 0.000602872 after 501 iterations."
    )
    assert "5 samples of y against x" in told["data_and_lines"]
    assert "w = 4, b = 1" in told["data_and_lines"]
    assert "from w = 4, b = 1, where the loss is 472, to w = 10.0159" in told["contours"]
    assert "w from 4 to 10.0159, b from 1 to 2.94" in told["line parameter_paths"]
    assert told["function_and_points"].startswith("The function (w − 1)²/10 with the 101 points visited")
    assert "from −0.0416 to 0.0222" in told["residuals"]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_each_plot_says_what_it_shows(line: Any, language: str) -> None:
    words = words_of(language)
    for plot in plots.plots_for(line, words):
        root = ElementTree.fromstring(plot.svg("sg-"))
        named = {element.get("id"): element.text for element in root}
        assert root.get("role") == "img"
        assert [named[name] for name in root.get("aria-labelledby", "").split()] == [plot.caption, plot.alt]
        assert plot.caption == words(plot.key)


def test_two_plots_share_a_page(line: Any, parabola: Any) -> None:
    page = "".join(
        plot.svg(f"{n}-") for n, run in enumerate((line, line, parabola)) for plot in plots.plots_for(run)
    )
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) > 20
    referred = re.findall(r'(?:href="#|url\(#)([^")]+)', page)
    assert set(referred) <= set(ids)


def test_nothing_leaks_into_the_page_or_out_of_it(line: Any, parabola: Any) -> None:
    for plot in [*plots.plots_for(line), *plots.plots_for(parabola)]:
        svg = plot.svg()
        for word in ("<script", "<style", "style=", "<!", "<?", "<metadata", "font-family", "#000000", " on"):
            assert word not in svg.replace(plot.alt, "").replace(plot.caption, "")
        assert re.findall(r"https?://[^\"]+", svg) == ["http://www.w3.org/2000/svg"]
        assert "currentColor" in svg
        assert not {"width", "height"} & ElementTree.fromstring(svg).attrib.keys()


def test_lines_know_the_code_that_computes_them(line: Any) -> None:
    marked = {plot.key: set(re.findall(r'data-term="(\w+)"', plot.svg())) for plot in plots.plots_for(line)}
    assert marked == {
        "data_and_lines": {"y_hat"},
        "loss_curve": {"L"},
        "parameter_paths": {"w", "b"},
        "contours": set(),
        "residuals": {"residual"},
    }


def test_the_same_bytes_in_each_process_whatever_the_settings(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text(
        "axes.facecolor: black\ntext.color: white\nfont.size: 20\nbackend: svg\n"
    )
    settings = ({"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2", "MATPLOTLIBRC": str(tmp_path)})
    first, second = (
        subprocess.run(
            [sys.executable, "-c", PROGRAM], env={**os.environ, **changed}, capture_output=True, check=True
        ).stdout
        for changed in settings
    )
    assert first == second
    assert first.count(b"<svg") == 5


def test_long_runs_stay_small(noisy: Any) -> None:
    assert noisy.iterations == 100_000
    assert max(len(plot.svg()) for plot in plots.plots_for(noisy)) < 50_000


def test_korean_text_stays_text(line: Any) -> None:
    words = words_of("ko")
    drawing = {plot.key: plot.svg() for plot in plots.plots_for(line, words)}
    assert ">반복 횟수</text>" in drawing["loss_curve"]
    assert ">갱신 전</text>" in drawing["data_and_lines"]


def test_text_is_escaped_and_powers_are_raised() -> None:
    figure = Figure()
    figure.add_subplot().set(xlabel="10⁻⁴ < x", ylabel='a & "b"')
    root = ElementTree.fromstring(plots.inline_svg(figure, "<i>", "a & b", "p-"))
    texts = ["".join(text.itertext()) for text in root.iter() if text.tag.endswith("}text")]
    assert "10−4 < x" in texts
    assert 'a & "b"' in texts
    assert [element.text for element in root][:2] == ["<i>", "a & b"]


def test_a_diverging_run_is_drawn(diverging: Any) -> None:
    numbers = [
        abs(float(number))
        for plot in plots.plots_for(diverging)
        for path in re.findall(r' d="([^"]+)"', plot.svg())
        for number in re.findall(r"-?[\d.]+", path)
    ]
    assert np.isfinite(numbers).all()
    assert max(numbers) < 1000
