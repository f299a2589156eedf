"""Random values for the symbols of a loss of arrays."""

from typing import Any

import numpy as np

from symgd.codegen.sizes import full_shape
from symgd.notation.indices import number_of
from symgd.notation.mapping import name_of
from symgd.notation.symbols import Distribution, label_of

from .case import Case

KINDS = ("all sizes 1", "a batch of one", "different sizes", "random sizes", "other random sizes")


def values_of(case: Case, problem: Any, kind: str) -> dict[str, Any]:
    """A value for each symbol, by its name."""
    random = np.random.default_rng([KINDS.index(kind), len(str(problem.loss))])
    sizes = _sizes(problem, random, kind)
    return {
        name_of(leaf): _value(leaf, case.draws.get(name_of(leaf), "normal"), sizes, random)
        for leaf in problem.leaves
    }


def _sizes(problem: Any, random: np.random.Generator, kind: str) -> dict[str, int]:
    names = sorted({str(count) for leaf in problem.leaves for count in full_shape(leaf)})
    if kind == "all sizes 1":
        return dict.fromkeys(names, 1)
    if "random" in kind:
        return {name: int(random.integers(1, 6)) for name in names}
    different = {name: 2 + k for k, name in enumerate(names)}
    return {**different, "n": 1} if kind == "a batch of one" else different


def _value(leaf: Any, kind: str, sizes: dict[str, int], random: np.random.Generator) -> Any:
    shape = tuple(number_of(count) or sizes[str(count)] for count in full_shape(leaf))
    if kind == "labels":
        return np.eye(shape[-1])[random.integers(0, shape[-1], shape[:-1])]
    if isinstance(label_of(leaf), Distribution):
        return random.dirichlet(np.ones(shape[-1]), shape[:-1])
    return {
        "normal": lambda: random.normal(size=shape),
        "positive": lambda: random.uniform(0.5, 2, shape),
        "share": lambda: random.uniform(0.1, 0.9, shape),
        "sign": lambda: random.choice([-1.0, 1.0], shape),
        "mask": lambda: random.choice([0.0, 1.0], shape),
    }[kind]()
