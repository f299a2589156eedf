"""Names for sums over the data, and for the columns that they are made of: S_xy is Σ_i x_i y_i."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from sympy import Expr, S

from symgd.notation.algebra import factors
from symgd.notation.intermediates import Let
from symgd.notation.symbols import Entry


class Naming:
    """Hands out names that nothing else has, the same one for the same thing."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._quantities: dict[Expr, Let] = {}

    @property
    def quantities(self) -> tuple[Let, ...]:
        """The sums that have a name: those of one factor first, as Σ x and Σ y."""
        return tuple(sorted(self._quantities.values(), key=_degree))

    def quantity(self, total: Expr, data: Expr) -> Let:
        """The name of a sum of the product *data* over the samples."""
        if total not in self._quantities:
            self._quantities[total] = Let(self.unused("S", data), total)
        return self._quantities[total]

    def unused(self, stem: str, data: Expr) -> str:
        """A name that tells what *data* are: S_xy for x_i y_i, S_f where they are more than a product."""
        letters = _letters(data)
        joined = ("" if all(len(letter) == 1 for letter in letters) else "_").join(letters)
        tries = (f"{stem}_{joined}{'' if k == 1 else k}" for k in count(1))
        name = next(name for name in tries if name not in self._taken)
        self._taken.add(name)
        return name


def _letters(data: Expr) -> list[str]:
    found = []
    if data is S.One:
        return ["1"]
    for factor in factors(data):
        base, exponent = (factor.base, factor.exp) if factor.is_Pow else (factor, 1)
        if not isinstance(base, Entry) or exponent not in (1, 2, 3, 4):
            return ["f"]
        found += [base.name] * int(exponent)
    return found


def _degree(name: Let) -> tuple[bool, int]:
    """Short names first; f, a function of the data, last."""
    letters = name.name.partition("_")[2]
    return letters.startswith("f"), len(letters)
