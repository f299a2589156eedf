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
from symgd.notation import losses
from symgd.notation.arrays import (
    dot,
    einsum,
    log_softmax,
    logsumexp,
    norm,
    outer,
    softmax,
    sum,  # noqa: A004 - NumPy's name
    trace,
    transpose,
)
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
from symgd.notation.sums import mean, other, total
from symgd.notation.symbols import constants, data, parameters

if _TYPE_CHECKING:
    from symgd.checking import differences
    from symgd.checking.gradient import GradientCheck, check_gradient
    from symgd.codegen.program import Program, compile_numpy
    from symgd.derivation.derive import Derivation, derive
    from symgd.training import initializers, optimizers, schedules
    from symgd.training.run import Run
    from symgd.training.train import train
    from symgd.views import plots
    from symgd.views.page import page

# Loaded when first used, so that a program which only writes mathematics, or only trains, does not wait for the rest.
_LATER = {
    "GradientCheck": "symgd.checking.gradient",
    "check_gradient": "symgd.checking.gradient",
    "Program": "symgd.codegen.program",
    "compile_numpy": "symgd.codegen.program",
    "Derivation": "symgd.derivation.derive",
    "derive": "symgd.derivation.derive",
    "Run": "symgd.training.run",
    "train": "symgd.training.train",
    "page": "symgd.views.page",
}
_MODULES = {
    "differences": "symgd.checking.differences",
    "initializers": "symgd.training.initializers",
    "optimizers": "symgd.training.optimizers",
    "schedules": "symgd.training.schedules",
    "plots": "symgd.views.plots",
}

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
    "dot",
    "einsum",
    "errors",
    "expm1",
    "gelu",
    "GradientCheck",
    "initializers",
    "let",
    "log1p",
    "log_cosh",
    "log_softmax",
    "logsumexp",
    "losses",
    "mean",
    "norm",
    "normal_cdf",
    "normal_pdf",
    "optimizers",
    "other",
    "outer",
    "page",
    "parameters",
    "plots",
    "Program",
    "relu",
    "Run",
    "schedules",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "step",
    "sum",
    "tanh",
    "total",
    "trace",
    "train",
    "transpose",
    "xlogy",
]


def __getattr__(name: str) -> _Any:
    """The public names of the later stages."""
    if name in _LATER:
        return getattr(_import_module(_LATER[name]), name)
    if name in _MODULES:
        return _import_module(_MODULES[name])
    raise AttributeError(f"module 'symgd' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__]
