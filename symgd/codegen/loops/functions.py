"""What each SymPy function is called in generated loops, where every value is one number, as a table."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

import sympy as sp

from symgd.codegen.functions import NUMPY
from symgd.codegen.loops import runtime
from symgd.notation import functions as own

# What NumPy's table says otherwise for arrays. None: no function of numbers that Numba knows.
_OTHER: dict[Any, str | None] = {
    sp.Abs: "abs({0})",
    sp.exp: "exp({0})",
    sp.sign: "sign({0})",
    sp.Heaviside: None,
    sp.erf: "math.erf({0})",
    sp.erfc: "math.erfc({0})",
    sp.gamma: "math.gamma({0})",
    sp.loggamma: "math.lgamma({0})",
    sp.polygamma: None,
    sp.besselj: None,
    sp.bessely: None,
    sp.besseli: None,
    sp.besselk: None,
    own.normal_pdf: "normal_pdf({0})",
}

NUMBERS: dict[Any, str | None] = {**NUMPY, **_OTHER}

HELPERS: dict[str, Any] = {
    name: function for name, function in vars(runtime).items() if inspect.isfunction(function)
}


def needed_helpers(names: Iterable[str]) -> list[str]:
    """The helpers among *names* and those that they call, in the order in which runtime defines them."""
    needed = set(names) & HELPERS.keys()
    for name in reversed(HELPERS):
        if name in needed:
            needed |= set(HELPERS[name].__code__.co_names) & HELPERS.keys()
    return [name for name in HELPERS if name in needed]


def helper_source(name: str) -> str:
    """The source text of a helper."""
    return inspect.getsource(HELPERS[name])
