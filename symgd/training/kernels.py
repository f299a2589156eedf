"""Which compiled loop a run needs: written once for each derivation, update rule and form of code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from symgd.codegen.loops.kernels import compiled
from symgd.codegen.loops.module import BLOCK, LoopModule, write_loops
from symgd.codegen.loops.passes import Form
from symgd.derivation.derive import Derivation
from symgd.notation.updates import UpdateRule
from symgd.training.batches import Batches

Functions = Mapping[str, Callable[..., Any]]

LARGE = 16 * BLOCK
"""So many samples are worth several threads."""

_KNOWN: WeakKeyDictionary[Derivation, dict[Any, LoopModule]] = WeakKeyDictionary()


def module_for(derivation: Derivation, rule: UpdateRule | None, form: Form) -> LoopModule:
    """The module for a loss and an update rule; CompilationError where loops are not the form for the loss."""
    known = _KNOWN.setdefault(derivation, {})
    key = (form, rule and (rule.name, rule.equations, rule.states, tuple(rule.settings)))
    if key not in known:
        known[key] = write_loops(derivation, rule, form)
    return known[key]


def form_for(batches: Batches) -> Form:
    """The form of code for batches of this size and order."""
    if batches.size == 1 and batches.samples > 1:
        return Form(one=True, ordered=batches.shuffled)
    blocks = batches.size > BLOCK
    return Form(blocks=blocks, ordered=batches.shuffled, parallel=blocks and batches.size >= LARGE)


def whole_form(samples: int) -> Form:
    """The form of code for all samples at once."""
    return Form(blocks=samples > BLOCK, parallel=samples >= LARGE)


def loaded(module: LoopModule) -> Functions:
    """The functions of a module, compiled when first called."""
    return compiled(module.source)
