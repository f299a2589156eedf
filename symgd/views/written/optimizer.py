"""The optimizer of a written problem: its name alone, or with its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from symgd.errors import OptimizerError
from symgd.training import optimizers
from symgd.training.optimizers import Optimizer
from symgd.views.written.entries import Entry


def optimizer_of(found: Mapping[str, Entry], rates: tuple[Any, ...]) -> Optimizer:
    """The optimizer, by its name alone or with its settings; its learning rate is the first of *rates*."""
    entry = found.get("optimizer", Entry("optimizer", "GradientDescent", 1))
    name, settings = _named(entry)
    if rates:
        settings["learning_rate"] = rates[0]
    known = [each for each in optimizers.__all__ if each != "Optimizer"]
    if name not in known:
        raise entry.error(f"there is no optimizer {name[:40]!r}; there are {', '.join(known)}.")
    kind = getattr(optimizers, name)
    allowed = [each.name for each in fields(kind)]
    unknown = [key for key in settings if key not in allowed]
    if unknown:
        raise entry.error(f"{name} has no setting {unknown[0][:40]!r}; it has {', '.join(allowed)}.")
    try:
        made: Optimizer = kind(**settings)
    except OptimizerError as error:
        of_rate = "learning_rate=" in str(error)
        raise (found.get("learning_rate", entry) if of_rate else entry).error(str(error)) from None
    return made


def _named(entry: Entry) -> tuple[str, dict[str, Any]]:
    """A name, and the settings that are written with it."""
    if not isinstance(entry.value, dict):
        return entry.word(), {}
    if len(entry.value) != 1:
        raise entry.error("write one name, as in {Adam: {beta1: 0.8}}.")
    [(name, inner)] = entry.value.items()
    return name, {key: each.number() for key, each in inner.mapping("{Adam: {beta1: 0.8}}").items()}
