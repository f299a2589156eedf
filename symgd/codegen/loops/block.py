"""The lines of one generated function: what does not depend on the sample before the loop, the rest inside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sympy as sp
from sympy import Expr, Function, Piecewise, Sum

from symgd.codegen.commenting import commented
from symgd.codegen.loops.names import variable
from symgd.codegen.loops.scope import LoopScope
from symgd.codegen.loops.totals import Parts, is_total
from symgd.codegen.loops.writer import LoopWriter
from symgd.codegen.sharing import describe, operands
from symgd.codegen.sums import opened
from symgd.notation.algebra import has_minus
from symgd.notation.indices import SAMPLE, Index, indices_of
from symgd.notation.intermediates import Let
from symgd.notation.shapes import lengths

INDENT = "    "


class Block:
    """Grows two lists of lines, *before* the loop over samples and *inside* it.

    *shared* are the forms of what is computed once; with *looping*, what no sample changes is computed before the loop.
    *writer* writes expressions.
    """

    def __init__(
        self,
        parts: Parts,
        scope: LoopScope,
        shared: set[int],
        looping: bool,
        writer: type[LoopWriter] = LoopWriter,
    ) -> None:
        self.before: list[str] = []
        self.inside: list[str] = []
        self.scope, self.writer = scope, writer(scope)
        self._parts, self._shared, self._looping = parts, shared, looping
        self._of_samples: list[tuple[Any, Expr]] = []

    def settle(self, expr: Expr, result: bool = False) -> None:
        """Compute all that *expr* is written with; itself too if others need it, but for a *result*."""
        below = [let for let in in_order_of(self._parts, expr) if self.scope.find(let) is None]
        for let in below:
            self._settle_inside(self._parts.definitions[let], self._looping)
            self._assign(let, self._parts.definitions[let], variable(let))
        self._settle_inside(expr, self._looping)
        if (not result or isinstance(expr, Sum)) and self._early(expr, self._looping):
            self._assign(expr, expr, self.scope.names.new(describe(expr)))

    def text(self, expr: Expr) -> str:
        """The source of *expr*, settled before."""
        return self.writer.written(expr).text

    def hold_result(self, expr: Expr, name: str) -> None:
        """Let a result's variable stand for *expr* from here on."""
        if expr.args and self.scope.find(expr) is None:
            self.scope.hold(expr, name)

    def close(self) -> None:
        """Forget what the loop over the samples computed for each of them."""
        for node, definition in self._of_samples:
            self.scope.forget(node, definition)

    def over(self, axes: Sequence[Index], expr: Expr, target: str, sign: str = "=") -> list[str]:
        """Lines that give *target*, an array with these axes, its entries; of none it is a number."""
        sizes = {index: lengths(expr)[index].size for index in axes}
        with self.scope.looping(sizes) as letters:
            place = f"[{', '.join(letters)}]" if letters else ""
            return nested(letters, self._ends(sizes), [f"{target}{place} {sign} {self.text(expr)}"])

    def filled(self, sizes: Mapping[Index, Any], places: Sequence[Any], expr: Expr, target: str) -> list[str]:
        """Lines that fill the array *target*, which has an axis for each of *places*."""
        with self.scope.looping(sizes) as letters:
            held = dict(zip(sizes, letters, strict=True))
            at = ", ".join(held.get(place, "0") for place in places)
            return nested(letters, self._ends(sizes), [f"{target}[{at}] = {self.text(expr)}"])

    def _settle_inside(self, node: Any, looping: bool) -> None:
        for arg in () if is_total(node) else operands(node):
            if self.scope.find(arg) is None:
                early = isinstance(arg, Expr) and self._early(arg, looping)
                self._settle_inside(arg, looping and not (early and SAMPLE not in arg.free_symbols))
                if early:
                    self._assign(arg, arg, self.scope.names.new(describe(arg)))

    def _early(self, node: Any, looping: bool) -> bool:
        """Whether *node* gets a variable of its own before what it is part of."""
        if not node.args or set(indices_of(node)) - {SAMPLE} or self.scope.find(node) is not None:
            return False
        if (node.is_Mul and has_minus(node)) or (node.is_Pow and node.exp == -1):
            return False  # What is inside is: these are written as a minus before it, and as a quotient.
        if isinstance(node, Sum):
            return not is_total(node)
        return self.scope.forms.of(node).number in self._shared or (looping and _invariant(node))

    def _assign(self, node: Any, definition: Expr, name: str) -> None:
        lines = self.before
        if SAMPLE in definition.free_symbols:
            lines = self.inside
            self._of_samples.append((node, definition))
        if isinstance(definition, Sum) and not is_total(definition):
            lines += [f"{name} = 0.0", *self._summed(definition, name)]
        else:
            lines.append(commented(self._parts.problem, f"{name} = {self.text(definition)}", node))
        if isinstance(node, Let):
            self.scope.name(node, name)
        if definition.args:
            self.scope.hold(definition, name)

    def _summed(self, node: Sum, name: str) -> list[str]:
        """The loops of a sum along axes."""
        inner = opened(node)
        with self.scope.looping(inner.sizes) as letters:
            return nested(letters, self._ends(inner.sizes), [f"{name} += {self.text(inner.body)}"])

    def _ends(self, sizes: Any) -> list[str]:
        return [self.scope.size(size) for size in sizes.values()]


def in_order_of(parts: Parts, expr: Expr) -> tuple[Let, ...]:
    """The intermediates that *expr* needs, innermost first; those needed by sums over samples are not among them."""
    if not parts.definitions:
        return ()
    used: set[Let] = _outside_totals(expr)
    for let in reversed(tuple(parts.definitions)):
        if let in used:
            used |= _outside_totals(parts.definitions[let])
    return tuple(let for let in parts.definitions if let in used)


def nested(letters: Sequence[str], ends: Iterable[str], lines: list[str]) -> list[str]:
    """Lines inside loops over these letters, the first outermost."""
    for letter, end in reversed(list(zip(letters, ends, strict=True))):
        lines = [f"for {letter} in range({end}):", *(INDENT + line for line in lines)]
    return lines


def _outside_totals(expr: Any) -> set[Let]:
    if isinstance(expr, Let):
        return {expr}
    if is_total(expr):
        return set()
    return set().union(*map(_outside_totals, expr.args))


def _invariant(node: Any) -> bool:
    """Whether no sample changes *node*, and computing it takes time."""
    return SAMPLE not in node.free_symbols and (
        node.has(Function, Piecewise) or any(not power.exp.is_integer for power in node.atoms(sp.Pow))
    )
