"""When a compiled loop is worth it: from an estimate of what arrays would take, and what compiling takes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import find_spec
from math import prod
from typing import Any

import numpy as np

from symgd.codegen.loops.kernels import is_compiled, is_loaded
from symgd.codegen.loops.module import LoopModule
from symgd.codegen.loops.writing import Form
from symgd.derivation.derive import Derivation
from symgd.errors import CompilationError, TrainingError
from symgd.notation.telling import Told, told
from symgd.notation.updates import UpdateRule
from symgd.training.engine import AS_ASKED, LOOPS, Engine
from symgd.training.loops.kernels import form_for, is_written, kinds_of, module_for
from symgd.training.partitions.partitions import Partitions
from symgd.training.run import Run
from symgd.training.setup import Setup

Train = Callable[[Setup, Engine], Run]

# What an iteration with arrays takes, and more for each number of data that it reads, in seconds.
_ITERATION, _NUMBER = 2e-5, 5e-9

# The seconds for which compiling is worth it; for which code that an earlier process left is loaded, with Numba and
# without; and those for which a loop that ran in this process already runs again.
COMPILING, IMPORTING, LOADING, CALLING = 6.0, 2.0, 0.5, 1e-3


def asked_for(setup: Setup, train: Train) -> Run:
    """The run by a compiled loop; TrainingError where the loss has none."""
    against = _against(setup)
    if against is not None:
        raise TrainingError(_refused(against))
    try:
        return train(setup, Engine(LOOPS, AS_ASKED))
    except CompilationError as error:
        raise TrainingError(_refused(str(error))) from None


def chosen(setup: Setup, reason: Told, train: Train) -> Run | None:
    """The run by a compiled loop, if that is faster than arrays, compiling it included; *reason* rules out moments."""
    if _against(setup) or not _has_numba():
        return None
    seconds = _estimate(setup)
    if seconds < CALLING:
        return None
    wanted = _wanted(setup)
    if seconds < LOADING and not is_written(*wanted):
        return None
    try:
        if seconds < _worth(module_for(*wanted)):
            return None
        return train(setup, Engine(LOOPS, told("slow arrays", seconds=f"{seconds:.2g}", reason=reason)))
    except CompilationError:
        return None


def _against(setup: Setup) -> str | None:
    """Why no compiled loop computes such data; None if one may."""
    if setup.values.exact:
        return "fractions stay exact with arrays."
    if isinstance(setup.values.data, Partitions):
        return "data in partitions are computed by arrays."
    unknown = [a.dtype for a in setup.values.arrays if a.dtype == np.float16 or not a.dtype.isnative]
    return f"Numba does not read data of the type {unknown[0]!s}." if unknown else None


def _worth(module: LoopModule) -> float:
    if is_loaded(module.source, module.kinds):
        return CALLING
    if not is_compiled(module.source, module.kinds):
        return COMPILING
    return LOADING if "numba" in sys.modules else IMPORTING


def _has_numba() -> bool:
    return "numba" in sys.modules or find_spec("numba") is not None


def _wanted(setup: Setup) -> tuple[Derivation, UpdateRule, Form, str]:
    kinds = kinds_of(setup.values.data.values())
    return setup.program.derivation, setup.rule, form_for(setup.batches, setup.values), kinds


def _estimate(setup: Setup) -> float:
    """The seconds that arrays take, roughly."""
    width = sum(_width(values) for values in setup.values.data.values())
    return setup.limits.iterations * (_ITERATION + _NUMBER * width * setup.batches.size)


def _width(values: Any) -> int:
    return prod(np.shape(values)[1:])


def _refused(reason: str) -> str:
    return f'engine="{LOOPS}" cannot be used: {reason} Leave engine out.'
