"""The lines of a generated training loop about its states: how one becomes the next, is judged and is recorded."""

from __future__ import annotations

from collections.abc import Iterator

from symgd.codegen.body import code_name
from symgd.codegen.loops.block import INDENT, nested
from symgd.codegen.loops.evaluation import Call, shape_of, slopes
from symgd.codegen.loops.layout import LOSS, SLOPE, VALUE, Slot, numbered, recorded, slots
from symgd.codegen.loops.names import Names
from symgd.codegen.loops.writing import Writing, plus
from symgd.notation.updates import UpdateRule


class States:
    """The variables of the state that is reached and of the next one, and what is done with them."""

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

    def _wanted(self, slot: Slot) -> str:
        if slot.kind == LOSS:
            return "L"
        name = self._writing.leaves[slot.parameter]
        if slot.kind == VALUE:
            return name
        return slopes(self._writing)[slot.parameter] if slot.kind == SLOPE else f"{slot.kind}_{name}"

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

    def _each(self, slot: Slot, pattern: str) -> list[str]:
        """Loops over the entries of an array; the pattern has a place for the indices."""
        shape = shape_of(self._writing, slot.parameter)
        letters = [self._names[letter] for letter in "jklmpq"[: len(shape)]]
        return nested(letters, shape, [pattern.format(f"[{', '.join(letters)}]")])
