"""Every language has every word and every rule."""

import string
from importlib import import_module

import pytest

from symgd.derivation.rules import RULES
from symgd.errors import NotationError
from symgd.views.words import LANGUAGES, words_of

BESIDE_THE_TABLE = {"chain rule", "collect factors", "insert the definition", "insert the adjoint"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_a_name(language: str) -> None:
    assert set(words_of(language).rules) == {rule.name for rule in RULES} | BESIDE_THE_TABLE


def fields(text: str) -> set[str]:
    return {str(name) for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", ["WORDS", "RULES", "ABOUT"])
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
