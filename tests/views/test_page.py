"""A saved page: one file that has all it needs."""

import re
from pathlib import Path

import pytest
from helpers.outside import Requests, outside_requests

import symgd as sg
from symgd.views.katex_fonts import fonts_used


@pytest.fixture(scope="module", params=["en", "ko"])
def saved(request: pytest.FixtureRequest, line: sg.Run, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("saved") / "line.html"
    sg.page(line, language=request.param).save(path)
    return Path(path).read_text(encoding="utf-8")


def test_it_carries_every_font_that_its_formulas_use(saved: str) -> None:
    carried = re.findall(r"@font-face\{font-family:(\w+);", saved)
    body = saved[saved.index("<body") :]
    assert carried == [name.partition("-")[0] for name in fonts_used(body)]
    assert "KaTeX_Size2" in carried  # the sum signs of formulas on their own lines


def test_it_asks_for_nothing(saved: str) -> None:
    assert outside_requests(saved) == []
    assert [address for address in Requests(saved).found if not address.startswith(("#", "data:"))] == []


def test_it_shows_statement_derivation_code_check_and_run(saved: str) -> None:
    text = re.sub(r"<[^>]+>", "", saved)
    for shown in ("dL_dw: Number = 2 * mean(x * residual)", "= 5.44", "−144.000000", "0.000607"):
        assert shown in text
    assert saved.count("<svg") == 5


def test_it_is_the_same_whenever_it_is_made(saved: str, line: sg.Run) -> None:
    language = re.search(r'<html lang="(\w+)"', saved)
    assert language
    assert sg.page(line, language=language[1]).html() == saved
