"""The loss and its gradient from data in blocks: sums of each block, added in a tree, and a function of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from symgd.codegen.partial_sums import COMBINE, BlockCode
from symgd.codegen.program import load
from symgd.errors import DataError
from symgd.training.blocks import Blocks, Sums, columns

LossAndSlopes = tuple[Any, dict[str, Any]]


@lru_cache(maxsize=16)
def loaded(source: str) -> dict[str, Any]:
    """The functions of a generated module, loaded once in each process."""
    return load(source)


@dataclass(frozen=True)
class BlockSums:
    """A task for a block, which a worker elsewhere can do too: it holds the source, not functions.

    *names* are those of the data, *values* the parameters and all else that stays the same for all blocks.
    """

    code: BlockCode
    names: list[str]
    values: dict[str, Any]
    dtype: Any

    def __call__(self, piece: Any) -> Sums:
        """The number of samples, the sums and their slopes, in double precision."""
        arrays = columns(self.names, piece, self.dtype)
        given = {**self.values, **arrays}
        functions = loaded(self.code.source)
        found: list[Any] = [len(next(iter(arrays.values())))]
        with np.errstate(all="ignore"):
            for part in self.code.parts:
                found += functions[part.function](*(given[name] for name in part.arguments))
        return tuple(np.asarray(value, dtype=np.float64)[()] for value in found)


class Blockwise:
    """The loss and its gradient as a function of parameters and constants, in this order.

    The answers at the first and the last point are kept, for at the end of a run they are asked for again.
    """

    def __init__(self, blocks: Blocks, names: tuple[str, ...], dtype: Any) -> None:
        self.blocks, self.names, self.dtype = blocks, names, dtype
        self._counts = _counts(blocks, dtype)
        self._known: list[tuple[tuple[Any, ...], LossAndSlopes]] = []

    def __call__(self, *arguments: Any) -> LossAndSlopes:
        """The loss over all samples, and its slopes by the names of the parameters."""
        for point, answer in self._known:
            if all(a is b for a, b in zip(point, arguments, strict=True)):
                return answer
        answer = self._computed(self._values(arguments))
        self._known = [*self._known[:1], (arguments, answer)]
        return answer

    def suspects(self, *arguments: Any) -> Iterator[tuple[Any, ...]]:
        """The arrays of the first block whose sums are not finite, if there is one."""
        task = self._task(self._values(arguments))
        for piece in self.blocks.read():
            if not all(np.isfinite(value).all() for value in task(piece)):
                yield tuple(self.blocks.columns(piece, self.dtype).values())
                return

    def _values(self, arguments: tuple[Any, ...]) -> dict[str, Any]:
        return {**dict(zip(self.names, arguments, strict=True)), **self._counts}

    def _task(self, values: dict[str, Any]) -> BlockSums:
        return BlockSums(self.blocks.code, self.blocks.names, values, self.dtype)

    def _computed(self, values: dict[str, Any]) -> LossAndSlopes:
        code = self.blocks.code
        samples, *sums = self.blocks.summed(self._task(values))
        if samples != self.blocks.samples:
            raise DataError(
                f"the blocks hold {samples:.0f} samples now, and {self.blocks.samples} when they were first read: "
                "give blocks that are the same in every pass."
            )
        given = {**values, **dict(zip(code.results, sums, strict=True))}
        with np.errstate(all="ignore"):
            loss, slopes = loaded(code.source)[COMBINE](*(given[name] for name in code.outer))
        return loss, {name: _like(values[name], slope) for name, slope in slopes.items()}


def _like(parameter: Any, slope: Any) -> Any:
    """A slope in the precision of its parameter."""
    return np.asarray(slope, dtype=parameter.dtype)[()]


def _counts(blocks: Blocks, dtype: Any) -> dict[str, Any]:
    """The number of samples and the sizes of axes, under the names that the code has for them."""
    sizes = {"n": blocks.samples, **blocks.sizes}
    return {name: np.float64(sizes[size]) for size, name in blocks.code.counts.items()}
