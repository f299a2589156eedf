"""A page shows the code that computed its run: what the interpreter or Numba was given, seen from outside."""

import inspect
import re
import sys
from types import CodeType, FrameType
from typing import Any

import numpy as np
import pytest
from helpers.partitioned import pieces
from helpers.runs import Y_HAT, w, y

import symgd as sg
from symgd.training import engine as engines
from symgd.training.loops import kernels
from symgd.training.partitions import rows as row_partitions
from symgd.views.gallery.losses import loss_entries
from symgd.views.gallery.optimizers import optimizer_entries
from symgd.views.page import Page

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=40)
POINTS = {"x": X, "y": 3 * X + 1 + 0.1 * RANDOM.normal(size=40)}
LOSS = sg.mean((Y_HAT - y) ** 2)


def fit(data: Any = POINTS, **settings: Any) -> sg.Run:
    given = {"optimizer": sg.optimizers.Momentum(0.05), "iterations": 5, **settings}
    return sg.train(LOSS, data, {"w": 4.0, "b": 1.0}, **given)


def called(function: str, **settings: Any) -> tuple[sg.Run, set[str]]:
    """A run, and the texts of *function*, of generated modules, that was called in the course of it."""
    codes: set[CodeType] = set()

    def notice(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_name == function:
            codes.add(frame.f_code)

    sys.setprofile(notice)
    try:
        run = fit(**settings)
    finally:
        sys.setprofile(None)
    return run, {inspect.getsource(code) for code in codes if code.co_filename.startswith("<symgd ")}


def listings(page: Page) -> list[str]:
    """The Python that a page lists."""
    return re.findall(r"```python\n(.*?\n)```", page.markdown(), re.DOTALL)


def words(page: Page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.html()).split())


def test_arrays_are_the_one_listing() -> None:
    run, [source] = called("loss_and_gradient", engine="arrays")
    assert listings(sg.page(run)) == [run.program.source]
    assert source in run.program.source
    assert called("mean", engine="arrays")[1] == {inspect.getsource(run.program.functions["mean"])}
    assert "The NumPy that ran." in words(sg.page(run))
    assert "Computed with NumPy arrays." in words(sg.page(run))
    assert "계산 방식은 NumPy 배열입니다." in words(sg.page(run, language="ko"))


def test_moments_are_derived_and_their_code_is_listed() -> None:
    run, [source] = called("loss_and_gradient", engine="moments")
    numpy, ran = listings(sg.page(run))
    assert numpy == run.program.source
    assert source in ran
    assert "R_x" in source
    told = words(sg.page(run))
    for said in (
        "The data enter only through these sums",
        "multiply out",
        "Its function update ran",
    ):
        assert said in told
    assert run.derivation.moments.latex() in sg.page(run).markdown()
    assert f"Computed with moments of the data: {run.engine.reason}" in told
    assert "표본 40개 대신 숫자 3행이" in words(sg.page(run, language="ko"))
    # The update that changed the parameters is that of the NumPy form.
    [update] = called("update", engine="moments")[1]
    assert update in run.program.source


def test_each_step_to_the_moments_has_the_mark_of_its_check() -> None:
    run = fit(engine="moments")
    html = sg.page(run, prefix="a-").html()
    for number, step in enumerate(run.derivation.moments.steps, 1):
        line = html[html.index(f'id="a-by-moments-{number}"') :]
        mark = re.search(r'class="sg-mark"[^>]*>([^<]*)<', line)
        assert mark
        assert mark[1] == ("✓✓" if step.evidence.exact else "✓")


def test_sums_of_partitions_are_listed() -> None:
    data = pieces(POINTS, 25)
    run, [source] = called("sum_1", data=data, engine="arrays")
    numpy, ran = listings(sg.page(run))
    assert numpy == run.program.source
    assert source in ran
    [combined] = called("loss_and_gradient", data=data, engine="arrays")[1]
    assert combined in ran
    assert "each function of a sum ran for each partition" in words(sg.page(run))
    assert "묶음 하나하나에 대해" in words(sg.page(run, language="ko"))


def test_batches_of_partitions_ran_the_numpy_form() -> None:
    run, sources = called("loss_and_gradient", data=pieces(POINTS, 25), batch_size=5)
    assert listings(sg.page(run)) == [run.program.source]
    assert any(source in run.program.source for source in sources)
    assert "in each iteration on a batch of one partition" in words(sg.page(run))


def test_large_arrays_ran_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_partitions, "LARGE", 100)
    run, [source] = called("sum_1", engine="arrays")
    numpy, ran = listings(sg.page(run))
    assert numpy == run.program.source
    assert source in ran
    [combined] = called("loss_and_gradient", engine="arrays")[1]
    assert combined in ran
    assert "ran for each block of samples" in words(sg.page(run))
    assert "조금씩 나눈 표본에" in words(sg.page(run, language="ko"))
    small, sources = called("loss_and_gradient", engine="arrays", batch_size=5)
    assert listings(sg.page(small)) == [run.program.source]
    assert any(source in run.program.source for source in sources)


@pytest.mark.parametrize("settings", [{}, {"batch_size": 1}, {"batch_size": 8, "shuffle": True, "seed": 1}])
def test_loops_are_listed(monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any]) -> None:
    pytest.importorskip("numba")
    given, compiled = [], kernels.compiled
    monkeypatch.setattr(kernels, "compiled", lambda *module: given.append(module[0]) or compiled(*module))
    run = fit(engine="loops", **settings)
    page = sg.page(run)
    assert listings(page) == [run.program.source, *set(given)]
    assert "the iterations ran in the loops below" in words(page)
    assert "Computed with compiled loops." in words(page)
    assert "반복은 아래의 반복문이 실행했습니다" in words(sg.page(run, language="ko"))
    assert '<details class="sg-more">' in page.html()


@pytest.mark.parametrize("settings", [{}, {"batch_size": 2, "shuffle": True, "seed": 1}])
def test_plain_python_is_listed(settings: dict[str, Any]) -> None:
    few = {"data": {name: column[:5] for name, column in POINTS.items()}, "iterations": 300, **settings}
    page = sg.page(called("update", **few)[0])
    numpy, ran = listings(page)
    for function in ("loss_and_gradient", "update"):
        run, sources = called(function, **few)
        assert numpy == run.program.source
        assert any(source in ran for source in sources)
        # Over all data, smaller batches are judged by arrays.
        assert all(source in ran or ("batch_size" in settings and source in numpy) for source in sources)
    assert "the iterations ran in the plain Python below" in words(page)
    assert "Computed with plain Python: for up to 16 samples at a time" in words(page)
    assert "순수 파이썬" in words(sg.page(run, language="ko"))


def test_why_an_engine_was_chosen_stands_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    run = fit()
    assert "Computed with NumPy arrays: 5 iterations over 80 numbers are done before" in words(sg.page(run))
    assert "숫자 80개를 5번 읽는 일은" in words(sg.page(run, language="ko"))
    monkeypatch.setattr(engines, "WORTH", 100)
    assert "Computed with moments of the data: 40 samples" in words(sg.page(fit()))


def test_a_derivation_alone_has_one_listing_and_no_moments() -> None:
    page = sg.page(sg.derive(LOSS))
    assert len(listings(page)) == 1
    assert "only through these sums" not in words(page)


def test_a_parameter_may_be_called_as_a_part_of_the_page() -> None:
    moments, by = sg.parameters("moments by")
    run = sg.train(
        sg.mean((moments * w + by - y) ** 2),
        {"y": POINTS["y"]},
        {"moments": 1.0, "by": 0.0, "w": 1.0},
        sg.optimizers.GradientDescent(0.01),
        iterations=2,
        engine="moments",
    )
    ids = re.findall(r' id="([^"]+)"', sg.page(run, show=("derivation", "code")).html())
    assert len(set(ids)) == len(ids)


def test_the_gallery_is_the_same_on_each_machine() -> None:
    [first, *_] = loss_entries()
    [optimizer, *_] = optimizer_entries()
    assert {str(entry.subject().engine) for entry in (first, optimizer)} == {"arrays: as asked for."}
