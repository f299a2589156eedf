"""The entries of a YAML text, each with its line. Of YAML only mappings, lists and plain words are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from symgd.errors import PageError
from symgd.views.written.numbers import Number, number_of

LONGEST, DEEPEST = 50_000, 6
"""The most characters of a text, and of lists and mappings in one another."""


class WrittenError(PageError):
    """A problem cannot be read or shown as written: the *line* of its text that is to blame, and the *reason*."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(f"line {line}: {reason}")
        self.reason, self.line = reason, line


@dataclass(frozen=True)
class Entry:
    """A value under its key, and the line on which it begins."""

    key: str
    value: Any
    line: int

    def error(self, why: str) -> WrittenError:
        """The error that names this entry."""
        return WrittenError(f"{self.key}: {why}", self.line)

    def word(self) -> str:
        """The value as text."""
        if not isinstance(self.value, str):
            raise self.error("one value stands here, not a list or a mapping.")
        return self.value

    def words(self) -> tuple[str, ...]:
        """The value as a list; a word alone is a list of one."""
        return tuple(each.word() for each in self.items())

    def items(self) -> list[Entry]:
        """The items of a list; any other value is the only item."""
        return self.value if isinstance(self.value, list) else [self]

    def mapping(self, usage: str) -> dict[str, Entry]:
        """The entries of a mapping by their keys."""
        if not isinstance(self.value, dict):
            raise self.error(f"write {usage}.")
        return self.value

    def number(self) -> Number:
        """The value as a number: 3 and 1/10 are exact, 0.1 is a float."""
        number = number_of(self.word())
        if number is None:
            raise self.error(f"{self.word()[:40]!r} is no number; write 3, 0.1 or 1/10.")
        return number

    def count(self, most: int, least: int = 1) -> int:
        """The value as a whole number from *least* on."""
        number = self.number()
        if not isinstance(number, int) or number < least:
            raise self.error(f"{self.word()[:40]} is no whole number from {least} on.")
        if number > most:
            raise self.error(f"{number:,} are too many for a page; at most {most:,} are done.")
        return number


def entries(text: str, known: tuple[str, ...]) -> dict[str, Entry]:
    r"""The entries of a mapping by their keys, which are among those *known*.

    Raises WrittenError for anything else.

    >>> entries("loss: w**2\nstart: {w: 1}", ("loss", "start"))["start"].value["w"].number()
    1
    """
    if len(text) > LONGEST:
        raise WrittenError(
            f"this text has {len(text):,} characters; at most {LONGEST:,} are read; data may stand in a CSV file.",
            1,
        )
    found = _tree(text).mapping("a mapping such as loss: mean((w*x - y)**2)")
    for key, entry in found.items():
        if key not in known:
            close = get_close_matches(key[:40], known, 1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}."
            raise WrittenError(f"there is no entry {key[:40]!r}; {hint}", entry.line)
    return found


def _tree(text: str) -> Entry:
    """The whole text as one entry, built from the events of PyYAML's parser, which constructs nothing."""
    try:
        import yaml
    except ImportError:
        raise PageError("problems written as YAML need PyYAML: pip install 'symgd[pages]'.") from None
    try:
        return _document(yaml.parse(text, yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise WrittenError(f"this is no YAML, {error.problem}: write an entry as key: value.", line) from None
    except (yaml.YAMLError, ValueError, OverflowError):
        # Python's own errors are about escapes and versions whose numbers are too large.
        raise WrittenError("this is no YAML: it has characters that YAML does not take.", 1) from None


def _document(events: Iterator[Any]) -> Entry:
    """The one document of the text."""
    found = None
    for event in events:
        if _kind(event) not in {"StreamStart", "DocumentStart", "DocumentEnd", "StreamEnd"}:
            if found:
                raise WrittenError("this is a second document: leave out the line ---.", _line(event))
            found = _entry("a problem", _line(event), event, events, 0)
    return found or Entry("a problem", "", 1)


def _entry(key: str, line: int, event: Any, events: Iterator[Any], depth: int) -> Entry:
    """The entry that begins with *event*; it is refused before the recursion is deep."""
    if depth > DEEPEST:
        raise WrittenError("lists and mappings are nested too deeply.", _line(event))
    if _kind(event) == "Alias" or event.anchor or event.tag:
        raise WrittenError(
            "anchors (&), aliases (*) and tags (!) are not read: write the values out.", _line(event)
        )
    if _kind(event) == "SequenceStart":
        return Entry(key, _list(key, events, depth + 1), line)
    if _kind(event) == "MappingStart":
        return Entry(key, _mapping(events, depth + 1), line)
    return Entry(key, event.value, line)


def _list(key: str, events: Iterator[Any], depth: int) -> list[Entry]:
    found = []
    while _kind(event := next(events)) != "SequenceEnd":
        found.append(_entry(key, _line(event), event, events, depth))
    return found


def _mapping(events: Iterator[Any], depth: int) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    while _kind(event := next(events)) != "MappingEnd":
        key, line = _entry("a key", _line(event), event, events, depth).value, _line(event)
        if not isinstance(key, str):
            raise WrittenError("a list or a mapping stands here as a key: write a name.", line)
        if key in found:
            raise WrittenError(f"{key[:40]!r} stands here as a key for the second time: leave one out.", line)
        found[key] = _entry(key, line, next(events), events, depth)
    return found


def _kind(event: Any) -> str:
    return type(event).__name__.removesuffix("Event")


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
