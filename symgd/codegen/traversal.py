"""Rewriting of an expression from its leaves up."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from sympy import Expr

from symgd.notation.symbols import Element


def bottom_up(expr: Expr, rewrite: Callable[[Any], Expr]) -> Expr:
    """*expr* with each node rewritten, after those that it is made of; elements and other leaves stay."""

    @cache
    def visit(node: Any) -> Any:
        if not node.args or isinstance(node, Element):
            return node
        args = tuple(map(visit, node.args))
        return rewrite(node if args == node.args else node.func(*args))

    rewritten: Expr = visit(expr)
    return rewritten
