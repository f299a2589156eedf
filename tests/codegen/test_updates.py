"""Generated update functions: entry by entry, for arrays as for numbers."""

from typing import Any

import numpy as np
import pytest

import symgd as sg
from symgd.codegen.updates import update_function

OPTIMIZERS = [sg.optimizers.GradientDescent(0.1), sg.optimizers.Momentum(0.1), sg.optimizers.Adam(0.1)]


def update_of(optimizer: Any) -> Any:
    namespace: dict[str, Any] = {"np": np, "Any": Any}
    exec(update_function(optimizer.rule), namespace)
    return namespace["update"]


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda optimizer: type(optimizer).__name__)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_arrays_are_updated_entry_by_entry(optimizer: Any, dtype: Any) -> None:
    update, rule = update_of(optimizer), optimizer.rule
    generator = np.random.default_rng(0)
    theta, slope, *states = (
        generator.uniform(size=(2, 3)).astype(dtype) for _ in range(2 + len(rule.states))
    )
    settings = [dtype(value) for value in rule.settings.values()]
    whole = np.reshape(update(theta, slope, *states, 3, *settings), (-1, 2, 3))
    assert whole.dtype == dtype
    for place in np.ndindex(2, 3):
        one = update(theta[place], slope[place], *(state[place] for state in states), 3, *settings)
        np.testing.assert_allclose(np.ravel(one), whole[(slice(None), *place)], rtol=1e-6)
