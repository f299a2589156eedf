"""What a loss of arrays is for the tests: written for symgd, and once more by hand for another library."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Case:
    """A loss of symgd and the same by hand, a function of the values of its symbols by their names.

    *draws* says which values are not drawn from a normal distribution: labels, masks, signs.
    """

    loss: Any
    by_hand: Callable[..., Any]
    draws: Mapping[str, str] = field(default_factory=dict)
