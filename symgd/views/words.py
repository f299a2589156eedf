"""The words of a page in the reader's language."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

from symgd.errors import NotationError
from symgd.notation.telling import Told, say
from symgd.views import languages

LANGUAGES = tuple(sorted(module.name for module in pkgutil.iter_modules(languages.__path__)))


@dataclass(frozen=True)
class Words:
    """The catalogue of one language: words and sentences, names of rules, and rules that go by a name.

    *sentences* tell of a run (:mod:`symgd.notation.telling`), *tables* has the words that stand in tables.
    """

    language: str
    words: Mapping[str, str]
    rules: Mapping[str, str]
    about: Mapping[str, str]
    sentences: Mapping[str, str]
    tables: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The word or sentence of *key*, with *values* in their places."""
        return self.words[key].format(**values)

    def say(self, what: Told) -> str:
        """What a run says."""
        return say(what, self.sentences)

    def tell(self, what: Told) -> str:
        """The same as a sentence that begins a paragraph."""
        said = self.say(what)
        return said[:1].upper() + said[1:]

    def in_table(self, cell: str) -> str:
        """A word of a table; what is no word stays as it is."""
        return self.tables.get(cell, cell)

    def reason(self, rules: str, names: Sequence[str]) -> str:
        """The names of the rules of a line; *names* are those of the intermediates that it goes by."""
        return ", ".join(self._reason(rule, names) for rule in rules.split(", "))

    def _reason(self, rule: str, names: Sequence[str]) -> str:
        if names and rule in self.about:
            return self.about[rule].format(names=", ".join(names))
        return self.rules[rule]


def words_of(language: str) -> Words:
    """The catalogue of a language.

    Raises NotationError for a language that has none.

    >>> words_of("ko").reason("power rule, chain rule", [])
    '거듭제곱의 미분, 연쇄 법칙'
    """
    if language not in LANGUAGES:
        raise NotationError(f"there are no pages in {language!r}; there are {', '.join(LANGUAGES)}.")
    module = import_module(f"symgd.views.languages.{language}")
    return Words(language, module.WORDS, module.RULES, module.ABOUT, module.TOLD, module.TABLES)
