"""Why a line of a derivation follows from the one before, in words: ``chain rule through p``."""

from __future__ import annotations

from collections.abc import Iterator

from symgd.notation.intermediates import Let
from symgd.notation.names import latex_name, text_name

# The rules that go by a named intermediate, and the word between rule and name.
_LINKS = {"definition": " of ", "insert the definition": " of ", "chain rule": " through "}
_MANY = 5


def reason_text(rule: str, about: tuple[Let, ...]) -> str:
    """The names of the rules of a line, and the intermediates that they go by.

    >>> from symgd import data, let
    >>> reason_text("constant factor, definition", (let("y_hat", data("x") + 1),))
    'constant factor, definition of ŷ'
    """
    return "".join(part if isinstance(part, str) else text_name(part.name) for part in _parts(rule, about))


def reason_latex(rule: str, about: tuple[Let, ...]) -> str:
    r"""The same in LaTeX.

    >>> from symgd import data, let
    >>> reason_latex("definition", (let("y_hat", data("x") + 1),))
    '\\text{definition of } \\hat{y}'
    """
    parts = _parts(rule, about)
    return " ".join(rf"\text{{{part}}}" if isinstance(part, str) else latex_name(part.name) for part in parts)


def _parts(rule: str, about: tuple[Let, ...]) -> Iterator[str | Let]:
    """Words and names, by turns."""
    rules = rule.split(", ")
    linked = next((position for position, name in enumerate(rules) if name in _LINKS), None)
    if linked is None or not about:
        yield rule
        return
    words = ", ".join(rules[: linked + 1]) + _LINKS[rules[linked]]
    # A net's weight is used by every layer: the first and the last tell the rest.
    for leaf in about if len(about) <= _MANY else about[:2]:
        yield words
        yield leaf
        words = ", "
    if len(about) > _MANY:
        yield ", …, "
        yield about[-1]
    if rules[linked + 1 :]:
        yield words + ", ".join(rules[linked + 1 :])
