"""Which of KaTeX's fonts the formulas of a page use, read from their markup and from KaTeX's stylesheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html.parser import HTMLParser
from typing import NamedTuple

from symgd.views.katex import asset

STYLESHEET = "katex.min.css"
FACE = re.compile(r"@font-face\{([^}]*)\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


class Look(NamedTuple):
    """What tells one font of KaTeX from another; None where a rule leaves it as it is."""

    family: str | None
    style: str | None
    weight: str | None

    def over(self, other: Look) -> Look:
        """This look, and *other* where this one says nothing."""
        return Look(self.family or other.family, self.style or other.style, self.weight or other.weight)


class Rule(NamedTuple):
    """Elements with all *classes*, within elements that have those of *around*, get a look."""

    around: tuple[frozenset[str], ...]
    classes: frozenset[str]
    look: Look


class Element(NamedTuple):
    """An open element of a formula."""

    classes: frozenset[str]
    look: Look


_PLAIN = Look("KaTeX_Main", "normal", "400")


def fonts_used(html: str) -> tuple[str, ...]:
    r"""Return the names of the fonts in which the formulas of *html* are shown.

    >>> from symgd.views.katex import render
    >>> fonts_used(render(r"\frac{\partial L}{\partial w}"))
    ('KaTeX_Main-Regular', 'KaTeX_Math-Italic')
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return tuple(sorted({_nearest(look) for look in reader.looks}))


def _nearest(look: Look) -> str:
    """The font that a browser takes: one of the family, of the style before the weight."""
    family = {name: face for name, face in faces().items() if face.family == look.family}
    return min(
        family, key=lambda name: (family[name].style != look.style, family[name].weight != look.weight)
    )


class _Reader(HTMLParser):
    """Walks the formulas of a page, as the cascade of KaTeX's stylesheet does, and notes the looks of their text."""

    def __init__(self) -> None:
        super().__init__()
        self.looks: set[Look] = set()
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        classes = frozenset((dict(attrs).get("class") or "").split())
        if not self._open and "katex" not in classes:
            return
        look = self._open[-1].look if self._open else _PLAIN
        for rule in _rules_for(classes):
            if all(any(needed <= outer.classes for outer in self._open) for needed in rule.around):
                look = rule.look.over(look)
        self._open.append(Element(classes, look))

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        # Within a formula every element is closed; the page around it is not looked at.
        if self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        # The MathML, which is not seen, counts too: browsers load its font.
        if self._open and data.strip():
            self.looks.add(self._open[-1].look)


@lru_cache(maxsize=1)
def faces() -> dict[str, Look]:
    """Return the look that the stylesheet gives each font."""
    found = {}
    for declarations in FACE.findall(asset(STYLESHEET)):
        [name] = re.findall(r"fonts/([\w-]+)\.woff2", declarations)
        found[name] = _look(declarations)
    return found


@lru_cache(maxsize=1)
def _rules() -> tuple[Rule, ...]:
    return tuple(_parsed(FACE.sub("", asset(STYLESHEET))))


def _parsed(css: str) -> Iterator[Rule]:
    for selectors, declarations in _RULE.findall(css):
        look = _look(declarations)
        if not any(look):
            continue
        for selector in selectors.split(","):
            *around, last = (frozenset(part.split(".")[1:]) for part in re.split(r"[ >]+", selector.strip()))
            yield Rule(tuple(around), last, look)


@lru_cache(maxsize=4096)
def _rules_for(classes: frozenset[str]) -> tuple[Rule, ...]:
    return tuple(rule for rule in _rules() if rule.classes <= classes)


def _look(declarations: str) -> Look:
    family, style, weight = (
        re.search(rf'(?:^|;)font-{what}:"?([\w-]+)', declarations) for what in ("family", "style", "weight")
    )
    return Look(*(found and found[1] for found in (family, style, weight)))
