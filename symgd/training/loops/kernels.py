"""Which compiled loop a run needs: written once for each derivation, update rule and form of code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from symgd.codegen.loops.kernels import compiled
from symgd.codegen.loops.module import BLOCK, LoopModule, write_loops
from symgd.codegen.loops.writing import Form
from symgd.codegen.updates import key_of
from symgd.derivation.derive import Derivation
from symgd.notation.updates import UpdateRule
from symgd.training.batches import Batches
from symgd.training.values import Values

Functions = Mapping[str, Callable[..., Any]]

LARGE = 16 * BLOCK
"""So many samples are worth several threads."""

_KNOWN: WeakKeyDictionary[Derivation, dict[Any, LoopModule]] = WeakKeyDictionary()


def module_for(derivation: Derivation, rule: UpdateRule | None, form: Form, kinds: str = "") -> LoopModule:
    """The module for a loss and an update rule; CompilationError where loops are not the form for the loss."""
    known, key = _KNOWN.setdefault(derivation, {}), (key_of(rule), form, kinds)
    if key not in known:
        known[key] = replace(write_loops(derivation, rule, form), kinds=kinds)
    return known[key]


def is_written(derivation: Derivation, rule: UpdateRule, form: Form, kinds: str) -> bool:
    """Whether the module is at hand, which takes a while to write."""
    return (key_of(rule), form, kinds) in _KNOWN.get(derivation, {})


def kinds_of(data: Iterable[Any]) -> str:
    """Of what kind arrays are, as far as compiled code goes by it."""
    return " ".join(f"{each.dtype.str}{each.ndim}{_layout(each)}" for each in data)


def form_for(batches: Batches, values: Values) -> Form:
    """The form of code for batches of this size and order."""
    converted = is_converted(values)
    if batches.size == 1 and batches.samples > 1:
        return Form(one=True, ordered=batches.shuffled, converted=converted)
    blocks = batches.size > BLOCK
    parallel = blocks and batches.size >= LARGE
    return Form(blocks=blocks, ordered=batches.shuffled, parallel=parallel, converted=converted)


def whole_form(values: Values) -> Form:
    """The form of code for all samples at once."""
    many = values.samples >= LARGE
    return Form(blocks=values.samples > BLOCK, parallel=many, converted=is_converted(values))


def is_converted(values: Values) -> bool:
    """Whether data are in another precision than the parameters."""
    return any(array.dtype != values.dtype for array in values.arrays)


def loaded(module: LoopModule) -> Functions:
    """The functions of a module, compiled when first called."""
    return compiled(module.source, module.kinds)


def _layout(array: Any) -> str:
    writeable = "" if array.flags.writeable else "r"
    if array.flags.c_contiguous:
        return "C" + writeable
    return ("F" if array.flags.f_contiguous else "A") + writeable
