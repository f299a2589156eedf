"""The generated functions that give loss and gradient: of a batch, and as a user calls it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symgd.codegen.commenting import LOSS, equation
from symgd.codegen.loops.block import Block
from symgd.codegen.loops.passes import call_sums
from symgd.codegen.loops.writing import Writing, define, plus, words_in
from symgd.codegen.sizes import full_shape
from symgd.notation.indices import Index
from symgd.notation.mapping import name_of
from symgd.notation.symbols import label_of, placeholders


@dataclass(frozen=True)
class Call:
    """How ``evaluate`` is called: the *roles* of its arguments that tell the batch, and the *symbols* that it takes."""

    roles: tuple[str, ...]
    symbols: tuple[str, ...]

    def text(self, roles: Mapping[str, str], symbols: Mapping[str, str] | None = None) -> str:
        """The call; the variables of *roles*, and of *symbols* that have another one than their own, are given."""
        listed = [roles.get(role, role) for role in self.roles]
        listed += [(symbols or {}).get(name, name) for name in self.symbols]
        return f"evaluate({', '.join(listed)})"


def slopes(writing: Writing) -> dict[Any, str]:
    """The variable of the derivative with respect to each parameter."""
    return {parameter: f"dL_d{name_of(parameter)}" for parameter in writing.parts.problem.parameters}


def shape_of(writing: Writing, parameter: Any) -> tuple[str, ...]:
    """The sizes of a parameter's axes, as code has them."""
    sizes = (str(size) for size in label_of(parameter).shape) if full_shape(parameter) else ()
    return tuple(size if size.isdecimal() else writing.size(size) for size in sizes)


def evaluate_function(writing: Writing) -> tuple[str, Call]:
    """The source of ``evaluate``, loss and slopes of a batch, and how it is called. It fills slopes that are arrays."""
    scope = writing.scope(writing.parts.levels + 1)
    block = Block(writing.parts, scope, writing.shared, looping=False)
    lines = [
        line for level in range(1, writing.parts.levels + 1) for line in call_sums(writing, level, scope)
    ]
    own = slopes(writing)
    results(block, writing, own)
    lines += [*block.before, f"return {', '.join(['L', *_plain(own)])}"]
    words = words_in(lines)
    count = ["n = 1" if writing.form.one else f"n = {scope.names['last']} - {scope.names['first']}"]
    sizes = writing.sizes(lines)
    symbols = writing.arguments([*lines, *sizes])
    roles = [scope.names["work"]] * writing.work + [scope.names["first"]]
    roles += [] if writing.form.one else [scope.names["last"]]
    roles += [scope.names["order"]] if writing.form.ordered else []
    roles += [name for parameter, name in own.items() if full_shape(parameter)]
    head = f"evaluate({', '.join([*roles, *symbols])})"
    whole = [*(count if "n" in words else []), *sizes, *lines]
    source = define(head, "The loss and its slopes on a batch: the samples from first to before last.", whole)
    named = ["work"] * writing.work + ["first"] + ["last"] * (not writing.form.one)
    named += ["order"] * writing.form.ordered + [name for p, name in own.items() if full_shape(p)]
    return source, Call(tuple(named), tuple(symbols))


def public_function(writing: Writing, call: Call) -> str:
    """The source of ``loss_and_gradient``, which takes parameters, data and constants."""
    problem, own = writing.parts.problem, slopes(writing)
    scope = writing.scope(0)
    variables = {"first": "0", "last": "n", "work": scope.names["work"]}
    lines = ["n = " + (f"len({writing.leaves[problem.data[0]]})" if problem.data else "1")]
    lines += work_lines(writing, variables["work"], "n")
    lines += [f"{name} = np.empty({writing.leaves[p]}.shape)" for p, name in own.items() if full_shape(p)]
    lines += [f"{', '.join(['L', *_plain(own)])} = {call.text(variables)}"]
    lines += [f"return L, {', '.join(own.values())}"]
    if len(_plain(own)) == 0:
        lines[-2] = f"L = {call.text(variables)}"
    sizes = writing.sizes(lines)
    signature = ", ".join(writing.leaves.values())
    docstring = f"{equation(problem, LOSS, problem.loss)}\n\n    With its derivatives, in the order of the parameters."
    return define(
        f"loss_and_gradient({signature})", docstring, [*sizes, *lines], "@njit(**FAST, cache=CACHE)"
    )


def work_lines(writing: Writing, work: str, most: str) -> list[str]:
    """The line that makes rows of sums, for batches of at most so many samples."""
    if not writing.work:
        return []
    rows = f"-(-{most} // BLOCK)" if writing.form.blocks else "1"
    return [f"{work} = np.empty(({rows}, {row_length(writing)}))"]


def row_length(writing: Writing) -> str:
    """The length of a row of sums, that of the longest pass; empty where there are no rows."""
    if not writing.work:
        return ""
    widths = []
    for level in range(1, writing.parts.levels + 1):
        last = writing.of_level(level)[-1]
        widths.append(plus(last.place, last.length))
    return widths[0] if len(widths) == 1 else f"max({', '.join(widths)})"


def _plain(own: Mapping[Any, str]) -> Sequence[str]:
    return [name for parameter, name in own.items() if not full_shape(parameter)]


def results(block: Block, writing: Writing, own: Mapping[Any, str]) -> None:
    """The lines that compute the loss and the slopes."""
    parameters = {name: parameter for parameter, name in own.items()}
    for name, root in writing.parts.roots.items():
        block.settle(root, result=True)
        leaf = parameters.get(name)
        if leaf is not None and full_shape(leaf):
            block.before += _filled(block, root, leaf, name)
        else:
            block.before.append(f"{name} = {root}.0" if root.is_Integer else f"{name} = {block.text(root)}")
            block.hold_result(root, name)


def _filled(block: Block, root: Any, parameter: Any, name: str) -> list[str]:
    places = placeholders(label_of(parameter).shape)
    sizes = zip(places, label_of(parameter).shape, strict=True)
    return block.filled({at: size for at, size in sizes if isinstance(at, Index)}, places, root, name)
