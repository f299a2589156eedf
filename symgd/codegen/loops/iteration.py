"""The generated training loop: update rule, loss and gradient of the next batch, history and the ends of a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from symgd.codegen.body import code_name
from symgd.codegen.loops.block import INDENT, nested
from symgd.codegen.loops.evaluation import Call, shape_of, slopes
from symgd.codegen.loops.layout import LOSS, SLOPE, VALUE, Slot, numbered, recorded, slots
from symgd.codegen.loops.names import Names
from symgd.codegen.loops.passes import Writing, define, plus, words_in
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


class _Iteration:
    def __init__(self, writing: Writing, rule: UpdateRule, call: Call) -> None:
        self._writing, self._rule, self._call = writing, rule, call
        self._names = names = Names(writing.taken)
        self._slots = slots(writing.parts.problem, rule)
        # Loss, parameters and slopes have names of their own; those of states must not meet a symbol's.
        own = (LOSS, VALUE, SLOPE)
        self._now = {s: self._wanted(s) if s.kind in own else names.new(self._wanted(s)) for s in self._slots}
        self._ahead = {slot: self._names.new(f"{self._wanted(slot)}_ahead") for slot in self._slots}
        self._settings = {setting: self._names.new(code_name(setting)) for setting in rule.settings}
        self._singles = [slot for slot in self._slots if not slot.is_array]
        self._arrays = [slot for slot in self._slots if slot.is_array]

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

    def _wanted(self, slot: Slot) -> str:
        if slot.kind == LOSS:
            return "L"
        name = self._writing.leaves[slot.parameter]
        if slot.kind == VALUE:
            return name
        return slopes(self._writing)[slot.parameter] if slot.kind == SLOPE else f"{slot.kind}_{name}"

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

    def _views(self) -> Iterator[str]:
        """The lines that give the arrays among the numbers their names."""
        place = str(len(self._singles))
        for slot in self._arrays:
            shape = shape_of(self._writing, slot.parameter)
            end = plus(place, " * ".join(shape))
            for row, name in (
                (self._names["now"], self._now[slot]),
                (self._names["ahead"], self._ahead[slot]),
            ):
                part = f"{row}[{place} : {end}]"
                yield f"{name} = " + (part if len(shape) == 1 else f"{part}.reshape(({', '.join(shape)}))")
            place = end

    def _moved(self) -> list[str]:
        """The parameters of the next state, and its batch; those of the first are the start and the first one."""
        stays = [line for slot in self._slots if slot.kind not in (LOSS, SLOPE) for line in self._same(slot)]
        inside = [*self._updated(), *self._batch()]
        lines = [f"if {self._names['t']} > 0:", *(INDENT + line for line in inside)]
        return [f"{self._names['t']} += 1", *lines, "else:", *(INDENT + line for line in stays)]

    def _same(self, slot: Slot) -> list[str]:
        if not slot.is_array:
            return [f"{self._ahead[slot]} = {self._now[slot]}"]
        return self._each(slot, f"{self._ahead[slot]}{{0}} = {self._now[slot]}{{0}}")

    def _updated(self) -> Iterator[str]:
        for parameter, position in numbered(self._writing.parts.problem):
            states = [Slot(str(state), parameter, position) for state in self._rule.states]
            shape = shape_of(self._writing, parameter)
            letters = [self._names[letter] for letter in "jklmpq"[: len(shape)]]
            at = f"[{', '.join(letters)}]" if letters else ""
            targets = [
                self._ahead[Slot(VALUE, parameter, position)],
                *(self._ahead[state] for state in states),
            ]
            values = [Slot(VALUE, parameter, position), Slot(SLOPE, parameter, position), *states]
            given = [
                *(f"{self._now[slot]}{at}" for slot in values),
                self._names["t"],
                *self._settings.values(),
            ]
            line = f"{', '.join(f'{target}{at}' for target in targets)} = update({', '.join(given)})"
            yield from nested(letters, shape, [line])

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

    def _failed(self) -> list[str]:
        role, finite = self._names, self._names["finite"]
        singles = [self._ahead[slot] for slot in recorded(tuple(self._singles))]
        lines = [f"{finite} = {' and '.join(f'np.isfinite({name})' for name in singles)}"]
        for slot in recorded(tuple(self._arrays)):
            lines += self._each(slot, f"{finite} = {finite} and np.isfinite({self._ahead[slot]}{{}})")
        stored = [f"{role['ahead']}[{k}] = {self._ahead[slot]}" for k, slot in enumerate(self._singles)]
        inside = [*stored, f"{role['t']} -= 1", f"{role['span']}[6] = 1", "break"]
        return [*lines, f"if not {finite}:", *(INDENT + line for line in inside)]

    def _taken(self) -> list[str]:
        lines = [f"{self._names['change']} = abs({self._ahead[Slot(LOSS)]} - L)"]
        lines += [f"{self._now[slot]} = {self._ahead[slot]}" for slot in self._singles]
        place = len(self._singles)
        if self._arrays:
            lines.append(f"{self._names['now']}[{place}:] = {self._names['ahead']}[{place}:]")
        return lines

    def _recorded(self) -> list[str]:
        role = self._names
        listed = recorded(self._slots)
        row = f"{role['t']} - {role['origin']}"
        singles = [slot for slot in listed if not slot.is_array]
        lines = [f"{role['history']}[{row}, {k}] = {self._now[slot]}" for k, slot in enumerate(singles)]
        if len(singles) == len(listed):
            return lines
        values = [slot for slot in self._arrays if slot.kind == VALUE]
        length = " + ".join(" * ".join(shape_of(self._writing, slot.parameter)) for slot in values)
        count, start = len(singles), len(self._singles)
        part = f"{role['now']}[{start} : {start} + {length}]"
        return [
            *lines,
            f"if {role['history']}.shape[1] > {count}:",
            f"{INDENT}{role['history']}[{row}, {count}:] = {part}",
        ]

    def _ended(self) -> list[str]:
        role = self._names
        singles = [f"{self._now[slot]}**2" for slot in self._singles if slot.kind == SLOPE]
        lines = [f"{role['steepness']} = {' + '.join(singles) or '0.0'}"]
        for slot in self._arrays:
            if slot.kind == SLOPE:
                lines += self._each(slot, f"{role['steepness']} += {self._now[slot]}{{}} ** 2")
        steep = f"np.sqrt({role['steepness']}) <= {role['gradient_tolerance']}"
        lines += [f"if {steep} or {role['change']} <= {role['loss_tolerance']}:", f"{INDENT}break"]
        return [f"if {role['watched']}:", *(INDENT + line for line in lines)]

    def _closed(self) -> Iterator[str]:
        for k, slot in enumerate(self._singles):
            yield f"{self._names['now']}[{k}] = {self._now[slot]}"
        yield f"{self._names['span']}[0] = {self._names['t']}"

    def _each(self, slot: Slot, pattern: str) -> list[str]:
        """Loops over the entries of an array; the pattern has a place for the indices."""
        shape = shape_of(self._writing, slot.parameter)
        letters = [self._names[letter] for letter in "jklmpq"[: len(shape)]]
        return nested(letters, shape, [pattern.format(f"[{', '.join(letters)}]")])
