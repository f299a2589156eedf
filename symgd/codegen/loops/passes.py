"""The generated functions that go over the samples: sums over a block of them, and over all blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symgd.codegen.loops.block import INDENT, Block
from symgd.codegen.loops.names import Names
from symgd.codegen.loops.scope import LoopScope
from symgd.codegen.loops.writing import Sum, Writing, define


def sums_functions(writing: Writing) -> Iterator[str]:
    """For each pass the function that sums over some samples, and the one that does so block by block."""
    for level in range(1, writing.parts.levels + 1):
        text, arguments = _sums(writing, level)
        yield text
        if writing.form.blocks:
            yield _blocks(writing, level, arguments)


def call_sums(writing: Writing, level: int, scope: LoopScope) -> list[str]:
    """The lines with which a function that knows ``first`` and ``last`` has the sums of one pass."""
    _, arguments = _sums(writing, level)
    order = [scope.names["order"]] if writing.form.ordered else []
    ends = [scope.names["first"], *([] if writing.form.one else [scope.names["last"]])]
    own = writing.of_level(level)
    if not writing.work:
        targets = ", ".join(each.variable for each in own)
        return [f"{targets} = {_name(level)}({', '.join([*ends, *order, *arguments])})"]
    work = scope.names["work"]
    if writing.form.blocks:
        call = f"{_name(level)}_of_blocks({', '.join([work, *ends, *order, *arguments])})"
    else:
        call = f"{_name(level)}({', '.join([f'{work}[0]', *ends, *order, *arguments])})"
    rows = [f"{each.variable} = {_kept(each, work, writing)}" for each in own]
    return [call, *rows]


def _kept(each: Sum, work: str, writing: Writing) -> str:
    """A sum in the first row; of an array a copy, where the next pass needs the row."""
    again = each.shape and each.total.level < writing.parts.levels
    return each.of(f"{work}[0]") + (".copy()" if again else "")


def _name(level: int) -> str:
    return "sums" if level == 1 else f"sums_{level}"


def _sums(writing: Writing, level: int) -> tuple[str, list[str]]:
    """The source of the function that sums over samples, and those of its arguments that are symbols and sums."""
    scope = writing.scope(level)
    block = Block(writing.parts, scope, writing.shared, looping=True)
    own, names, ended = writing.of_level(level), scope.names, []
    for each in own:
        block.settle(each.total.body)
        ended += block.over(each.total.axes, each.total.body, each.variable, "+=")
    inner = [*block.inside, *ended]
    once = writing.form.one and not writing.work
    if once:
        # The only sample: what it gives is the sum.
        inner = [line.replace(" += ", " = ", 1) if line in ended else line for line in inner]
    loop = _looped(writing, names, inner)
    lines = [*block.before, *([] if once else _zeros(writing, own, names)), *loop]
    lines += _returned(writing, own, names)
    sizes = writing.sizes(lines)
    arguments = writing.arguments([*lines, *sizes], writing.earlier(level))
    ends = [names["first"], *([] if writing.form.one else [names["last"]])]
    order = [names["order"]] if writing.form.ordered else []
    row = [names["row"]] if writing.work else []
    head = f"{_name(level)}({', '.join([*row, *ends, *order, *arguments])})"
    return define(
        head,
        "Sums over the samples from first to before last."
        if not writing.form.one
        else "The one sample that stands first.",
        [*sizes, *lines],
    ), arguments


def _looped(writing: Writing, names: Names, inner: Sequence[str]) -> list[str]:
    """The loop over the samples, or the one sample."""
    first, last, order = names["first"], names["last"], names["order"]
    if writing.form.one:
        return [f"i = {order}[{first}]" if writing.form.ordered else f"i = {first}", *inner]
    if writing.form.ordered:
        return [f"for i in {order}[{first}:{last}]:", *(INDENT + line for line in inner)]
    # From 0 on: so the compiler sees that no index counts from the end, and vectorizes the loop.
    used = writing.arguments(inner)
    data = [
        name for leaf, name in writing.leaves.items() if name in used and leaf in writing.parts.problem.data
    ]
    parts = ", ".join(f"{name}[{first}:{last}]" for name in data)
    return [
        *([f"{', '.join(data)} = {parts}"] if data else []),
        f"for i in range({last} - {first}):",
        *(INDENT + line for line in inner),
    ]


def _zeros(writing: Writing, own: Sequence[Sum], names: Names) -> list[str]:
    lines = [f"{names['row']}[:] = 0.0"] if writing.arrays else []
    lines += [f"{each.variable} = {each.of(names['row'])}" for each in own if each.shape]
    scalars = [each.variable for each in own if not each.shape]
    return [*lines, " = ".join([*scalars, "0.0"])] if scalars else lines


def _returned(writing: Writing, own: Sequence[Sum], names: Names) -> list[str]:
    if not writing.work:
        return [f"return {', '.join(each.variable for each in own)}"]
    return [f"{each.of(names['row'])} = {each.variable}" for each in own if not each.shape]


def _blocks(writing: Writing, level: int, arguments: Sequence[str]) -> str:
    names = Names({*writing.taken, *(each.variable for each in writing.sums)})
    work, first, last, k, start = (names[role] for role in ("work", "first", "last", "k", "start"))
    order = [names["order"]] if writing.form.ordered else []
    inside = ", ".join([f"{work}[{k}]", start, f"min({start} + BLOCK, {last})", *order, *arguments])
    lines = [
        f"for {k} in prange(-(-({last} - {first}) // BLOCK)):",
        f"{INDENT}{start} = {first} + {k} * BLOCK",
        f"{INDENT}{_name(level)}({inside})",
        f"add_rows({work}, -(-({last} - {first}) // BLOCK))",
    ]
    head = f"{_name(level)}_of_blocks({', '.join([work, first, last, *order, *arguments])})"
    decorator = "@njit(**FAST, parallel=True)" if writing.form.parallel else "@njit(**FAST)"
    return define(head, "The same block by block, the sums of each in a row of their own.", lines, decorator)
