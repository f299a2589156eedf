"""The engine: rewrites an expression line by line until no derivative is left. It holds no formula."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from sympy import Add, Expr, Mul, S, Sum

from symgd.derivation.derivative import Partial, partials
from symgd.derivation.evidence import Evidence, Oracle
from symgd.derivation.reason import reason_text
from symgd.derivation.rule import Rule
from symgd.derivation.rules import DEFINITION, RULES
from symgd.errors import DerivationError
from symgd.notation.algebra import OrderedSum, add, multiply
from symgd.notation.intermediates import Let
from symgd.notation.reindexing import renamed
from symgd.notation.text import text


@dataclass(frozen=True)
class Step:
    """One line of a derivation: *rule* turned *before* into *after*, and *evidence* says how that was checked.

    *rule* names the rule, or the rules that share the line; *about* is the intermediate whose definition the
    line uses, if it does.
    """

    rule: str
    before: Expr
    after: Expr
    evidence: Evidence
    about: tuple[Let, ...] = ()

    def __str__(self) -> str:
        return f"{text(self.before)} = {text(self.after)}   [{reason_text(self.rule, self.about)}; {self.evidence}]"


def differentiate(line: Expr, oracle: Oracle, names: Mapping[Let, Expr]) -> Iterator[Step]:
    """The steps from *line* to an equal expression without unevaluated derivatives.

    *names* gives the definition of each named intermediate: where a rule writes a definition out again, as
    σ(z)(1 − σ(z)) for p = σ(z), the name is put in its place.
    """
    while partials(line):
        used: dict[str, None] = {}
        about: tuple[Let, ...] = ()
        after = _trivially(line, used)
        if partials(after):
            leading = min(map(rule_for, partials(after)), key=RULES.index)
            if leading is DEFINITION:
                about = tuple(dict.fromkeys(n.expr for n in partials(after) if rule_for(n) is DEFINITION))
            after = _trivially(_rewrite(after, partial(_shares_line, leading), used), used)
        # Not inside a derivative that is still to be taken.
        after = renamed(after, names, Partial)
        yield Step(", ".join(used), line, after, oracle.compare(line, after), about)
        line = after


def _shares_line(leading: Rule, rule: Rule) -> bool:
    """Derivatives of outer functions are taken in one line; any other rule has a line for itself."""
    return rule is leading or (leading.inner is not None and rule.inner is not None)


def rule_for(node: Partial) -> Rule:
    """The first rule of the table that covers *node*; DerivationError if there is none."""
    for rule in RULES:
        if rule.matches(node):
            return rule
    raise DerivationError(
        f"no rule covers the derivative of {node.expr} with respect to {node.variable}: "
        "write it with functions that have one, or add a rule."
    )


def _trivially(line: Expr, used: dict[str, None]) -> Expr:
    """Apply trivial rules until none applies."""
    while any(rule_for(node).trivial for node in partials(line)):
        line = _rewrite(line, lambda rule: rule.trivial, used)
    return line


def _rewrite(line: Expr, wanted: Callable[[Rule], bool], used: dict[str, None]) -> Expr:
    """Rewrite each derivative in *line* whose rule is wanted; note the names of the rules."""

    @cache
    def visit(node: Any) -> Any:
        if isinstance(node, Partial):
            rule = rule_for(node)
            if not wanted(rule):
                return node
            used.update(dict.fromkeys(rule.names(node)))
            return rule.rewrite(node)
        args = tuple(map(visit, node.args))
        return node if args == node.args else rebuild(node, args)

    return visit(line)


def rebuild(node: Any, args: tuple[Any, ...]) -> Any:
    """*node* with other arguments: products and sums are opened, a sum of zeros is zero."""
    if isinstance(node, Add):
        return add(*args)
    if isinstance(node, Mul):
        return multiply(*args)
    if isinstance(node, Sum):
        return S.Zero if args[0] is S.Zero else OrderedSum(*args)
    return node.func(*args)
