"""The generated training loop: update rule, loss and gradient of the next batch, history and the ends of a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from symgd.codegen.loops.block import INDENT
from symgd.codegen.loops.evaluation import Call, slopes
from symgd.codegen.loops.layout import LOSS, SLOPE, VALUE
from symgd.codegen.loops.states import States
from symgd.codegen.loops.writing import Writing, define, words_in
from symgd.notation.updates import UpdateRule

_DOCSTRING = """Iterates from state span[0] to span[1]; the last is left in *now*, one that is not finite in *ahead*.

    State -1 comes before the start: state 0 has the same parameters, with their loss and slopes. span[2] is the
    state in the first row of the history, span[3] the first sample of the batch, span[4] the row of the order,
    span[5] the size of batches; span[6] becomes 1 for a state that is not finite. *limits* are the tolerances."""


@dataclass(frozen=True)
class Argument:
    """An argument of ``iterate``: its *role*, and what it belongs to."""

    role: str
    of: Any = None


def iterate_function(writing: Writing, rule: UpdateRule, call: Call) -> tuple[str, tuple[Argument, ...]]:
    """The source of ``iterate``, and its arguments."""
    return _Iteration(writing, rule, call).source()


class _Iteration(States):
    """The whole function."""

    def source(self) -> tuple[str, tuple[Argument, ...]]:
        """The function and its arguments."""
        inside = [*self._moved(), *self._evaluated(), *self._failed(), *self._taken()]
        inside += [*self._recorded(), *self._ended()]
        t, until = self._names["t"], self._names["until"]
        lines = [
            *self._opened(),
            f"while {t} < {until}:",
            *(INDENT + line for line in inside),
            *self._closed(),
        ]
        listed = {argument: name for argument, name in self._arguments() if name in words_in(lines)}
        head = f"iterate({', '.join(listed.values())})"
        return define(head, _DOCSTRING, lines, "@njit(**FAST, cache=CACHE)"), tuple(listed)

    def _arguments(self) -> Iterator[tuple[Argument, str]]:
        for role in ("span", "limits", "now", "ahead", "history", "work", "order"):
            yield Argument(role), self._names[role]
        for size in self._writing.parts.problem.sizes:
            if not str(size).isdecimal():
                yield Argument("size", str(size)), self._writing.size(size)
        for setting, name in self._settings.items():
            yield Argument("setting", setting), name
        for leaf, name in self._writing.leaves.items():
            if leaf not in self._writing.parts.problem.parameters:
                yield Argument("leaf", leaf), name

    def _opened(self) -> list[str]:
        role, span = self._names, self._names["span"]
        samples = self._writing.parts.problem.data
        names = [role[r] for r in ("t", "until", "origin", "first", "row", "size")]
        lines = [f"{', '.join(names)} = {', '.join(f'{span}[{k}]' for k in range(6))}"]
        lines += [f"{role['samples']} = " + (f"len({self._writing.leaves[samples[0]]})" if samples else "1")]
        tolerances = f"{role['gradient_tolerance']}, {role['loss_tolerance']}"
        lines += [f"{tolerances} = {role['limits']}[0], {role['limits']}[1]"]
        lines += [f"{role['watched']} = {role['gradient_tolerance']} >= 0 or {role['loss_tolerance']} >= 0"]
        lines += [f"{self._now[slot]} = {role['now']}[{k}]" for k, slot in enumerate(self._singles)]
        return [*lines, *self._views()]

    def _moved(self) -> list[str]:
        """The parameters of the next state, and its batch; those of the first are the start and the first one."""
        stays = [line for slot in self._slots if slot.kind not in (LOSS, SLOPE) for line in self._same(slot)]
        inside = [*self._updated(), *self._batch()]
        lines = [f"if {self._names['t']} > 0:", *(INDENT + line for line in inside)]
        return [f"{self._names['t']} += 1", *lines, "else:", *(INDENT + line for line in stays)]

    def _batch(self) -> list[str]:
        first, samples, row = (self._names[role] for role in ("first", "samples", "row"))
        if not self._writing.parts.problem.data:
            return []
        lines = [f"{first} += {self._names['size']}", f"if {first} >= {samples}:", f"{INDENT}{first} = 0"]
        return [*lines, f"{INDENT}{row} += 1"] if self._writing.form.ordered else lines

    def _evaluated(self) -> list[str]:
        role, form = self._names, self._writing.form
        last = f"min({role['first']} + {role['size']}, {role['samples']})"
        variables = {"first": role["first"], "last": last, "work": role["work"]}
        if form.ordered:
            variables["order"] = f"{role['order']}[{role['row']}]"
        symbols: dict[str, str] = {}
        for slot, name in self._ahead.items():
            if slot.kind == VALUE:
                symbols[self._writing.leaves[slot.parameter]] = name
            elif slot.kind == SLOPE:
                variables[slopes(self._writing)[slot.parameter]] = name
        own = [self._ahead[s] for s in self._singles if s.kind in (LOSS, SLOPE)]
        return [f"{', '.join(own)} = {self._call.text(variables, symbols)}"]

    def _closed(self) -> Iterator[str]:
        for k, slot in enumerate(self._singles):
            yield f"{self._names['now']}[{k}] = {self._now[slot]}"
        yield f"{self._names['span']}[0] = {self._names['t']}"
