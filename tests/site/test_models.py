"""The pages of models, read from the HTML as it was built; their facts, against other ways to the same end."""

import re
import runpy
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from helpers.shown import Shown

pytestmark = pytest.mark.xdist_group("site")

SCRIPTS = sorted((Path(__file__).parents[2] / "docs" / "models").glob("*.py"))
FIGURES = {"linear_regression": 2, "logistic_regression": 2, "softmax_regression": 2}
FIGURES |= {"two_layer_net": 4, "matrix_factorisation": 2, "principal_components": 3}


def page(site: Path, name: str) -> Path:
    return site / "en" / "models" / name.replace("_", "-") / "index.html"


def facts(site: Path, name: str) -> dict[str, float]:
    """The numbers that a page tells after its run, by their names."""
    html = unescape(page(site, name).read_text(encoding="utf-8").partition('id="what-came-out"')[2])
    pairs = re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", html)
    return {key: float(re.sub("[,%]", "", value.replace("−", "-"))) for key, value in pairs}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_page_shows_text_derivation_run_figures_and_script(site: Path, script: Path) -> None:
    html = page(site, script.stem).read_text(encoding="utf-8")
    headings = re.findall(r'<h2 id="(?:sg-)?([\w-]+)"', html)
    assert headings == ["statement", "derivation", "code", "check", "run", "what-came-out", "the-script"]
    assert html.count('class="sg-svg"') == FIGURES[script.stem]
    alternatives = re.findall(r"<desc[^>]*>([^<]*)</desc>", html)
    assert all(re.search(r"\d", told) for told in alternatives)
    assert f"docs/models/{script.name}" in html
    shown = Shown(page(site, script.stem))
    assert "What to look for." in shown.text
    verdicts = [row[-1] for row in shown.rows if row[-1] in {"correct", "wrong", "inconclusive", "kink"}]
    assert set(verdicts) == {"correct"}


def test_linear_regression_is_the_solution_of_least_squares(site: Path) -> None:
    model = runpy.run_path(str(SCRIPTS[0].with_name("linear_regression.py")))
    run, columns = model["run"], np.column_stack([model["X"], np.ones(442)])
    solution = np.linalg.lstsq(columns, model["progress"])[0]
    assert run.status.converged
    assert np.append(run.parameters["w"], run.parameters["b"]) == pytest.approx(solution, abs=1e-6)
    assert facts(site, "linear_regression")["Largest difference from numpy.linalg.lstsq"] < 1e-6


def test_logistic_regression_is_that_of_another_library(site: Path) -> None:
    told = facts(site, "logistic_regression")
    assert told["Largest difference from scikit-learn's weights"] < 1e-4
    assert told["Held-out patients judged rightly"] > 95


def test_softmax_regression_names_irises(site: Path) -> None:
    assert facts(site, "softmax_regression")["Held-out flowers named rightly"] > 90


def test_the_net_reads_digits(site: Path) -> None:
    assert facts(site, "two_layer_net")["Held-out images read rightly"] >= 96
    html = page(site, "two_layer_net").read_text(encoding="utf-8")
    assert html.count("data:image/png;base64,") == 2
    counts = [
        row[1:] for row in Shown(page(site, "two_layer_net")).rows if len(row) == 11 and row[0].isdigit()
    ]
    confusion = np.array([[0 if cell == "·" else int(cell) for cell in row] for row in counts])
    assert confusion.shape == (10, 10)
    assert confusion.sum() == 360
    assert confusion.trace() / 360 >= 0.96


def test_factorisation_tells_hidden_ratings_better_than_means(site: Path) -> None:
    told = facts(site, "matrix_factorisation")
    means = (told["Error of the mean of all instead"], told["Error of each film's mean instead"])
    assert told["Error on the hidden ratings"] < 0.7 * min(means)


def test_principal_components_span_the_plane_of_the_singular_vectors(site: Path) -> None:
    model = runpy.run_path(str(SCRIPTS[0].with_name("principal_components.py")))
    basis, _ = np.linalg.qr(model["run"].parameters["V"])
    vectors = np.linalg.svd(model["X"])[2][:2]
    # The cosines of the angles between the planes.
    cosines = np.linalg.svd(vectors @ basis, compute_uv=False)
    assert np.sqrt(1 - cosines.min() ** 2) < 1e-3
    assert (
        facts(site, "principal_components")["Sine of the angle to the plane of the singular vectors"] < 1e-3
    )


def test_the_tutorial_leads_on_to_the_net(site: Path) -> None:
    for language, link in (("en", '"../../models/two-layer-net/"'), ("ko", "en/models/two-layer-net/")):
        assert link in (site / language / "tutorial" / "net" / "index.html").read_text(encoding="utf-8")
