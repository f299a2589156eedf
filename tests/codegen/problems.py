"""Problems of index notation, posed by hand: any expressions as results, their symbols found in them."""

from collections.abc import Iterable
from typing import Any

from sympy import Symbol

from symgd.notation.indices import Count, Index
from symgd.notation.intermediates import Let, in_order
from symgd.notation.problem import Problem
from symgd.notation.symbols import Constant, Data, Element, Parameter, label_of, whole


def leaves(expr: Any) -> Iterable[Any]:
    """The symbols of an expression, each at the placeholders of its axes."""
    if isinstance(expr, Element):
        if not isinstance(expr.label, Let):
            yield whole(expr.label)
    elif isinstance(expr, Symbol):
        if not isinstance(expr, Index | Count):
            yield expr
    else:
        for arg in expr.args:
            yield from leaves(arg)


def posed(expr: Any, *more: Any) -> Problem:
    """The expression as a problem; *more* are results or symbols that it need not contain."""
    lets = in_order(expr)
    found = list(
        dict.fromkeys(leaf for e in (*(z.definition for z in lets), expr, *more) for leaf in leaves(e))
    )

    def kept(kind: type) -> tuple[Any, ...]:
        return tuple(leaf for leaf in found if isinstance(label_of(leaf), kind))

    return Problem(expr, kept(Parameter), kept(Data), kept(Constant), lets)
