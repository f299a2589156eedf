"""An update rule as a generated function: the equations of the paper, one statement each."""

from __future__ import annotations

from typing import Any

from symgd.codegen.arrays import ArrayWriter
from symgd.codegen.body import code_name
from symgd.codegen.scope import Scope
from symgd.notation.text import text
from symgd.notation.updates import GRADIENT, ITERATION, THETA, UpdateRule


def update_function(rule: UpdateRule) -> str:
    """The source of ``update(theta, g, …states, t, …settings)``, which returns θ and the states after one iteration.

    It works on numbers and arrays alike, entry by entry.
    """
    symbols = (THETA, GRADIENT, *rule.states, ITERATION, *rule.settings)
    names = {symbol: code_name(symbol) for symbol in (*symbols, *(target for target, _ in rule.equations))}
    writer = ArrayWriter(Scope(names))
    docstring = [
        f"{rule.name}: {rule.source}".rstrip(": "),
        *(f"{text(t)} ← {text(e)}" for t, e in rule.equations),
    ]
    lines = [f"{names[target]} = {writer.write(value)}" for target, value in rule.equations]
    kept = ", ".join(names[symbol] for symbol in (THETA, *rule.states))
    quoted = '"""' + "\n\n    ".join(docstring) + '\n    """'
    body = "".join(f"    {line}\n" for line in (quoted, *lines, f"return {kept}"))
    return f"{_head(rule, ', '.join(f'{names[symbol]}: Any' for symbol in symbols))}\n{body}"


def key_of(rule: UpdateRule | None) -> Any:
    """What the source of a rule depends on: not the numbers that its settings have."""
    return rule and (rule.name, rule.source, rule.equations, rule.states, tuple(rule.settings))


def _head(rule: UpdateRule, signature: str) -> str:
    """The line of the def, or three where it is long."""
    returns = f"tuple[{', '.join(['Any'] * (1 + len(rule.states)))}]" if rule.states else "Any"
    head = f"def update({signature}) -> {returns}:"
    return head if len(head) <= 88 else f"def update(\n    {signature}\n) -> {returns}:"
