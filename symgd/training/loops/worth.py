"""When a loop is worth it, compiled or plain: from an estimate of what arrays would take, and what compiling takes."""

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
from symgd.notation.telling import Told, told
from symgd.training.engine import AS_ASKED, LOOPS, Engine
from symgd.training.loops.few import FEW, few_at_a_time
from symgd.training.loops.kernels import is_written, module_for, wanted_by
from symgd.training.partitions.partitions import Partitions
from symgd.training.run import Run
from symgd.training.setup import Setup

Train = Callable[[Setup, Engine], Run]

# What an iteration with arrays takes, and more for each number of data that it reads, in seconds.
_ITERATION, _NUMBER = 2e-5, 5e-9

# The same for a few samples in plain Python; and the seconds for which writing that is worth it.
_PLAIN_ITERATION, _PLAIN_NUMBER, WRITING = 3e-6, 1e-7, 5e-3

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
    """The run by a loop, if that is faster than arrays, compiling it included; *reason* rules out moments."""
    seconds = _estimate(setup)
    if seconds < CALLING or _against(setup):
        return None
    few = few_at_a_time(setup) if seconds >= WRITING else None
    if _compiles(setup, _estimate(setup, _PLAIN_ITERATION, _PLAIN_NUMBER) if few else seconds):
        try:
            return train(setup, Engine(LOOPS, told("slow arrays", seconds=f"{seconds:.2g}", reason=reason)))
        except CompilationError:
            pass
    return train(few, Engine(LOOPS, told("few at a time", most=FEW), plain=True)) if few else None


def _compiles(setup: Setup, seconds: float) -> bool:
    """Whether a compiled loop is at hand, or done sooner, for a run that takes so long without."""
    if seconds < CALLING:
        return False
    wanted = wanted_by(setup.program.derivation, setup.rule, setup.batches, setup.values)
    if (seconds < LOADING and not is_written(wanted)) or not _has_numba():
        return False
    try:
        return seconds >= _worth(module_for(wanted))
    except CompilationError:
        return False


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


def _estimate(setup: Setup, iteration: float = _ITERATION, number: float = _NUMBER) -> float:
    """The seconds that a run takes, roughly: with arrays, unless told what an iteration and a number take."""
    width = sum(_width(values) for values in setup.values.data.values())
    return setup.limits.iterations * (iteration + number * width * setup.batches.size)


def _width(values: Any) -> int:
    return prod(np.shape(values)[1:])


def _refused(reason: str) -> str:
    return f'engine="{LOOPS}" cannot be used: {reason} Leave engine out.'
