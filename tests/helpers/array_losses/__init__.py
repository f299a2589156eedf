"""Losses of arrays, each written for symgd and once more by hand for autograd."""

from functools import cache

import symgd as sg

from .case import Case
from .composed import LOSSES as COMPOSED
from .matrices import LOSSES as MATRICES
from .nets import LOSSES as NETS
from .regression import LOSSES as REGRESSION
from .samples import LOSSES as SAMPLES
from .values import KINDS, values_of

__all__ = ["KINDS", "LOSSES", "Case", "compiled", "values_of"]

LOSSES: dict[str, Case] = {**REGRESSION, **MATRICES, **SAMPLES, **NETS, **COMPOSED}


@cache
def compiled(name: str) -> sg.Program:
    """The program of a loss, derived once."""
    return sg.compile_numpy(sg.derive(LOSSES[name].loss))
