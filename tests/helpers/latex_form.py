"""What any reader of LaTeX refuses: braces, delimiters, environments that do not pair, two superscripts."""

import re

TOKEN = re.compile(r"\\(?:begin|end)\{\w+\}|\\(?:left|right)\b|\\.|[{}]")
SECOND_SUPERSCRIPT = re.compile(r"(?:'|\^(?:\w|\\\w+|\{[^{}]*\}))(?:_(?:\w|\{[^{}]*\}))?\^")


def faults(source):
    """Return what is wrong with *source*, an empty list if nothing is."""
    open_ones, found = [], SECOND_SUPERSCRIPT.findall(source)
    for token in TOKEN.findall(source):
        kind, opens = described(token)
        if opens:
            open_ones.append(kind)
        elif kind and (not open_ones or open_ones.pop() != kind):
            found.append(f"{token} closes nothing")
    return found + [f"{kind} stays open" for kind in open_ones]


def described(token):
    """Return what *token* opens or closes, and whether it opens it."""
    if token.startswith((r"\begin", r"\end")):
        return token.partition("{")[2], token.startswith(r"\begin")
    if token in {r"\left", r"\right"}:
        return "delimiter", token == r"\left"
    return ("{", token == "{") if token in "{}" else ("", False)
