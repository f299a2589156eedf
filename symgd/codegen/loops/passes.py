"""The generated functions that go over the samples: sums over a block of them, and over all blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symgd.codegen.loops.block import INDENT
from symgd.codegen.loops.names import Names
from symgd.codegen.loops.samples import function_name, sums_over_samples
from symgd.codegen.loops.scope import LoopScope
from symgd.codegen.loops.writing import Sum, Writing, define


def sums_functions(writing: Writing) -> Iterator[str]:
    """For each pass the function that sums over some samples, and the one that does so block by block."""
    for level in range(1, writing.parts.levels + 1):
        functions, arguments = sums_over_samples(writing, level)
        yield from functions
        if writing.form.blocks:
            yield _blocks(writing, level, arguments)


def call_sums(writing: Writing, level: int, scope: LoopScope) -> list[str]:
    """The lines with which a function that knows ``first`` and ``last`` has the sums of one pass."""
    _, arguments = sums_over_samples(writing, level)
    order = [scope.names["order"]] if writing.form.ordered else []
    ends = [scope.names["first"], *([] if writing.form.one else [scope.names["last"]])]
    own = writing.of_level(level)
    if not writing.work:
        targets = ", ".join(each.variable for each in own)
        return [f"{targets} = {function_name(level)}({', '.join([*ends, *order, *arguments])})"]
    work = scope.names["work"]
    if writing.form.blocks:
        call = f"{function_name(level)}_of_blocks({', '.join([work, *ends, *order, *arguments])})"
    else:
        call = f"{function_name(level)}({', '.join([f'{work}[0]', *ends, *order, *arguments])})"
    rows = [f"{each.variable} = {_kept(each, work, writing)}" for each in own]
    return [call, *rows]


def _kept(each: Sum, work: str, writing: Writing) -> str:
    """A sum in the first row; of an array a copy, where the next pass needs the row."""
    again = each.shape and each.total.level < writing.parts.levels
    return each.of(f"{work}[0]") + (".copy()" if again else "")


def _blocks(writing: Writing, level: int, arguments: Sequence[str]) -> str:
    names = Names({*writing.taken, *(each.variable for each in writing.sums)})
    work, first, last, k, start = (names[role] for role in ("work", "first", "last", "k", "start"))
    order = [names["order"]] if writing.form.ordered else []
    inside = ", ".join([f"{work}[{k}]", start, f"min({start} + BLOCK, {last})", *order, *arguments])
    lines = [
        f"for {k} in prange(-(-({last} - {first}) // BLOCK)):",
        f"{INDENT}{start} = {first} + {k} * BLOCK",
        f"{INDENT}{function_name(level)}({inside})",
        f"add_rows({work}, -(-({last} - {first}) // BLOCK))",
    ]
    head = f"{function_name(level)}_of_blocks({', '.join([work, first, last, *order, *arguments])})"
    decorator = "@njit(**FAST, parallel=True)" if writing.form.parallel else "@njit(**FAST)"
    return define(head, "The same block by block, the sums of each in a row of their own.", lines, decorator)
