"""What a rule of differentiation is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sympy import Expr

from symgd.derivation.derivative import Partial


@dataclass(frozen=True)
class Rule:
    """One entry of the table of rules.

    *name* is what a textbook calls it, *statement* the rule in LaTeX. ``matches`` says whether it covers an
    unevaluated derivative, ``rewrite`` replaces that derivative. Where the rule differentiates an outer
    function, ``inner`` gives its argument u: the chain rule then multiplies by u'. A *trivial* rule shares a
    line with its neighbours.
    """

    name: str
    statement: str
    matches: Callable[[Partial], bool]
    rewrite: Callable[[Partial], Expr]
    inner: Callable[[Partial], Expr] | None = None
    trivial: bool = False

    def names(self, node: Partial) -> tuple[str, ...]:
        """The names to show for *node*: the chain rule is named where the argument is not the variable itself."""
        if self.inner is None or self.inner(node) == node.variable:
            return (self.name,)
        return (self.name, "chain rule")
