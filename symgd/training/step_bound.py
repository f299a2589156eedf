"""Why gradient descent diverged: steps longer than the curvature of the loss allows."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np

from symgd.errors import CompilationError, DerivationError
from symgd.notation.telling import Told, told
from symgd.training.optimizers import GradientDescent
from symgd.training.partitions.partitions import Partitions
from symgd.training.partitions.rows import are_large
from symgd.training.setup import Setup
from symgd.training.stopping import as_float

# Deriving the Hessian of more parameters than this takes longer than it explains.
_FEW = 10


def step_bound(setup: Setup) -> tuple[Told, ...]:
    """With steps longer than 2/λ, λ the largest curvature, gradient descent on a quadratic loss diverges.

    Said where that explains the failure: Polyak, Introduction to optimization (1987), section 1.4.
    """
    problem, values = setup.program.derivation.problem, setup.values
    rate = getattr(setup.optimizer, "learning_rate", None)
    plain = isinstance(setup.optimizer, GradientDescent) and isinstance(rate, Real)
    many = isinstance(values.data, Partitions) or len(problem.parameters) > _FEW
    unsuited = problem.nested or problem.has_arrays or many
    if not plain or not setup.batches.whole or unsuited:
        return ()
    try:
        with np.errstate(all="ignore"):
            entries = _differences(setup) if are_large(values.arrays) else _hessian(setup)
    except (DerivationError, CompilationError):
        return ()
    curvature = float(np.linalg.eigvalsh(entries)[-1]) if np.isfinite(entries).all() else 0.0
    if curvature <= 0 or 2 / curvature > as_float(rate):
        return ()
    return (told("bound", curvature=f"{curvature:.4g}", bound=f"{2 / curvature:.4g}"),)


def _hessian(setup: Setup) -> Any:
    """The second derivatives at the start."""
    values = setup.values
    found = setup.program.hessian(**values.start, **values.data, **values.constants)
    return np.asarray(found, dtype=float)


def _differences(setup: Setup) -> Any:
    """The same from differences of the gradient, which takes no arrays as long as the data; four digits are told."""
    start, rows = np.array(setup.start, dtype=float), []
    for k, step in enumerate(np.cbrt(np.finfo(float).eps) * np.maximum(1, np.abs(start))):
        ahead, behind = start.copy(), start.copy()
        ahead[k], behind[k] = start[k] + step, start[k] - step
        one, other = (np.array(setup.over_data(tuple(each))[1], dtype=float) for each in (ahead, behind))
        rows.append((one - other) / (ahead[k] - behind[k]))
    return (np.array(rows) + np.array(rows).T) / 2
