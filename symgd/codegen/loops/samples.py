"""The generated function that sums over some samples, one after the other or a strip at a time."""

from __future__ import annotations

from collections.abc import Sequence

from symgd.codegen.loops.block import INDENT, Block
from symgd.codegen.loops.names import Names
from symgd.codegen.loops.strips import assigned, in_strips, worth_strips
from symgd.codegen.loops.writing import Sum, Writing, define

_SUMS = "Sums over the samples from first to before last."
_ONE = "The one sample that stands first."
_STRIP = (
    "Adds the sums over so many samples, at most STRIP, loop by loop: the compiler takes several at a time."
)


def function_name(level: int, function: str = "sums") -> str:
    """The name of a function of this pass."""
    return function if level == 1 else f"{function}_{level}"


def sums_over_samples(writing: Writing, level: int) -> tuple[list[str], list[str]]:
    """The source of the function of one pass, after those that it calls, and its arguments: symbols, earlier sums."""
    if level not in writing.passes:
        writing.passes[level] = _written(writing, level)
    return writing.passes[level]


def _written(writing: Writing, level: int) -> tuple[list[str], list[str]]:
    """The same, written anew."""
    block = Block(writing.parts, writing.scope(level), writing.shared, looping=True)
    own, ended = writing.of_level(level), []
    for each in own:
        block.settle(each.total.body)
        ended.append(block.over(each.total.axes, each.total.body, each.variable, "+="))
    form = writing.form
    if writing.work and not form.one and not form.ordered:
        inside = [*block.inside, *(line for lines in sorted(ended, key=len) for line in lines)]
        if worth_strips(inside):
            return _in_strips(writing, level, block, inside)
    text, arguments = _one_by_one(writing, level, block, [line for lines in ended for line in lines])
    return [text], arguments


def _one_by_one(writing: Writing, level: int, block: Block, ended: Sequence[str]) -> tuple[str, list[str]]:
    """One sample after the other, or one alone."""
    own, names, inner = writing.of_level(level), block.scope.names, [*block.inside, *ended]
    once = writing.form.one and not writing.work
    if once:
        # The only sample: what it gives is the sum.
        inner = [line.replace(" += ", " = ", 1) if line in ended else line for line in inner]
    lines = [*block.before, *([] if once else _zeros(writing, own, names)), *_looped(writing, names, inner)]
    lines += _returned(writing, own, names)
    sizes = writing.sizes(lines)
    arguments = writing.arguments([*lines, *sizes], writing.earlier(level))
    ends = [names["first"], *([] if writing.form.one else [names["last"]])]
    order = [names["order"]] if writing.form.ordered else []
    row = [names["row"]] if writing.work else []
    head = f"{function_name(level)}({', '.join([*row, *ends, *order, *arguments])})"
    return define(head, _ONE if writing.form.one else _SUMS, [*sizes, *lines]), arguments


def _in_strips(
    writing: Writing, level: int, block: Block, inside: Sequence[str]
) -> tuple[list[str], list[str]]:
    """A strip of samples after the other: a function for one strip, and one that calls it."""
    own, names, early = writing.of_level(level), block.scope.names, assigned(block.before)
    row, held, start, count = (names[role] for role in ("row", "held", "start", "count"))
    first, last = names["first"], names["last"]
    strips = in_strips(inside, names)
    lines = [*_places(own, row), *_scalars(own)]
    lines += [*_sliced(writing, inside, start, f"{start} + {count}"), *strips.lines]
    lines += [f"{each.of(row)} += {each.variable}" for each in own if not each.shape]
    sizes = writing.sizes(lines)
    passed = writing.arguments([*lines, *sizes], [*writing.earlier(level), *early])
    name = function_name(level, "add_strip")
    strip = define(f"{name}({', '.join([row, held, start, count, *passed])})", _STRIP, [*sizes, *lines])
    call = f"{name}({row}, {held}, {start}, {{}}, {', '.join(passed)})"
    around = [*block.before, f"{row}[:] = 0.0", f"{held} = np.empty(({max(strips.held, 1)}, STRIP))"]
    around += [
        f"for {start} in range({first}, {last}, STRIP):",
        f"{INDENT}if {start} + STRIP <= {last}:",
        f"{INDENT * 2}{call.format('STRIP')}  # a number that the compiler knows",
        f"{INDENT}else:",
        f"{INDENT * 2}{call.format(f'{last} - {start}')}",
    ]
    sizes = writing.sizes(around)
    given = [name for name in passed if name not in early]
    arguments = writing.arguments([*around, *sizes, *given], writing.earlier(level))
    head = f"{function_name(level)}({', '.join([row, first, last, *arguments])})"
    return [strip, define(head, _SUMS, [*sizes, *around])], arguments


def _looped(writing: Writing, names: Names, inner: Sequence[str]) -> list[str]:
    """The loop over the samples, or the one sample."""
    first, last, order = names["first"], names["last"], names["order"]
    if writing.form.one:
        return [f"i = {order}[{first}]" if writing.form.ordered else f"i = {first}", *inner]
    if writing.form.ordered:
        return [f"for i in {order}[{first}:{last}]:", *(INDENT + line for line in inner)]
    loop = [f"for i in range({last} - {first}):", *(INDENT + line for line in inner)]
    return [*_sliced(writing, inner, first, last), *loop]


def _sliced(writing: Writing, inner: Sequence[str], first: str, last: str) -> list[str]:
    """The data that *inner* uses, cut: counted from 0 no index counts from the end, and the compiler sees it."""
    used = writing.arguments(inner)
    data = [
        name for leaf, name in writing.leaves.items() if name in used and leaf in writing.parts.problem.data
    ]
    colon = " : " if " " in last else ":"
    parts = ", ".join(f"{name}[{first}{colon}{last}]" for name in data)
    return [f"{', '.join(data)} = {parts}"] if data else []


def _zeros(writing: Writing, own: Sequence[Sum], names: Names) -> list[str]:
    whole = [f"{names['row']}[:] = 0.0"] if writing.arrays else []
    return [*whole, *_places(own, names["row"]), *_scalars(own)]


def _places(own: Sequence[Sum], row: str) -> list[str]:
    return [f"{each.variable} = {each.of(row)}" for each in own if each.shape]


def _scalars(own: Sequence[Sum]) -> list[str]:
    scalars = [each.variable for each in own if not each.shape]
    return [" = ".join([*scalars, "0.0"])] if scalars else []


def _returned(writing: Writing, own: Sequence[Sum], names: Names) -> list[str]:
    if not writing.work:
        return [f"return {', '.join(each.variable for each in own)}"]
    return [f"{each.of(names['row'])} = {each.variable}" for each in own if not each.shape]
