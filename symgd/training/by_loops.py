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
from symgd.errors import CompilationError, TrainingError
from symgd.training.engine import LOOPS, Engine
from symgd.training.kernels import form_for, module_for
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
    if setup.values.exact:
        raise TrainingError(_refused("fractions stay exact with arrays."))
    try:
        return train(setup, Engine(LOOPS, "as asked for."))
    except CompilationError as error:
        raise TrainingError(_refused(str(error))) from None


def chosen(setup: Setup, reason: str, train: Train) -> Run | None:
    """The run by a compiled loop, if that is faster than arrays, compiling it included; *reason* rules out moments."""
    seconds = _estimate(setup)
    if setup.values.exact or seconds < CALLING or not _has_numba():
        return None
    try:
        module = _module(setup)
        if seconds < _worth(module):
            return None
        words = f"arrays would take about {seconds:.2g} s; {reason}"
        return train(setup, Engine(LOOPS, words))
    except CompilationError:
        return None


def _worth(module: LoopModule) -> float:
    if is_loaded(module.source):
        return CALLING
    if not is_compiled(module.source):
        return COMPILING
    return LOADING if "numba" in sys.modules else IMPORTING


def _has_numba() -> bool:
    return "numba" in sys.modules or find_spec("numba") is not None


def _module(setup: Setup) -> LoopModule:
    return module_for(setup.program.derivation, setup.rule, form_for(setup.batches))


def _estimate(setup: Setup) -> float:
    """The seconds that arrays take, roughly."""
    width = sum(_width(values) for values in setup.values.data.values())
    return setup.limits.iterations * (_ITERATION + _NUMBER * width * setup.batches.size)


def _width(values: Any) -> int:
    return prod(np.shape(values)[1:])


def _refused(reason: str) -> str:
    return f'engine="{LOOPS}" cannot be used: {reason} Leave engine out.'
