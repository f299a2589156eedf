"""The progress bar: on long runs, in a terminal, or when asked for."""

import sys
from typing import Any

import pytest
import tqdm

from symgd.training import progress
from symgd.training.progress import Progress

from .conftest import fit


class Bar:
    """Stands for tqdm's bar."""

    made: list["Bar"]

    def __init__(self, total: int, **_: Any) -> None:
        self.total, self.n, self.closed = total, 0, False
        Bar.made.append(self)

    def update(self, count: int) -> None:
        self.n += count

    def close(self) -> None:
        self.closed = True


@pytest.fixture(autouse=True)
def bars(monkeypatch: pytest.MonkeyPatch) -> list[Bar]:
    Bar.made = []
    monkeypatch.setattr(tqdm, "tqdm", Bar)
    return Bar.made


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)


def run_for(monkeypatch: pytest.MonkeyPatch, wanted: bool | None, total: int, seconds_each: float) -> None:
    """All iterations, each of which takes some time by a clock of our own."""
    clock = iter(seconds_each * k for k in range(total + 2))
    monkeypatch.setattr(progress, "monotonic", lambda: next(clock))
    with Progress(total, wanted) as shown:
        for done in range(1, total + 1):
            shown.advance(done)


@pytest.mark.usefixtures("terminal")
def test_long_runs_in_a_terminal(monkeypatch: pytest.MonkeyPatch, bars: list[Bar]) -> None:
    run_for(monkeypatch, None, total=40, seconds_each=0.25)
    [bar] = bars
    assert (bar.total, bar.n, bar.closed) == (40, 40, True)


@pytest.mark.usefixtures("terminal")
def test_not_on_short_runs(monkeypatch: pytest.MonkeyPatch, bars: list[Bar]) -> None:
    run_for(monkeypatch, None, total=60, seconds_each=0.03)
    assert not bars


def test_not_off_a_terminal(monkeypatch: pytest.MonkeyPatch, bars: list[Bar]) -> None:
    run_for(monkeypatch, None, total=40, seconds_each=0.25)
    monkeypatch.setattr(sys, "stderr", None)
    run_for(monkeypatch, None, total=40, seconds_each=0.25)
    assert not bars


@pytest.mark.usefixtures("terminal")
def test_never_if_unwanted(monkeypatch: pytest.MonkeyPatch, bars: list[Bar]) -> None:
    run_for(monkeypatch, False, total=40, seconds_each=0.25)
    assert not bars


def test_always_if_wanted(monkeypatch: pytest.MonkeyPatch, bars: list[Bar]) -> None:
    run_for(monkeypatch, True, total=5, seconds_each=0.01)
    assert [bar.total for bar in bars] == [5]


def test_it_is_closed_by_ctrl_c(bars: list[Bar], monkeypatch: pytest.MonkeyPatch) -> None:
    update = Bar.update

    def interrupted(bar: Bar, count: int) -> None:
        update(bar, count)
        raise KeyboardInterrupt

    monkeypatch.setattr(Bar, "update", interrupted)
    run = fit(iterations=50, progress=True)
    assert run.iterations == 1
    assert bars[0].closed


def test_training_shows_it(bars: list[Bar]) -> None:
    fit(iterations=50, progress=True)
    fit(iterations=50)
    assert [bar.total for bar in bars] == [50]
