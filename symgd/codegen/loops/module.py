"""The text of a module of loops: loss and gradient in one pass over the samples, and the training loop around them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from math import prod

from symgd.codegen.commenting import LOSS, equation
from symgd.codegen.loops.evaluation import evaluate_function, public_function
from symgd.codegen.loops.functions import HELPERS
from symgd.codegen.loops.iteration import Argument, iterate_function
from symgd.codegen.loops.layout import Slot, slots
from symgd.codegen.loops.passes import sums_functions
from symgd.codegen.loops.strips import STRIP
from symgd.codegen.loops.totals import parts_of
from symgd.codegen.loops.writing import Form, Writing
from symgd.codegen.updates import update_function
from symgd.derivation.derive import Derivation
from symgd.notation.problem import Problem
from symgd.notation.updates import UpdateRule

# What `from numba import …` says in every module: the loader of plain Python replaces this line.
NUMBA = "from numba import njit, prange\n"

BLOCK = 4096
"""Samples that are added up in a row: the sums of blocks are then added in pairs."""

_ADD_ROWS = '''\
@njit(error_model="numpy")
def add_rows(work, count):
    """Adds rows of sums into the first: neighbours first, so that rounding errors do not pile up."""
    gap = 1
    while gap < count:
        for k in range(0, count - gap, 2 * gap):
            for j in range(work.shape[1]):
                work[k, j] += work[k + gap, j]
        gap *= 2
'''


@dataclass(frozen=True)
class LoopModule:
    """The text of a generated module, its form, the arguments of its ``iterate`` and the numbers of its states.

    *rows* are the shapes of the sums that it keeps in rows, for each pass. *kinds* tells of what kind the data are
    that it is compiled for.
    """

    source: str
    form: Form
    iterate: tuple[Argument, ...] = ()
    slots: tuple[Slot, ...] = ()
    rows: tuple[tuple[tuple[str, ...], ...], ...] = ()
    kinds: str = ""

    @cached_property
    def slots_in_order(self) -> tuple[Slot, ...]:
        """The numbers of a state in the order of the parameters."""
        return tuple(sorted(self.slots, key=lambda slot: slot.position))

    def row_length(self, sizes: Mapping[str, int]) -> int:
        """The length of a row of sums, for the numbers of named sizes; 0 where there are no rows."""
        return max((sum(map(partial(_entries, sizes), shapes)) for shapes in self.rows), default=0)


def _entries(sizes: Mapping[str, int], shape: tuple[str, ...]) -> int:
    return prod(int(size) if size.isdecimal() else sizes[size] for size in shape)


def write_loops(
    derivation: Derivation, rule: UpdateRule | None = None, form: Form | None = None
) -> LoopModule:
    """A standalone module that needs NumPy and Numba alone.

    Its function ``loss_and_gradient`` takes parameters, data and constants in this order and returns the loss and the
    slopes; with an update rule, ``iterate`` is the training loop. Without a *form* it is for any number of samples.

    Raises CompilationError where loops are not the form for a loss: products of matrices, arrays for each sample.
    """
    form = Form(blocks=True, parallel=True) if form is None else form
    writing = Writing(parts_of(derivation), form)
    evaluate, call = evaluate_function(writing)
    functions = [*sums_functions(writing), evaluate]
    if not form.ordered and not form.one:
        functions.append(public_function(writing, call))
    arguments: tuple[Argument, ...] = ()
    if rule is not None:
        text, arguments = iterate_function(writing, rule, call)
        functions += ["@njit(**FAST)\n" + update_function(rule), text]
    if form.blocks and writing.sums:
        functions.insert(0, _ADD_ROWS)
    listed = slots(derivation.problem, rule) if rule is not None else ()
    return LoopModule(_assemble(derivation.problem, functions, form), form, arguments, listed, writing.rows)


def _assemble(problem: Problem, functions: Iterable[str], form: Form) -> str:
    body = "\n\n".join(functions)
    body = "\n\n".join([*map(_helper, HELPERS.needed_by(body)), body])
    imports = "import math\n" * ("math." in body) + "from typing import Any\n" * (": Any" in body)
    imports += "\n" if imports else ""
    head = f'"""{_docstring(problem)}"""\n\n{imports}import numpy as np\n{NUMBA}\n'
    fast = 'FAST = {"error_model": "numpy", "fastmath": {"arcp", "contract", "nsz", "reassoc"}}\n'
    # Here the order of operations is part of the formula.
    fast += 'IN_ORDER = {"error_model": "numpy", "fastmath": {"contract"}}\n' * ("IN_ORDER" in body)
    block = f"BLOCK = {BLOCK}  # samples that are added up in a row\n" if form.blocks else ""
    block += f"STRIP = {STRIP}  # samples that are computed together\n" * ("STRIP" in body)
    return f"{head}{fast}CACHE = True\n{block}\n\n{body}"


def _helper(name: str) -> str:
    return f"@njit(**{'IN_ORDER' if name == 'exp' else 'FAST'})\n{HELPERS.source(name)}"


def _docstring(problem: Problem) -> str:
    lines = ["A loss and its gradient in one pass over the samples, generated by symgd.", ""]
    lines += [equation(problem, LOSS, problem.loss)]
    return "\n".join([*lines, *(equation(problem, name, name.definition) for name in problem.lets)]) + "\n"
