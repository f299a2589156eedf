"""An update rule as a generated function: the equations of the paper, one statement each."""

from __future__ import annotations

from symgd.codegen.arrays import ArrayWriter
from symgd.notation.text import text
from symgd.notation.updates import GRADIENT, ITERATION, THETA, UpdateRule


def update_function(rule: UpdateRule) -> str:
    """The source of ``update(theta, g, …states, t, …settings)``, which returns θ and the states after one iteration.

    It works on numbers and arrays alike, entry by entry.
    """
    symbols = (THETA, GRADIENT, *rule.states, ITERATION, *rule.settings)
    names = {symbol: symbol.name for symbol in symbols}
    names |= {target: target.name for target, _ in rule.equations}
    writer = ArrayWriter(names)
    signature = ", ".join(f"{symbol.name}: Any" for symbol in symbols)
    kept = ", ".join(symbol.name for symbol in (THETA, *rule.states))
    doc = "\n\n    ".join(
        [f"{rule.name}: {rule.source}".rstrip(": "), *(f"{text(t)} ← {text(e)}" for t, e in rule.equations)]
    )
    lines = [f"{target.name} = {writer.write(value)}" for target, value in rule.equations]
    body = "".join(f"    {line}\n" for line in (f'"""{doc}\n    """', *lines, f"return {kept}"))
    returns = "Any" if not rule.states else "tuple[" + ", ".join(["Any"] * (1 + len(rule.states))) + "]"
    return f"def update({signature}) -> {returns}:\n{body}"
