"""What each SymPy function is called in generated NumPy code, as a table."""

from __future__ import annotations

from typing import Any

import sympy as sp

from symgd.codegen import runtime
from symgd.codegen.helpers import Helpers
from symgd.notation import functions as own

# {0}, {1} … stand for the arguments; np.* needs NumPy, sp.* is scipy.special, bare names are of runtime.
NUMPY: dict[Any, str] = {
    sp.exp: "np.exp({0})",
    sp.log: "np.log({0})",
    sp.sin: "np.sin({0})",
    sp.cos: "np.cos({0})",
    sp.tan: "np.tan({0})",
    sp.sec: "1 / np.cos({0})",
    sp.csc: "1 / np.sin({0})",
    sp.cot: "1 / np.tan({0})",
    sp.sinh: "np.sinh({0})",
    sp.cosh: "np.cosh({0})",
    sp.tanh: "np.tanh({0})",
    sp.sech: "1 / np.cosh({0})",
    sp.csch: "1 / np.sinh({0})",
    sp.coth: "1 / np.tanh({0})",
    sp.asin: "np.arcsin({0})",
    sp.acos: "np.arccos({0})",
    sp.atan: "np.arctan({0})",
    sp.atan2: "np.arctan2({0}, {1})",
    sp.asinh: "np.arcsinh({0})",
    sp.acosh: "np.arccosh({0})",
    sp.atanh: "np.arctanh({0})",
    sp.Abs: "np.abs({0})",
    sp.sign: "np.sign({0})",
    sp.Heaviside: "np.heaviside({0}, {1})",
    sp.erf: "erf({0})",
    sp.erfc: "erfc({0})",
    sp.gamma: "special.gamma({0})",
    sp.loggamma: "special.gammaln({0})",
    sp.polygamma: "special.polygamma({0}, {1})",
    sp.besselj: "special.jv({0}, {1})",
    sp.bessely: "special.yv({0}, {1})",
    sp.besseli: "special.iv({0}, {1})",
    sp.besselk: "special.kv({0}, {1})",
    own.log1p: "np.log1p({0})",
    own.expm1: "np.expm1({0})",
    own.sigmoid: "sigmoid({0})",
    own.softplus: "softplus({0})",
    own.silu: "silu({0})",
    own.relu: "relu({0})",
    own.step: "step({0})",
    own.log_cosh: "log_cosh({0})",
    own.xlogy: "xlogy({0}, {1})",
    own.normal_pdf: "normal_pdf({0})",
    own.normal_cdf: "normal_cdf({0})",
    own.gelu: "gelu({0})",
}

HELPERS = Helpers(runtime)
