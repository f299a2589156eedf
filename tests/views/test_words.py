"""Every language has every word and every rule."""

import re
import string
from importlib import import_module

import pytest
from helpers.runs import LINE, Y_HAT, descend, w, x, y

import symgd as sg
from symgd.derivation.moments import NoMoments
from symgd.derivation.rules import RULES
from symgd.errors import NotationError
from symgd.views.words import LANGUAGES, words_of

BESIDE_THE_TABLE = {
    "chain rule",
    "collapse the delta",
    "collect factors",
    "constant factors out of the sums",
    "insert the adjoint",
    "insert the definition",
    "multiply out",
    "name the sums over the data",
    "the labels sum to one",
    "the same sums from fewer rows",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_a_name(language: str) -> None:
    assert set(words_of(language).rules) == {rule.name for rule in RULES} | BESIDE_THE_TABLE


def fields(text: str) -> set[str]:
    return {str(name) for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", ["WORDS", "RULES", "ABOUT", "TOLD", "TABLES"])
def test_languages_have_the_same_entries_with_the_same_places(language: str, table: str) -> None:
    english, other = (
        getattr(import_module(f"symgd.views.languages.{code}"), table) for code in ("en", language)
    )
    assert {key: fields(text) for key, text in other.items()} == {
        key: fields(text) for key, text in english.items()
    }


def test_a_missing_language_is_named_with_those_there_are() -> None:
    with pytest.raises(NotationError, match=r"'xx'; there are en, ko"):
        words_of("xx")


def test_a_reason_names_the_intermediates_it_goes_by() -> None:
    assert words_of("en").reason("constant factor, definition", ["ŷ"]) == "constant factor, definition of ŷ"
    assert words_of("ko").reason("definition", ["ŷ"]) == "ŷ의 정의"


def test_a_run_is_told_in_the_readers_language() -> None:
    run = descend(w**2, {"w": 3}, 1.1, iterations=5000)
    said = words_of("ko").tell(run.status.told)
    assert re.sub("[^가-힣 ]", "", said).startswith("번 반복 후 발산했습니다")
    assert "2/λ = 1" in said
    assert words_of("en").tell(run.status.told) == "D" + str(run.status)[1:]


def test_tables_of_a_page_have_the_words_of_its_language() -> None:
    run = descend(sg.mean((Y_HAT - y) ** 2), {"w": 4, "b": 1}, 0.01, data=LINE, iterations=2)
    page = sg.page(run, language="ko").markdown()
    assert "| k | w | b | 손실 |" in page
    assert "| 유도한 값 | 수치 미분 | 오차 | 상대 오차 | 간격 | 차수 | 복소 스텝 | 판정 |" in page
    [verdicts] = {line.split(" | ")[-1] for line in page.splitlines() if line.startswith(("| w |", "| b |"))}
    assert verdicts == "맞음 |"
    assert "2번 반복 완료" in page


def test_why_a_run_was_computed_so_is_told_in_the_readers_language() -> None:
    arguments = {"data": LINE, "iterations": 2, "batch_size": 2}
    run = descend(sg.mean((Y_HAT - y) ** 2), {"w": 4, "b": 1}, 0.01, **arguments)
    assert str(run.engine) == "arrays: each batch would have moments of its own."
    assert words_of("ko").say(run.engine.told) == "배치마다 모멘트가 다릅니다."


def test_a_loss_without_moments_is_told_in_the_readers_language() -> None:
    moments = sg.derive(sg.mean(sg.tanh(w * x))).moments
    assert isinstance(moments, NoMoments)
    assert str(moments) == "w and data stand together inside tanh(w xᵢ), which is no polynomial."
    assert words_of("ko").say(moments.told) == "tanh(w xᵢ): 데이터가 함께 있고, w에 대한 다항식이 아닙니다."
