"""How a name is typeset: ``y_hat`` is ŷ, ``w1`` and ``w_1`` are w₁, ``theta`` is θ, ``velocity`` is upright.

A name is a base, then accents and subscripts, joined by underscores. The base is a letter, a Greek name or a
word; a word followed by anything but a number or a letter is a phrase: ``learning_rate`` has no subscript.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from unicodedata import combining, normalize

# Each Greek name with its character; the capitals that look Latin have no command in LaTeX.
_GREEK = MappingProxyType(
    dict(alpha="α", beta="β", gamma="γ", delta="δ", epsilon="ϵ", varepsilon="ε", zeta="ζ", eta="η", theta="θ")
    | dict(vartheta="ϑ", iota="ι", kappa="κ", varkappa="ϰ", mu="μ", nu="ν", xi="ξ", omicron="ο", pi="π", varpi="ϖ")
    | dict(rho="ρ", varrho="ϱ", sigma="σ", varsigma="ς", tau="τ", upsilon="υ", phi="ϕ", varphi="φ", chi="χ", psi="ψ")
    | dict(omega="ω", Gamma="Γ", Delta="Δ", Theta="Θ", Lambda="Λ", Xi="Ξ", Pi="Π", Sigma="Σ", Upsilon="Υ", Phi="Φ")
    | dict(Psi="Ψ", Omega="Ω", Alpha="Α", Beta="Β", Epsilon="Ε", Zeta="Ζ", Eta="Η", Iota="Ι", Kappa="Κ", Mu="Μ")
    | dict(Nu="Ν", Omicron="Ο", Rho="Ρ", Tau="Τ", Chi="Χ") | {"lambda": "λ"}
)  # fmt: skip
_LATIN_LOOKING = MappingProxyType(dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧο", "ABEZHIKMNOPTXo", strict=True)))


@dataclass(frozen=True)
class _Accent:
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


@dataclass(frozen=True)
class _Name:
    """The parts of a name. A base that is a word or a phrase is set upright."""

    base: str
    accents: tuple[_Accent, ...]
    subscripts: tuple[str, ...]

    @property
    def upright(self) -> bool:
        return len(self.base) > 1 and self.base not in _GREEK


def text_name(name: str, *indices: str) -> str:
    """*name* in Unicode, with *indices* as further subscripts.

    >>> text_name("y_hat", "i"), text_name("theta_1"), text_name("learning_rate")
    ('ŷᵢ', 'θ₁', 'learning_rate')
    """
    parts = _parse(name)
    base = _GREEK.get(parts.base, parts.base)
    if parts.upright and parts.accents:
        base, accents = name, ""
    else:
        accents = "".join(accent.text for accent in sorted(parts.accents, key=lambda a: not combining(a.text)))
    subscripts = () if base == name else parts.subscripts
    return normalize("NFC", base + accents) + _lower(subscripts) + _lower(indices)


def latex_name(name: str, *indices: str) -> str:
    r"""*name* in LaTeX, with *indices* as further subscripts.

    >>> latex_name("y_hat", "i"), latex_name("theta_1"), latex_name("learning_rate")
    ('\\hat{y}_i', '\\theta_1', '\\mathrm{learning\\ rate}')
    """
    parts = _parse(name)
    typeset = _latex_letter(parts.base)
    for accent in parts.accents:
        typeset = (accent.word if parts.upright else accent.letter) % typeset
    below = ",".join((*map(_latex_letter, parts.subscripts), *indices))
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
    base, digits = re.fullmatch(r"(.*?)(\d*)", first, re.DOTALL).groups()  # type: ignore[union-attr]
    if not base:
        base, digits = first, ""
    accents = tuple(_ACCENTS[part] for part in rest if part in _ACCENTS)
    subscripts = tuple(part for part in [digits, *rest] if part and part not in _ACCENTS)
    parts = _Name(base, accents, subscripts)
    if parts.upright and any(len(part) > 1 and not part.isdigit() for part in subscripts):
        return _Name("_".join([first, *(part for part in rest if part not in _ACCENTS)]), accents, ())
    return parts


def _latex_letter(part: str) -> str:
    character = _GREEK.get(part)
    if character is not None:
        return rf"\mathrm{{{_LATIN_LOOKING[character]}}}" if character in _LATIN_LOOKING else rf"\{part}"
    if len(part) == 1 or part.isdigit():
        return part
    return rf"\mathrm{{{part.replace('_', chr(92) + ' ')}}}"


def _lower(subscripts: tuple[str, ...]) -> str:
    """The subscripts in small letters; from the first that has none, behind an underscore."""
    small = [lowered(_GREEK.get(part, part)) if len(part) == 1 or part.isdigit() else None for part in subscripts]
    if None in small:
        return "_" + ",".join(_GREEK.get(part, part) for part in subscripts)
    numbers = [a.isdigit() and b.isdigit() for a, b in zip(subscripts, subscripts[1:], strict=False)]
    return "".join(sign + ("," if comma else "") for sign, comma in zip(small, [*numbers, False], strict=False) if sign)


def _moved(text: str, table: dict[int, int]) -> str | None:
    moved = text.translate(table)
    return None if any(ord(character) not in table for character in text) else moved
