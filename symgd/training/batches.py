"""Which samples each iteration uses."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np

from symgd.errors import TrainingError
from symgd.training.settings import COUNT, WHOLE

# Numbers of an order that are written at a time; so few are shuffled faster in the type that NumPy takes by itself.
_FILLED = 1 << 18

Batch = Sequence[Any]


@dataclass(frozen=True)
class Batches:
    """How the *samples* of the data are split: *size* of them at a time, *shuffled* anew in each epoch by *seed*.

    The last batch of an epoch holds what is left. Iterating never ends.
    """

    samples: int
    size: int
    shuffled: bool = False
    seed: int | None = None

    @property
    def per_epoch(self) -> int:
        """The number of iterations that see each sample once."""
        return math.ceil(self.samples / self.size)

    @property
    def whole(self) -> bool:
        """Whether each iteration uses all samples."""
        return self.size == self.samples

    def of(self, data: Batch) -> Iterator[Batch]:
        """The batches of *data*, arrays of one value per sample, epoch after epoch."""
        return repeat(data) if self.whole and not self.shuffled else self._split(data)

    def _split(self, data: Batch) -> Iterator[Batch]:
        if self.shuffled:
            yield from self._shuffled(data)
        while True:
            for first in range(0, self.samples, self.size):
                yield [column[first : first + self.size] for column in data]

    def _shuffled(self, data: Batch) -> Iterator[Batch]:
        generator = np.random.default_rng(self.seed)
        order = np.empty(self.samples, kind_of_order(self.samples))
        while True:
            shuffle_into(order, generator)
            for first in range(0, self.samples, self.size):
                # NumPy's own type for places, which it would copy to otherwise for each column.
                places = order[first : first + self.size].astype(np.intp)
                yield [column.take(places, axis=0) for column in data]


def kind_of_order(samples: int) -> Any:
    """The smallest type for orders; without a sign, as compiled code need not ask then where an index counts from."""
    return np.uint32 if samples <= 2**32 else np.uint64


def shuffle_into(order: Any, generator: np.random.Generator) -> None:
    """Fill *order* as ``generator.permutation(len(order))`` is, whatever its type, without a copy."""
    if len(order) <= _FILLED:
        order[:] = generator.permutation(len(order))
        return
    for first in range(0, len(order), _FILLED):
        part = order[first : first + _FILLED]
        part[:] = np.arange(first, first + len(part), dtype=order.dtype)
    generator.shuffle(order)


def split(samples: int, size: int | None, shuffle: bool, seed: int | None) -> Batches:
    """The batches for what the user asked, checked. Without a *size*, each iteration uses all *samples*.

    A loss without data counts as one sample. Raises TrainingError for a size that is no whole number from 1 to the
    number of samples, for shuffling without a size, and for a seed that is not a whole number, 0 or more.
    """
    if not samples:
        if size is not None or shuffle:
            raise TrainingError("the loss has no data to take batches of: leave batch_size and shuffle out.")
        samples = 1
    if size is None:
        if shuffle:
            raise TrainingError(
                "shuffle=True changes nothing while every iteration uses all samples: give a batch_size, "
                "or leave shuffle out."
            )
        size = samples
    if size not in COUNT:
        raise TrainingError(f"batch_size is {size!r}; give a whole number from 1 to {samples}.")
    if size > samples:
        raise TrainingError(
            f"batch_size={size} is more than the {samples} samples of the data; give {samples} at most."
        )
    return Batches(samples, int(size), bool(shuffle), _seed(shuffle, seed))


def _seed(shuffle: bool, seed: int | None) -> int | None:
    if seed is None:
        # Drawn here and kept with the run, so that the run can be repeated.
        return int(np.random.SeedSequence().generate_state(1)[0]) if shuffle else None
    if seed not in WHOLE:
        raise TrainingError(f"seed is {seed!r}; give a whole number, 0 or more.")
    return int(seed)
