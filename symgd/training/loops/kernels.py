"""Which compiled loop a run needs: written once for each derivation, update rule and form of code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple
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


class Wanted(NamedTuple):
    """What the module of a run is written for; *kinds* of arrays, as far as compiled code goes by them."""

    derivation: Derivation
    rule: UpdateRule | None
    form: Form
    kinds: str


def wanted_by(derivation: Derivation, rule: UpdateRule, batches: Batches, values: Values) -> Wanted:
    """What a run by these batches needs."""
    return Wanted(derivation, rule, _form(batches, values), _kinds(values))


def wanted_whole(derivation: Derivation, values: Values) -> Wanted:
    """What loss and gradient of all samples at once need."""
    many, blocks = values.samples >= LARGE, values.samples > BLOCK
    form = Form(blocks=blocks, parallel=many, converted=_is_converted(values))
    return Wanted(derivation, None, form, _kinds(values))


def module_for(wanted: Wanted) -> LoopModule:
    """The module for a loss and an update rule; CompilationError where loops are not the form for the loss."""
    derivation, rule, form, kinds = wanted
    known, key = _KNOWN.setdefault(derivation, {}), _key(wanted)
    if key not in known:
        known[key] = replace(write_loops(derivation, rule, form), kinds=kinds)
    return known[key]


def is_written(wanted: Wanted) -> bool:
    """Whether the module is at hand, which takes a while to write."""
    return _key(wanted) in _KNOWN.get(wanted.derivation, {})


def loaded(module: LoopModule) -> Functions:
    """The functions of a module, compiled when first called."""
    return compiled(module.source, module.kinds)


def _key(wanted: Wanted) -> tuple[Any, Form, str]:
    return key_of(wanted.rule), wanted.form, wanted.kinds


def _form(batches: Batches, values: Values) -> Form:
    """The form of code for batches of this size and order."""
    converted = _is_converted(values)
    if batches.size == 1 and batches.samples > 1:
        return Form(one=True, ordered=batches.shuffled, converted=converted)
    blocks = batches.size > BLOCK
    parallel = blocks and batches.size >= LARGE
    return Form(blocks=blocks, ordered=batches.shuffled, parallel=parallel, converted=converted)


def _is_converted(values: Values) -> bool:
    """Whether data are in another precision than the parameters."""
    return any(array.dtype != values.dtype for array in values.arrays)


def _kinds(values: Values) -> str:
    return " ".join(f"{each.dtype.str}{each.ndim}{_layout(each)}" for each in values.data.values())


def _layout(array: Any) -> str:
    writeable = "" if array.flags.writeable else "r"
    if array.flags.c_contiguous:
        return "C" + writeable
    return ("F" if array.flags.f_contiguous else "A") + writeable
