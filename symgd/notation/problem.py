"""A problem: a loss together with the roles of its symbols, validated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sympy import Expr, S, Symbol
from sympy.core.sympify import SympifyError, _sympify

from symgd.errors import NotationError
from symgd.notation.adoption import adopt
from symgd.notation.indices import SAMPLE, SAMPLES, Count, Index, indices_of
from symgd.notation.intake import as_written
from symgd.notation.intermediates import Let, in_order
from symgd.notation.letters import Lettering, axes_of, lettering
from symgd.notation.mapping import name_of
from symgd.notation.shapes import shape, shape_text
from symgd.notation.symbols import Constant, Data, Element, Entry, Parameter, label_of, whole


@dataclass(frozen=True)
class Problem:
    """A loss, and its symbols in the order in which the author first used them.

    *lets* are the named intermediates, each after those that it uses.
    """

    loss: Expr
    parameters: tuple[Parameter | Element, ...]
    data: tuple[Entry, ...]
    constants: tuple[Constant | Element, ...]
    lets: tuple[Let, ...]

    @property
    def leaves(self) -> tuple[Expr, ...]:
        """Everything that has a value when the loss is evaluated."""
        return (*self.parameters, *self.data, *self.constants)

    @cached_property
    def sizes(self) -> tuple[Expr, ...]:
        """The sizes of the axes, in the order of the symbols that have them."""
        return tuple(
            dict.fromkeys(size for leaf in self.leaves for size in label_of(leaf).shape if size is not S.One)
        )

    @cached_property
    def has_arrays(self) -> bool:
        """Whether there are vectors or matrices beside the samples."""
        return any(label_of(leaf).shape for leaf in self.leaves) or any(map(shape, self.lets))

    @property
    def nested(self) -> bool:
        """Whether an intermediate is defined by another, or is an array: then derivatives are propagated backwards."""
        return any(name.definition.has(Let) or shape(name) for name in self.lets)

    def lettering(self, head: Any = None) -> Lettering:
        """The letters of the indices of all formulas, for lines that stand on the right of *head*."""
        known = self._lettering
        return replace(known, axes=axes_of(head)) if head is not None else known

    @cached_property
    def _lettering(self) -> Lettering:
        return lettering(self.loss, *self.lets, *(name.definition for name in self.lets))


_NOT_NUMBERS = (S.Infinity, S.NegativeInfinity, S.ComplexInfinity, S.NaN, S.ImaginaryUnit)


def pose(loss: Any, parameters: Any = None, data: Any = None, constants: Any = None) -> Problem:
    """Read a loss and the roles of its symbols.

    Symbols made by :func:`symgd.parameters`, :func:`symgd.data` and :func:`symgd.constants` know their role; for
    an expression made elsewhere, *parameters*, *data* and *constants* list its symbols.

    Raises NotationError for a symbol without a role, a listed symbol that does not occur, one name for two
    things, a loss without parameters, and a loss that still depends on the sample index.
    """
    try:
        expression = _sympify(loss)
    except SympifyError:
        raise NotationError(f"a loss is a SymPy expression, not {loss!r}.") from None
    if not isinstance(expression, Expr) or expression.is_Matrix:
        raise NotationError(f"a loss is one number, not {loss!r}.")
    listed = {Parameter: _listed(parameters), Data: _listed(data), Constant: _listed(constants)}
    expression = as_written(adopt(expression, listed))
    problem = _collect(expression)
    _check_numbers(problem)
    _check_roles(problem)
    _check_listed(problem, listed)
    return problem


def _listed(symbols: Any) -> tuple[Any, ...]:
    if symbols is None:
        return ()
    return tuple(symbols) if isinstance(symbols, Iterable) and not isinstance(symbols, str) else (symbols,)


def _collect(loss: Expr) -> Problem:
    lets = in_order(loss)
    found: dict[Expr, None] = {}
    # Definitions first: in ŷ − y with ŷ = w x + b the author meets w, x and b before y.
    for expression in (*(name.definition for name in lets), loss):
        for leaf in _leaves(expression):
            found[leaf] = None

    def kept(kind: type) -> tuple[Any, ...]:
        return tuple(leaf for leaf in found if isinstance(label_of(leaf), kind))

    without_role = [s for s in found if not isinstance(label_of(s), Parameter | Constant | Data)]
    if without_role:
        raise NotationError(
            f"the symbol {without_role[0]} is neither a parameter nor data nor a constant: "
            "make it with sg.parameters, sg.data or sg.constants, or list it in parameters=, data= or constants=."
        )
    return Problem(loss, kept(Parameter), kept(Data), kept(Constant), lets)


def _leaves(expr: Expr) -> Iterable[Expr]:
    """The symbols of an expression in the order of writing, without sample index and count."""
    if isinstance(expr, Element):
        if not isinstance(expr.label, Let):
            yield whole(expr.label)
    elif isinstance(expr, Symbol):
        if not isinstance(expr, Index | Count):
            yield expr
    else:
        for arg in expr.args:
            yield from _leaves(arg)


def _check_numbers(problem: Problem) -> None:
    for expression in (problem.loss, *(name.definition for name in problem.lets)):
        found = expression.atoms(*map(type, _NOT_NUMBERS))
        if found:
            raise NotationError(
                f"{expression} holds {found.pop()}, which is not a real number: "
                "look for a division by 0, a log of 0 or a root of a negative number."
            )


def _check_roles(problem: Problem) -> None:
    if not problem.parameters:
        raise NotationError(
            f"the loss {problem.loss} has no parameter to train: make one with sg.parameters."
        )
    if SAMPLE in problem.loss.free_symbols:
        raise NotationError(
            f"the loss {problem.loss} still has one value per sample: take sg.mean(…) or sg.total(…) of it."
        )
    if indices_of(problem.loss):
        raise NotationError(
            f"the loss {problem.loss} is an array of shape {shape_text(shape(problem.loss))}: take sg.sum(…) or "
            "sg.norm(…) of it, and sg.mean(…) over all pairs where sg.other(…) occurs."
        )
    owners: dict[str, Expr] = {str(size): size for size in problem.sizes}
    if SAMPLES in problem.sizes and problem.data:
        raise NotationError(
            "the size 'n' of an axis would be the number of samples: name it otherwise where there are data."
        )
    for symbol in (*problem.leaves, *problem.lets):
        name = name_of(symbol)
        if name in owners:
            raise NotationError(
                f"the name {name!r} stands for two things, {_described(owners[name])} and {_described(symbol)}: "
                "rename one of them."
            )
        owners[name] = symbol


def _described(symbol: Any) -> str:
    if isinstance(symbol, Let):
        return f"the intermediate {symbol.definition}"
    if isinstance(symbol, Count):
        return "the size of an axis"
    role = {Parameter: "a parameter", Constant: "a constant"}.get(type(label_of(symbol)), "data")
    return f"{role} of shape {shape_text(label_of(symbol).shape)}" if label_of(symbol).shape else role


def _check_listed(problem: Problem, listed: dict[Any, tuple[Any, ...]]) -> None:
    occurring = {Parameter: problem.parameters, Data: problem.data, Constant: problem.constants}
    words = {Parameter: "parameter", Data: "data symbol", Constant: "constant"}
    for role, symbols in listed.items():
        names = {name_of(symbol) for symbol in occurring[role]}
        for symbol in symbols:
            if name_of(symbol) not in names:
                raise NotationError(
                    f"the loss does not contain the {words[role]} {name_of(symbol)!r}: leave it out."
                )
