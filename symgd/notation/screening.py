"""Looks over the text of a formula before anything is done with it: its length, its characters, its nesting.

What passes consists of decimal numbers, names, parentheses, commas and operators alone, few enough of them that
reading it is the work of milliseconds.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterator
from types import MappingProxyType

from symgd.errors import NotationError
from symgd.notation.symbols import check_name

LONGEST, PIECES, NESTING = 2_000, 400, 30
"""The most characters of a formula, of its numbers, names and signs, and of parentheses within one another."""

DIGITS, TENS, NAME = 25, 30, 50
"""The most digits of a number, the largest power of ten after its e, and the most characters of a name."""

WRITABLE = "write numbers, names, parentheses, + - * / ** and functions such as exp(w)"

_PIECE = re.compile(
    r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(?P<name>[^\W\d]\w*)|(?P<sign>[-+*/(),<>=])"
    r"|(?P<space> +)"
)
_WORD = re.compile(r"[\w.]*")
_ALIKE = dict(zip("·×⋅∗÷−–^²³", ["*", "*", "*", "*", "/", "-", "-", "**", "**2", "**3"], strict=True))
_INSTEAD = MappingProxyType(
    {sign: f"write {ascii_sign}" for sign, ascii_sign in _ALIKE.items()}
    | dict.fromkeys("\"'`", "a formula has no strings")
    | dict.fromkeys("[]{}", "a formula has no brackets or braces: x stands for its value for each sample")
    | dict.fromkeys("\n\r\t\f", "write a formula in one line, with plain spaces")
    | {".": "nothing is looked up inside of a name: a dot stands in decimal numbers alone"}
    | {"√": "write sqrt(…)", "#": "a formula has no comments", ":": "a formula has no colons"}
    | dict.fromkeys(("if", "else"), "a choice is written where(w > 0, a, b)")
)


def screen(text: str) -> None:
    """Raise NotationError that quotes the first piece of *text* that no formula may have."""
    if len(text) > LONGEST:
        raise NotationError(
            f"the formula beginning with {_quoted(text, 0)} has {len(text):,} characters; at most {LONGEST:,} are "
            "read: give its parts names."
        )
    opened: list[int] = []
    for count, (position, piece) in enumerate(_pieces(text), start=1):
        if piece == "(":
            opened.append(position)
        if len(opened) > NESTING or count > PIECES:
            most = f"{PIECES} numbers, names and signs" if count > PIECES else f"{NESTING} nested parentheses"
            raise refusal(text, position, piece, f"a formula has at most {most}: give its parts names")
        if piece == ")" and not opened:
            raise refusal(text, position, piece, "it closes no parenthesis")
        if piece == ")":
            opened.pop()
    if opened:
        raise refusal(text, opened[-1], "(", "it is never closed")


def screen_name(name: str) -> str:
    """*name* as a formula may use it: readable in one way only, and none of Python's own words.

    As in Python code, ``lambda_`` writes the name ``lambda``.

    >>> screen_name("y_hat"), screen_name("lambda_")
    ('y_hat', 'lambda')
    """
    shown = _quoted(name, 0)
    if len(name) > NAME:
        raise NotationError(f"the name {shown} has {len(name):,} characters; at most {NAME} are read.")
    normal = unicodedata.normalize("NFKC", name)
    if normal != name:
        odd = next((f": {_INSTEAD[sign]}" for sign in name if sign in _INSTEAD), f": write {normal!r}")
        raise NotationError(f"the name {shown} can be read in two ways{odd}.")
    return check_name(name[:-1] if name.endswith("_") and keyword.iskeyword(name[:-1]) else name)


def refusal(text: str, position: int, piece: str, why: str) -> NotationError:
    """The error that quotes *piece* and where it stands in *text*."""
    return NotationError(f"{_quoted(piece, 0)} at column {position + 1} of {_quoted(text, position)}: {why}.")


def described(name: str) -> str:
    """*name* in quotation marks, its first character beyond ASCII called by its name: letters may look alike."""
    strange = next((character for character in name if not character.isascii()), None)
    called = f" ({unicodedata.name(strange, 'a character without a name')})" if strange else ""
    return f"{_quoted(name, 0)}{called}"


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Each number, name and sign with its position."""
    position = 0
    while position < len(text):
        found = _PIECE.match(text, position)
        if not found:
            word = _WORD.match(text, position + 1)
            piece = text[position] + (word[0] if word else "")
            raise refusal(text, position, piece, _INSTEAD.get(text[position], WRITABLE))
        kind = str(found.lastgroup)
        if kind in _SCREENS:
            _SCREENS[kind](text, position, found[0])
        if kind != "space":
            yield position, found[0]
        position = found.end()


def _screen_number(text: str, position: int, piece: str) -> None:
    rest = _WORD.match(text, position + len(piece))
    if rest and rest[0]:
        why = "this is no decimal number such as 1000 or 0.5; a product is written 2*x"
        raise refusal(text, position, piece + rest[0], why)
    mantissa, _, tens = piece.lower().partition("e")
    if len(mantissa) > DIGITS + 1 or len(tens) > 4 or abs(int(tens or 0)) > TENS:
        raise refusal(text, position, piece, f"a number has at most {DIGITS} digits, and e{TENS} at most")


def _screen_word(text: str, position: int, piece: str) -> None:
    if keyword.iskeyword(piece):
        why = _INSTEAD.get(piece, f"a symbol of this name is written {piece}_")
        raise refusal(text, position, piece, f"this is a word of Python; {why}")
    try:
        screen_name(piece)
    except NotationError as error:
        raise refusal(text, position, piece, str(error).rstrip(".")) from None


_SCREENS = MappingProxyType({"number": _screen_number, "name": _screen_word})


def _quoted(text: str, position: int) -> str:
    """*text* in quotation marks; of a long one, the part around *position*."""
    start, end = max(0, position - 30), position + 30
    if len(text) <= end - start:
        start, end = 0, len(text)
    return repr("…" * (start > 0) + text[start:end] + "…" * (end < len(text)))
