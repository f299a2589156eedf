"""The entries of a YAML text, each with its line. Of YAML only mappings, lists and plain words are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from symgd.errors import PageError

LONGEST = 50_000
"""The most characters of a text."""


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

    def number(self) -> int | float | Fraction:
        """The value as a number: 3 and 1/10 are exact, 0.1 is a float."""
        word = self.word()
        try:
            if "/" in word:
                return Fraction(word)
            return int(word) if word.lstrip("+-").isdigit() else float(word)
        except (ValueError, ZeroDivisionError):
            raise self.error(f"{word[:40]!r} is no number; write 3, 0.1 or 1/10.") from None

    def count(self, most: int) -> int:
        """The value as a whole number from 1 on."""
        number = self.number()
        if not isinstance(number, int) or number < 1:
            raise self.error(f"{self.value} is no whole number from 1 on.")
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
        raise WrittenError(f"this text has {len(text):,} characters; at most {LONGEST:,} are read.", 1)
    found = _entry("a problem", _node(text)).mapping("a mapping such as loss: mean((w*x - y)**2)")
    for key, entry in found.items():
        if key not in known:
            close = get_close_matches(key, known, 1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}."
            raise WrittenError(f"there is no entry {key[:40]!r}; {hint}", entry.line)
    return found


def _node(text: str) -> Any:
    try:
        import yaml
    except ImportError:
        raise PageError("problems written as YAML need PyYAML: pip install 'symgd[pages]'.") from None
    try:
        if any(
            isinstance(token, yaml.AliasToken | yaml.AnchorToken | yaml.TagToken) for token in yaml.scan(text)
        ):
            raise WrittenError("anchors (&), aliases (*) and tags (!) are not read: write the values out.", 1)
        return yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise WrittenError(f"this is no YAML, {error.problem}: write an entry as key: value.", line) from None
    except yaml.YAMLError:
        raise WrittenError("this is no YAML: it has characters that YAML does not take.", 1) from None
    except RecursionError:
        raise WrittenError("lists and mappings are nested too deeply.", 1) from None


def _entry(key: str, node: Any) -> Entry:
    line = node.start_mark.line + 1 if node else 1
    return Entry(key, _value(key, node), line)


def _value(key: str, node: Any) -> Any:
    if node is None or node.id == "scalar":
        return "" if node is None else node.value
    if node.id == "sequence":
        return [_entry(key, each) for each in node.value]
    return dict(_pairs(node))


def _pairs(node: Any) -> Iterator[tuple[str, Entry]]:
    seen: set[str] = set()
    for key_node, value_node in node.value:
        key = str(key_node.value)
        line = key_node.start_mark.line + 1
        if key_node.id != "scalar" or key in seen:
            raise WrittenError(f"{key[:40]!r} stands here as a key for the second time, or is none.", line)
        seen.add(key)
        yield key, Entry(key, _value(key, value_node), line)
