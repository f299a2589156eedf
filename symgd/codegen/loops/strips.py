"""Samples a strip at a time: loops along axes stand apart from what is computed of one number at a time.

A loop over samples that holds loops along axes is not vectorized as a whole. Split in several loops over a strip, a few
samples that stay in the fastest memory, its middle part takes several samples at a time, its exponentials as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from symgd.codegen.loops.block import INDENT
from symgd.codegen.loops.names import Names
from symgd.codegen.loops.writing import words_in

STRIP = 16
"""Samples in a strip: for more of them the next strip's data come too late, for fewer there is less to vectorize."""

FOUR = 4
"""Sums that are added up side by side: for more of them a processor lacks registers."""

_INDEX, _NAME = re.compile(r"\bi\b"), re.compile(r"\b[^\W\d]\w*")
_ASSIGNED = re.compile(r"^([^\W\d]\w*) = ")
_CALL = re.compile(r"[^\W\d]\w*\(")


@dataclass(frozen=True)
class Strips:
    """Loops over a strip: the *lines*, and how many numbers of each sample are *held* from one loop to the next."""

    lines: tuple[str, ...]
    held: int


def worth_strips(inside: Sequence[str]) -> bool:
    """Whether what is computed for a sample has loops along axes, and functions outside them."""
    plain = [line for line in inside if not _in_loop(line)]
    return len(plain) < len(inside) and any(_CALL.search(line.split("  #")[0]) for line in plain)


def in_strips(inside: Sequence[str], names: Names) -> Strips:
    """The statements for one sample, in as many loops over the ``count`` samples of a strip as it takes.

    What a loop computes for a later one is kept in the array ``held``.
    """
    groups = [list(group) for _, group in groupby(inside, _in_loop)]
    made = [assigned(group) for group in groups]
    used = [words_in(group) for group in groups]
    crossing = [
        name for k, here in enumerate(made) for name in here if any(name in later for later in used[k + 1 :])
    ]
    places = {name: f"{names['held']}[{row}, i]" for row, name in enumerate(crossing)}
    lines: list[str] = []
    for k, group in enumerate(groups):
        taken = [f"{name} = {places[name]}" for name in crossing if name in used[k] and name not in made[k]]
        kept = [f"{places[name]} = {name}" for name in crossing if name in made[k]]
        whole = [f"for i in range({names['count']}):", *(INDENT + line for line in (*taken, *group, *kept))]
        lines += _by_fours(group, kept, names) if _are_sums(group) and not taken else whole
    return Strips(tuple(lines), len(crossing))


def _are_sums(group: Sequence[str]) -> bool:
    """Whether there is nothing but sums along one axis, each of three lines: its zero, and a loop of one line."""
    return len(group) % 3 == 0 and all(
        loop.startswith("for ") and term.startswith(f"{INDENT}{zero.removesuffix(' = 0.0')} += ")
        for zero, loop, term in zip(group[::3], group[1::3], group[2::3], strict=True)
    )


def _by_fours(group: Sequence[str], kept: Sequence[str], names: Names) -> list[str]:
    """The sums of four samples at a time, for each addition to one of them waits for the last; then of those left."""
    count = names["count"]
    fours = {name: [name, *(names.new(name) for _ in range(FOUR - 1))] for name in assigned(group)}

    def of_sample(k: int, line: str) -> str:
        """A line for the k-th sample after i."""
        line = _INDEX.sub(f"i + {k}", line) if k else line
        return _NAME.sub(lambda found: fours[found[0]][k] if found[0] in fours else found[0], line)

    together: list[str] = []
    for zero, loop, term in zip(group[::3], group[1::3], group[2::3], strict=True):
        together += [" = ".join(fours[zero.removesuffix(" = 0.0")]) + " = 0.0", loop]
        together += [of_sample(k, term) for k in range(FOUR)]
    together += [of_sample(k, line) for line in kept for k in range(FOUR)]
    return [
        f"for i in range(0, {count} - {FOUR - 1}, {FOUR}):",
        *(INDENT + line for line in together),
        f"for i in range({count} - {count} % {FOUR}, {count}):",
        *(INDENT + line for line in (*group, *kept)),
    ]


def _in_loop(line: str) -> bool:
    """Whether a line is that of a loop along an axis, or the zero that it starts from."""
    return line.startswith(("for ", INDENT)) or line.endswith(" = 0.0")


def assigned(lines: Sequence[str]) -> list[str]:
    """The variables that statements for one sample, or for all, give a value."""
    return [found[1] for line in lines if (found := _ASSIGNED.match(line))]
