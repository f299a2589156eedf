"""What each SymPy function is called in generated loops, where every value is one number, as a table."""

from __future__ import annotations

from typing import Any

import sympy as sp

from symgd.codegen.functions import NUMPY
from symgd.codegen.helpers import Helpers
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

HELPERS = Helpers(runtime)
