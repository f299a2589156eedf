"""symgd: from a loss, written as mathematics, to a checked derivation, NumPy code and a training run.

The stages, in order; each imports only those before it:

- ``notation``: what a user writes: data, parameters, constants, ``let``, ``mean``, losses, functions;
- ``derivation``: ``derive`` rewrites ∂L/∂w by one named rule at a time and checks each step;
- ``codegen``: ``compile_numpy`` turns the last lines into a NumPy module;
- ``checking``: ``check_gradient`` compares the gradient with numerical derivatives;
- ``training``: ``train`` runs an optimizer, whose update equations are compiled the same way;
- ``views``: ``page`` shows derivation, code, check and run side by side, ``plots`` draws them.
"""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from symgd import errors
from symgd.checking import differences
from symgd.checking.gradient import GradientCheck, check_gradient
from symgd.codegen.program import Program, compile_numpy
from symgd.derivation.derive import Derivation, derive
from symgd.notation import losses
from symgd.notation.functions import (
    expm1,
    gelu,
    log1p,
    log_cosh,
    normal_cdf,
    normal_pdf,
    relu,
    sigmoid,
    silu,
    softplus,
    step,
    tanh,
    xlogy,
)
from symgd.notation.intermediates import let
from symgd.notation.sums import mean, total
from symgd.notation.symbols import constants, data, parameters
from symgd.training import optimizers, schedules
from symgd.training.run import Run
from symgd.training.train import train

if _TYPE_CHECKING:
    from symgd.views import plots
    from symgd.views.page import page

__version__ = "0.1.0"

__all__ = [
    "__version__",
    "check_gradient",
    "compile_numpy",
    "constants",
    "data",
    "Derivation",
    "derive",
    "differences",
    "errors",
    "expm1",
    "gelu",
    "GradientCheck",
    "let",
    "log1p",
    "log_cosh",
    "losses",
    "mean",
    "normal_cdf",
    "normal_pdf",
    "optimizers",
    "page",
    "parameters",
    "plots",
    "Program",
    "relu",
    "Run",
    "schedules",
    "sigmoid",
    "silu",
    "softplus",
    "step",
    "tanh",
    "total",
    "train",
    "xlogy",
]


def __getattr__(name: str) -> _Any:
    """``page`` and ``plots`` are loaded when they are first used: most programs show nothing."""
    if name == "page":
        return _import_module("symgd.views.page").page
    if name == "plots":
        return _import_module("symgd.views.plots")
    raise AttributeError(f"module 'symgd' has no attribute {name!r}")
