"""How a name is typeset: ``y_hat`` is ŷ, ``w1`` and ``w_1`` are w₁, ``theta`` is θ, ``velocity`` is upright.

A name is a base, then accents and subscripts, joined by underscores. The base is a letter, a Greek name or a
word; a word that another word follows is a phrase: ``learning_rate`` has no subscript.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import takewhile
from types import MappingProxyType
from typing import NamedTuple
from unicodedata import combining, normalize

_GREEK_LETTERS = """
    alpha α  beta β  gamma γ  delta δ  epsilon ϵ  varepsilon ε  zeta ζ  eta η  theta θ  vartheta ϑ  iota ι  kappa κ
    varkappa ϰ  lambda λ  mu μ  nu ν  xi ξ  omicron ο  pi π  varpi ϖ  rho ρ  varrho ϱ  sigma σ  varsigma ς  tau τ
    upsilon υ  phi ϕ  varphi φ  chi χ  psi ψ  omega ω  Alpha Α  Beta Β  Gamma Γ  Delta Δ  Epsilon Ε  Zeta Ζ  Eta Η
    Theta Θ  Iota Ι  Kappa Κ  Lambda Λ  Mu Μ  Nu Ν  Xi Ξ  Omicron Ο  Pi Π  Rho Ρ  Sigma Σ  Tau Τ  Upsilon Υ  Phi Φ
    Chi Χ  Psi Ψ  Omega Ω
"""
_PAIRS = _GREEK_LETTERS.split()
_GREEK = MappingProxyType(dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True)))
# LaTeX has no command for the letters that look Latin.
_LATIN_LOOKING = MappingProxyType(dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧο", "ABEZHIKMNOPTXo", strict=True)))


class _Accent(NamedTuple):
    """What follows a letter in text, and the command around a letter and around a word in LaTeX."""

    text: str
    letter: str
    word: str


_ACCENTS = MappingProxyType(
    {
        "hat": _Accent("\N{COMBINING CIRCUMFLEX ACCENT}", r"\hat{%s}", r"\widehat{%s}"),
        "bar": _Accent("\N{COMBINING MACRON}", r"\bar{%s}", r"\overline{%s}"),
        "tilde": _Accent("\N{COMBINING TILDE}", r"\tilde{%s}", r"\widetilde{%s}"),
        "dot": _Accent("\N{COMBINING DOT ABOVE}", r"\dot{%s}", r"\dot{%s}"),
        "vec": _Accent("\N{COMBINING RIGHT ARROW ABOVE}", r"\vec{%s}", r"\overrightarrow{%s}"),
        "prime": _Accent("′", "%s'", "%s'"),
        "star": _Accent("⋆", r"%s^\star", r"%s^\star"),
    }
)

_LOWERED = str.maketrans("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_RAISED = str.maketrans("0123456789+-−=()in", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁱⁿ")


class _Name(NamedTuple):
    """The parts of a name. A base that is a word or a phrase is set upright."""

    base: str
    accents: tuple[_Accent, ...]
    subscripts: tuple[str, ...]

    @property
    def upright(self) -> bool:
        return len(self.base) > 1 and self.base not in _GREEK


@lru_cache(maxsize=1000)
def text_name(name: str, *indices: str) -> str:
    """*name* in Unicode, with *indices* as further subscripts.

    >>> text_name("y_hat", "i"), text_name("theta_1"), text_name("learning_rate")
    ('ŷᵢ', 'θ₁', 'learning_rate')
    """
    parts = _parse(name)
    if parts.upright and parts.accents:
        return name + _indexed(indices)
    base = _GREEK.get(parts.base, parts.base)
    # A combining mark belongs to the letter before it, so it comes before a prime.
    marks = "".join(sorted((accent.text for accent in parts.accents), key=lambda mark: not combining(mark)))
    return normalize("NFC", base + marks) + _subscripted(parts.subscripts) + _indexed(indices)


@lru_cache(maxsize=1000)
def latex_name(name: str, *indices: str) -> str:
    r"""*name* in LaTeX, with *indices* as further subscripts.

    >>> latex_name("y_hat", "i"), latex_name("theta_1"), latex_name("learning_rate")
    ('\\hat{y}_i', '\\theta_1', '\\mathrm{learning\\ rate}')
    """
    parts = _parse(name)
    typeset = _latex_letter(parts.base)
    for accent in parts.accents:
        typeset = (accent.word if parts.upright else accent.letter) % typeset
    beside = ["".join(indices)] if indices and all(len(index) == 1 for index in indices) else indices
    below = ",".join((*map(_latex_letter, parts.subscripts), *beside))
    if not below:
        return typeset
    return f"{typeset}_{below}" if len(below) == 1 else f"{typeset}_{{{below}}}"


def lowered(text: str) -> str | None:
    """*text* as Unicode subscript, if each of its characters has one."""
    return _moved(text, _LOWERED)


def raised(text: str) -> str | None:
    """*text* as Unicode superscript, if each of its characters has one."""
    return _moved(text, _RAISED)


def _parse(name: str) -> _Name:
    first, *rest = [part for part in name.split("_") if part] or [name]
    digits = "".join(reversed([*takewhile(str.isdigit, reversed(first))]))
    base = first.removesuffix(digits)
    if not base:
        base, digits = first, ""
    accents = tuple(_ACCENTS[part] for part in rest if part in _ACCENTS)
    subscripts = tuple(part for part in [digits, *rest] if part and part not in _ACCENTS)
    parts = _Name(base, accents, subscripts)
    if parts.upright and not all(map(str.isdigit, subscripts)):
        return _Name("_".join([first, *(part for part in rest if part not in _ACCENTS)]), accents, ())
    return parts


def _latex_letter(part: str) -> str:
    character = _GREEK.get(part)
    if character is not None:
        return rf"\mathrm{{{_LATIN_LOOKING[character]}}}" if character in _LATIN_LOOKING else rf"\{part}"
    if len(part) == 1 or part.isdigit():
        return part
    return rf"\mathrm{{{part.replace('_', chr(92) + ' ')}}}"


def _subscripted(parts: tuple[str, ...]) -> str:
    """The subscripts in small letters, or behind an underscore where one of them has none."""
    parts = tuple(_GREEK.get(part, part) for part in parts)
    small = [lowered(part) for part in parts if len(part) == 1 or part.isdigit()]
    if len(small) < len(parts) or None in small:
        return "_" + ",".join(parts)
    return ",".join(map(str, small)) if "".join(parts).isdigit() else "".join(map(str, small))


def _indexed(indices: tuple[str, ...]) -> str:
    small = [lowered(index.replace(" ", "")) for index in indices]
    return f"[{', '.join(indices)}]" if None in small else "".join(map(str, small))


def _moved(text: str, table: dict[int, int]) -> str | None:
    """*text* in the characters of *table*, if each has one."""
    return text.translate(table) if all(ord(character) in table for character in text) else None
