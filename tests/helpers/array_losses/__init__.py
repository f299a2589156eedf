"""Losses of arrays, each written for symgd and once more by hand for autograd."""

from .case import Case
from .matrices import LOSSES as MATRICES
from .nets import LOSSES as NETS
from .regression import LOSSES as REGRESSION
from .samples import LOSSES as SAMPLES

LOSSES: dict[str, Case] = {**REGRESSION, **MATRICES, **SAMPLES, **NETS}
