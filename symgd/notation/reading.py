"""Reads a formula written as text, which may come from anywhere: it is data, and nothing of it is ever executed.

Python's own parser makes a tree of it; a table of the few kinds of nodes that a formula consists of turns that into
an expression, and whatever the table does not hold is refused. Sizes are bounded before anything is built.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import sympy as sp
from sympy import Expr, Rational, S

from symgd.errors import NotationError
from symgd.notation.algebra import add, multiply, power
from symgd.notation.bounds import too_long, unbounded, unbounded_power
from symgd.notation.intermediates import Let, let
from symgd.notation.screening import NESTING, WRITABLE, described, refusal, screen, screen_name
from symgd.notation.vocabulary import CHOICE, EXTREMA, FUNCTIONS, MANY, Callee


def read(text: str, names: Mapping[str, Expr], remedy: str = "") -> Expr:
    """The expression that *text* writes, of the symbols in *names*.

    Numbers are exact: 0.1 is 1/10, so that steps are checked exactly, and exact runs stay so. *remedy* is added to
    the error on a name that is not in *names*.

    Raises NotationError that quotes the piece that cannot be read, with its column and what may be written.

    >>> from symgd import data, parameters
    >>> read("mean((w*x - 0.5)**2)", {"w": parameters("w"), "x": data("x")})
    Sum((w*x[i] - 1/2)**2, (i, 1, n))/n
    """
    text = text.strip(" \n")
    screen(text)
    return _Reader(text, names, remedy).expression(_parsed(text), 0)


def read_let(text: str, names: Mapping[str, Expr], remedy: str = "") -> Let:
    """The named intermediate that *text* writes as ``y_hat = w*x + b``; the rest is as for :func:`read`.

    >>> from symgd import data, parameters
    >>> read_let("y_hat = w*x", {"w": parameters("w"), "x": data("x")}).definition
    w*x[i]
    """
    name, equals, definition = text.partition("=")
    if not equals:
        raise NotationError("an intermediate is written name = formula, for example y_hat = w*x + b.")
    name = screen_name(name.strip(" \n"))
    if name in names:
        raise NotationError(f"the name {name!r} stands for two things: rename one of them.")
    return let(name, read(definition, names, remedy))


def _parsed(text: str) -> ast.expr:
    """Python's tree of the text, which only holds what :func:`screen` lets through."""
    if not text:
        raise NotationError(f"the formula is empty: {WRITABLE}.")
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        # Where a text ends too early, the places that versions of Python tell differ.
        ended = len(text) - 1 if text[-1] in "+-*/<>=," else 0
        position = ended or min(max(error.offset or 1, 1), len(text)) - 1
        raise refusal(text, position, text[position], f"no formula goes on like this; {WRITABLE}") from None
    except (RecursionError, MemoryError):
        raise refusal(text, 0, text, "the formula is nested too deeply: give its parts names") from None
    extrema = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in EXTREMA
    ]
    # SymPy compares each argument with each other one when it builds a maximum.
    if sum(len(call.args) for call in extrema) > MANY:
        raise refusal(text, 0, text, f"all max and min together have at most {MANY} arguments")
    return tree


@dataclass(frozen=True)
class _Reader:
    text: str
    names: Mapping[str, Expr]
    remedy: str

    def expression(self, node: ast.expr, depth: int) -> Expr:
        """The expression of a node that is inside of *depth* others."""
        read_node = _NODES.get(type(node))
        if read_node is None:
            raise self.refused(node, _REFUSED.get(type(node), WRITABLE))
        if depth > 2 * NESTING:
            raise self.refused(node, "this is nested too deeply: give its parts names")
        return self.bounded(node, read_node(self, node, depth + 1))

    def number(self, node: ast.Constant, _depth: int) -> Expr:
        value = Fraction(self.piece(node))
        return Rational(value.numerator, value.denominator)

    def name(self, node: ast.Name, _depth: int) -> Expr:
        name = screen_name(node.id)
        if name in self.names:
            return self.names[name]
        if name in FUNCTIONS:
            raise self.refused(node, f"this is a function: write {FUNCTIONS[name][0].usage}")
        raise self.refused(node, _unknown("symbol", name, self.names, self.remedy))

    def signed(self, node: ast.UnaryOp, depth: int) -> Expr:
        operand = self.expression(node.operand, depth)
        return multiply(S.NegativeOne, operand) if isinstance(node.op, ast.USub) else operand

    def combined(self, node: ast.expr, depth: int) -> Expr:
        """A sum, product or power; a long one, which leans to the left, needs no deep recursion."""
        chain: list[ast.BinOp] = []
        while isinstance(node, ast.BinOp):
            chain.append(node)
            node = node.left
        result = self.expression(node, depth)
        for link in reversed(chain):
            right = self.expression(link.right, depth)
            if type(link.op) not in _OPERATIONS:
                raise self.refused(link, WRITABLE)
            result = self.bounded(link, self.operated(link, result, right))
        return result

    def operated(self, link: ast.BinOp, left: Expr, right: Expr) -> Expr:
        if isinstance(link.op, ast.Pow):
            self.check(link, unbounded_power(left, right))
        if isinstance(link.op, ast.Div):
            self.check(link, unbounded_power(right, S.NegativeOne))
        return _OPERATIONS[type(link.op)](left, right)

    def called(self, node: ast.Call, depth: int) -> Expr:
        callee = self.callee(node)
        arguments = [self.expression(each, depth) for each in node.args[callee.name == CHOICE :]]
        if callee.name == CHOICE:
            arguments.insert(0, self.condition(node.args[0], depth))
        settings = {str(each.arg): self.expression(each.value, depth) for each in node.keywords}
        if callee.evaluates:
            self.evaluable(node, *arguments)
        try:
            return callee.build(*arguments, **settings)
        except (TypeError, ValueError) as error:
            raise self.refused(node, str(error).rstrip(".")[:200]) from None

    def callee(self, node: ast.Call) -> Callee:
        """The function of the catalogue that a call means."""
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if not name or name in self.names:
            raise self.refused(node.func, "this is no function; a product is written with *")
        meanings = FUNCTIONS.get(name, ())
        if not meanings:
            raise self.refused(node.func, _unknown("function", name, FUNCTIONS))
        keywords = tuple(str(each.arg) for each in node.keywords)
        for meaning in meanings:
            if meaning.takes(len(node.args), keywords):
                return meaning
        raise self.refused(node, f"write {' or '.join(meaning.usage for meaning in meanings)}")

    def condition(self, node: ast.expr, depth: int) -> Any:
        """The comparison of two expressions."""
        if not (isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARISONS):
            raise self.refused(
                node, f"a condition is one comparison: {CHOICE}(w > 0, a, b), with < <= > or >="
            )
        left, right = self.expression(node.left, depth), self.expression(node.comparators[0], depth)
        self.evaluable(node, left, right)
        return _COMPARISONS[type(node.ops[0])](left, right)

    def evaluable(self, node: ast.expr, *arguments: Expr) -> None:
        if too_long(add(*arguments)):
            raise self.refused(
                node, "this is too much in one function: give a part of it a name, as an intermediate"
            )

    def bounded(self, node: ast.expr, expr: Expr) -> Expr:
        self.check(node, unbounded(expr))
        return expr

    def check(self, node: ast.expr, problem: str | None) -> None:
        if problem:
            raise self.refused(node, problem)

    def refused(self, node: ast.expr, why: str) -> NotationError:
        position = len(self.text.encode()[: node.col_offset].decode())
        return refusal(self.text, position, self.piece(node), why)

    def piece(self, node: ast.expr) -> str:
        """The text of a node, whose place Python's parser tells in bytes."""
        return self.text.encode()[node.col_offset : node.end_col_offset].decode()


def _unknown(kind: str, name: str, known: Iterable[str], remedy: str = "") -> str:
    close = get_close_matches(name, known, 1)
    hint = f"did you mean {close[0]}" if close else f"there are {', '.join(known) or 'none'}"
    return f"there is no {kind} {described(name)}; {hint}{remedy and '. '}{remedy}"


def _over(numerator: Expr, denominator: Expr) -> Expr:
    return multiply(numerator, power(denominator, S.NegativeOne))


def _minus(left: Expr, right: Expr) -> Expr:
    return add(left, multiply(S.NegativeOne, right))


_OPERATIONS: Mapping[type, Callable[[Expr, Expr], Expr]] = MappingProxyType(
    {ast.Add: add, ast.Sub: _minus, ast.Mult: multiply, ast.Div: _over, ast.Pow: power}
)

_COMPARISONS: Mapping[type, Callable[[Expr, Expr], Any]] = MappingProxyType(
    {ast.Lt: sp.Lt, ast.LtE: sp.Le, ast.Gt: sp.Gt, ast.GtE: sp.Ge}
)

_NODES: Mapping[type, Callable[[_Reader, Any, int], Expr]] = MappingProxyType(
    {
        ast.Constant: _Reader.number,
        ast.Name: _Reader.name,
        ast.UnaryOp: _Reader.signed,
        ast.BinOp: _Reader.combined,
        ast.Call: _Reader.called,
    }
)

_REFUSED = MappingProxyType(
    {
        ast.Compare: f"a comparison stands as the first argument of {CHOICE}(w > 0, a, b) alone",
        ast.Tuple: "commas stand between the arguments of a function alone",
        ast.Starred: "a star stands between two factors",
    }
)
