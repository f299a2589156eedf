"""What is said of a run, how it ended and what computed it: sentences with values in their places.

A page says them in its reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

# Pages have the same entries in other languages (symgd/views/languages).
SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "iteration": "{n} iteration",
        "iterations": "{n} iterations",
        "converged": "converged after {count}: {reason}",
        "spent": "all {count} done: {reason}",
        "diverged": "diverged after {count}: {reason}",
        "undefined": "undefined after {count}: {reason}",
        "interrupted": "interrupted after {count}: {reason}",
        "gradient within": "the gradient's norm is {norm}, within gradient_tolerance={tolerance}.",
        "iteration within": "the last iteration changed the loss by {change}, within loss_tolerance={tolerance}.",
        "epoch within": "the last epoch changed the loss by {change}, within loss_tolerance={tolerance}.",
        "flat": "the loss is {loss} and its gradient is 0: further iterations of this kind change nothing.",
        "change": "the loss went from {before} to {after}, where the gradient's norm is {norm}.",
        "more": "If that is not small enough, give more iterations.",
        "not fallen": "It has not fallen: {advice}",
        "too long": "The steps are too long: {advice}",
        "slower": "lower the learning rate.",
        "slower than": "lower the learning rate, {rate}.",
        "bound": "At the start the loss's largest curvature is λ = {curvature}: stay below 2/λ = {bound}.",
        "beyond": "in iteration {iteration} {what}. The parameters are those before it.",
        "loss is": "the loss is {value}",
        "parameter is": "{name} is {value}",
        "no slope": "the slope ∂L/∂{name} has no value: {cause}",
        "not real": "{part} has no real value where {where}",
        "infinite": "{part} is infinite where {where}",
        "elsewhere": "Lower the learning rate, start elsewhere, or write the loss so that it has a value there.",
        "stopped": "stopped by Ctrl-C. To go on from here, train again with start=run.parameters.",
        "as asked": "as asked for.",
        "few data": "{iterations} iterations over {numbers} numbers are done before moments are found.",
        "few samples": "{samples} samples are no more than the rows that would replace them.",
        "without data": "the loss has no data.",
        "fractions": "fractions stay exact with arrays.",
        "batches": "each batch would have moments of its own.",
        "infinite sums": "a weight of these data is negative, or what is summed over them grows beyond all numbers.",
        "power": "the power {power} is above {highest}, the highest multiplied out.",
        "terms": "{product} multiplied out has more than {most} terms.",
        "compares": "the loss compares samples with one another.",
        "total first": "{part} needs a sum over all samples first.",
        "no polynomial": "{names} and data stand together inside {part}, which is no polynomial.",
        "deep": "more than {most} intermediates build on one another.",
        "array inside": "a sum over the samples is an array, inside what is summed.",
        "slow arrays": "arrays would take about {seconds} s; {reason}",
        "few at a time": "for up to {most} samples at a time, plain Python takes less time than arrays.",
        "samples": "{n} samples",
        "in a partition": "{n} samples in 1 partition",
        "in partitions": "{n} samples in {partitions} partitions",
        "rows": "{samples} enter the loss through {rows} rows of numbers, found in one pass.",
        "compared": "{samples} enter the loss through {rows} rows of numbers, found in one pass; {compared}.",
        "agrees": "the loss differs from that over the data by {part} of itself at most",
        "rounding": "the loss differs from that over the data by {part} of itself at most, as far as rounding leaves "
        "it open",
        "over some": "over {samples} of the samples, {found}",
        "lost digits": "moments were tried and lost digits: {compared}.",
        "apart": "{where} they give {found} where the data give {direct}",
        "start": "at the start",
        "end": "at the end",
        "between": "at the point between",
    }
)


@dataclass(frozen=True)
class Told:
    """The sentence *key*, with *values* in their places; a value may itself be told, or several in a row."""

    key: str
    values: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        return say(self, SENTENCES)


def told(key: str, **values: Any) -> Told:
    """A sentence with its values.

    >>> print(told("not fallen", advice=(told("slower than", rate=2), told("more"))))
    It has not fallen: lower the learning rate, 2. If that is not small enough, give more iterations.
    """
    return Told(key, tuple(values.items()))


def say(what: Any, sentences: Mapping[str, str]) -> str:
    """What is told, in the words of *sentences*."""
    if isinstance(what, tuple):
        return " ".join(say(each, sentences) for each in what)
    if not isinstance(what, Told):
        return str(what)
    return sentences[what.key].format(**{name: say(value, sentences) for name, value in what.values})
