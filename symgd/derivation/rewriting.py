"""The engine: rewrites an expression line by line until no derivative is left. It holds no formula."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sympy import Add, Expr, Mul, S, Sum

from symgd.derivation.derivative import Partial, partials
from symgd.derivation.evidence import Evidence, Oracle
from symgd.derivation.rule import Rule
from symgd.derivation.rules import RULES
from symgd.errors import DerivationError
from symgd.notation.algebra import OrderedSum, add, multiply
from symgd.notation.intermediates import Let


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


def differentiate(line: Expr, oracle: Oracle) -> Iterator[Step]:
    """The steps from *line* to an equal expression without unevaluated derivatives."""
    while partials(line):
        used: dict[str, None] = {}
        about = _definitions_used(line)
        after = _trivially(line, used)
        if partials(after):
            about = _definitions_used(after)
            after = _trivially(_apply_first_rule(after, used), used)
        yield Step(", ".join(used), line, after, oracle.compare(line, after), about)
        line = after


def rule_for(node: Partial) -> Rule:
    """The first rule of the table that covers *node*; DerivationError if there is none."""
    for rule in RULES:
        if rule.matches(node):
            return rule
    raise DerivationError(
        f"no rule covers the derivative of {node.expr} with respect to {node.variable}: "
        "write it with functions that have one, or add a rule."
    )


def _apply_first_rule(line: Expr, used: dict[str, None]) -> Expr:
    """Apply the rule of the leftmost derivative, wherever it is the rule to apply."""
    leading = rule_for(partials(line)[0])
    return _rewrite(line, lambda rule: rule is leading, used)


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


def _definitions_used(line: Expr) -> tuple[Let, ...]:
    return tuple(dict.fromkeys(n.expr for n in partials(line) if rule_for(n).name == "definition"))
