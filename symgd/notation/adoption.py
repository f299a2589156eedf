"""Gives the symbols of an expression made elsewhere their roles: ``derive(expr, parameters=[w], data=[x])``."""

from __future__ import annotations

from typing import Any

from sympy import Expr, IndexedBase, S, Sum, Symbol
from sympy.tensor.indexed import Indexed

from symgd.errors import NotationError
from symgd.notation.algebra import OrderedSum
from symgd.notation.indices import SAMPLE, SAMPLES
from symgd.notation.intermediates import Let, in_order, substitute
from symgd.notation.mapping import name_of
from symgd.notation.symbols import Constant, Data, Entry, Parameter, check_name, whole


def adopt(expr: Expr, listed: dict[Any, tuple[Any, ...]]) -> Expr:
    """*expr* with each symbol listed under a role replaced by one that has it.

    A data symbol may be a plain symbol (its value per sample), an ``IndexedBase`` or an ``Indexed``; a sum over
    all entries of it, (k, 1, N) or (k, 0, N - 1), becomes the sum over the samples.
    """
    replacements: dict[Any, Any] = {}
    for role, symbols in listed.items():
        for symbol in symbols:
            if not isinstance(symbol, Symbol | IndexedBase | Indexed):
                raise NotationError(
                    f"{symbol!r} is not a symbol: list SymPy symbols under parameters= and data=."
                )
            replacements[symbol] = _with_role(role, symbol)
    bases = {
        _base(symbol): _with_role(Data, symbol) for symbol in listed[Data] if not isinstance(symbol, Entry)
    }
    replacements = {old: new for old, new in replacements.items() if old != new}
    expr = substitute(_over_samples(expr, bases), replacements)
    for name in in_order(expr):
        definition = substitute(name.definition, replacements)
        if definition != name.definition:
            replacements[name] = Let(name.name, definition)
    return substitute(expr, replacements)


def _with_role(role: Any, symbol: Any) -> Expr:
    if isinstance(symbol, Parameter | Constant | Entry):
        if isinstance(symbol, Entry if role is Data else role):
            return symbol
        raise NotationError(
            f"{name_of(symbol)!r} is listed as {role.__name__.lower()}, but was made as something else."
        )
    name = check_name(str(_base(symbol)))
    return whole(Data(name)) if role is Data else role(name)


def _base(symbol: Any) -> Any:
    return symbol.base if isinstance(symbol, Indexed) else symbol


def _over_samples(expr: Expr, bases: dict[Any, Expr]) -> Expr:
    """Rename the index of each sum over data to the sample index, and its length to the number of samples."""
    replacements: dict[Any, Any] = {}
    for node in expr.atoms(Sum):
        indices = {leaf.indices for leaf in node.function.atoms(Indexed) if leaf.base in bases}
        if not indices:
            continue
        index, first, last = node.limits[0]
        count = last - first + S.One
        if indices != {(index,)} or len(node.limits) > 1 or not isinstance(count, Symbol):
            raise NotationError(
                f"the sum {node} does not run over all samples: write sg.mean(…) or sg.total(…), "
                f"or let its index go from 1 to the number of samples."
            )
        inside = {leaf: bases[leaf.base] for leaf in node.function.atoms(Indexed) if leaf.base in bases}
        replacements[node] = OrderedSum(substitute(node.function, inside), (SAMPLE, S.One, SAMPLES))
        replacements[count] = SAMPLES
    return substitute(expr, replacements)
