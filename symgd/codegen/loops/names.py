"""Variables of generated loops: each has a name of its own, whatever the author's symbols are called."""

from __future__ import annotations

import keyword
from collections.abc import Iterable
from typing import Any

from symgd.codegen.body import code_name
from symgd.codegen.loops.functions import HELPERS

# What the module itself defines or imports.
TAKEN = frozenset(
    {
        "BLOCK",
        "STRIP",
        "add_rows",
        "add_strip",
        "evaluate",
        "iterate",
        "len",
        "loss_and_gradient",
        "math",
        "min",
        "abs",
        "njit",
        "np",
    }
    | {"prange", "range", "sums", "update", *HELPERS.names}
)


def variable(symbol: Any) -> str:
    """The variable of a symbol or of a named intermediate."""
    name = code_name(symbol)
    return f"{name}_" if name in TAKEN or name.startswith(("sums_", "add_strip_")) else name


class Names:
    """The variables of one function; *taken* are names that no new variable may have."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {*taken, *TAKEN, "i", "n"}
        self._roles: dict[str, str] = {}

    def new(self, wanted: str) -> str:
        """A variable that nothing has yet, named as wanted or nearly so."""
        name, number = wanted, 2
        while name in self._taken or keyword.iskeyword(name):
            name, number = f"{wanted}_{number}", number + 1
        self._taken.add(name)
        return name

    def release(self, variable: str) -> None:
        """Let a variable be given again."""
        self._taken.discard(variable)

    def __getitem__(self, role: str) -> str:
        """The one variable with this role, named after it where that is possible."""
        if role not in self._roles:
            self._roles[role] = self.new(role)
        return self._roles[role]
