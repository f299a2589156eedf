"""Arithmetic that keeps the order in which the author wrote it.

SymPy sorts the arguments of sums and products and distributes numbers over sums as soon as they are built:
``w*x + b - y`` prints as ``b + w*x - y`` and ``2*(w + b)`` becomes ``2*b + 2*w``. A derivation that is meant
to be read cannot live with that. :class:`Ordered` is a mixin for SymPy nodes whose operators build
:class:`OrderedAdd`, :class:`OrderedMul` and :class:`OrderedPow`: SymPy expressions in every respect, but with
their arguments left where they were put. Only zeros, ones and numeric coefficients are tidied.
"""

from __future__ import annotations

from functools import cache, lru_cache, reduce
from operator import add as add_numbers
from typing import Any

from sympy import Abs, Add, Expr, Mul, Piecewise, Pow, S, Sum, Tuple
from sympy.core.sympify import SympifyError, _sympify
from sympy.functions.elementary.piecewise import ExprCondPair


class Ordered:
    """Mixin whose operators keep the order of their operands."""

    __slots__ = ()
    # Above Expr's 10, so that SymPy hands mixed operations (exp(x) + w) to the operators here.
    _op_priority = 20.0

    def __neg__(self) -> Expr:
        return multiply(S.NegativeOne, self)

    def __add__(self, other: Any) -> Expr:
        return _operate(lambda a: add(self, a), other)

    def __radd__(self, other: Any) -> Expr:
        return _operate(lambda a: add(a, self), other)

    def __sub__(self, other: Any) -> Expr:
        return _operate(lambda a: add(self, multiply(S.NegativeOne, a)), other)

    def __rsub__(self, other: Any) -> Expr:
        return _operate(lambda a: add(a, multiply(S.NegativeOne, self)), other)

    def __mul__(self, other: Any) -> Expr:
        return _operate(lambda a: multiply(self, a), other)

    def __rmul__(self, other: Any) -> Expr:
        return _operate(lambda a: multiply(a, self), other)

    def __truediv__(self, other: Any) -> Expr:
        return _operate(lambda a: multiply(self, power(a, S.NegativeOne)), other)

    def __rtruediv__(self, other: Any) -> Expr:
        return _operate(lambda a: multiply(a, power(self, S.NegativeOne)), other)

    def __pow__(self, other: Any) -> Expr:
        return _operate(lambda a: power(self, a), other)

    def __rpow__(self, other: Any) -> Expr:
        return _operate(lambda a: power(a, self), other)


class _Canonical(Ordered):
    """What SymPy's own algorithms see of an ordered sum, product or power: its sorted form."""

    __slots__ = ()

    @property
    def free_symbols(self) -> set[Any]:
        """The symbols inside, remembered: of every formula they are asked for many times."""
        return set(_free_symbols(self))

    def doit(self, **hints: Any) -> Expr:
        return sorted_form(self).doit(**hints)

    def expand(self, *args: Any, **hints: Any) -> Expr:
        return sorted_form(self).expand(*args, **hints)

    def _eval_simplify(self, **options: Any) -> Expr:
        return sorted_form(self).simplify(**options)

    def _eval_derivative(self, variable: Expr) -> Expr:
        return sorted_form(self)._eval_derivative(variable)

    def _eval_power(self, exponent: Expr) -> Expr:
        # sqrt() of a mean stays one root: SymPy would split it into a quotient of roots.
        return power(self, exponent)


class OrderedAdd(_Canonical, Add):
    """A sum that keeps its terms in the order given; zeros are dropped."""

    __slots__ = ()

    def __new__(cls, *terms: Any, **_: Any) -> Any:
        kept = [term for term in map(_sympify, terms) if term is not S.Zero]
        if all(term.is_Number for term in kept):
            # Not Add(*kept): its first call loads SymPy's tensors, which takes longer than a derivation.
            return reduce(add_numbers, kept) if kept else S.Zero
        return cls._from_args(kept)

    def could_extract_minus_sign(self) -> bool:
        """No: sin(−w − b) stays as written, where SymPy would turn the signs and look again, for ever."""
        return False

    def as_ordered_terms(self, *_: Any, **__: Any) -> list[Expr]:
        """The terms as SymPy's printers show them: as given, without parentheses inside."""
        return list(terms(self))


class OrderedMul(_Canonical, Mul):
    """A product that keeps its factors in the order given; its numeric coefficient comes first."""

    __slots__ = ()

    def __new__(cls, *factors: Any, **_: Any) -> Any:
        factors = tuple(map(_sympify, factors))
        coefficient = Mul(*(factor for factor in factors if factor.is_Number))
        kept = [factor for factor in factors if not factor.is_Number]
        if coefficient is S.Zero or not kept:
            return coefficient
        return cls._from_args(kept if coefficient is S.One else [coefficient, *kept])

    def as_ordered_factors(self, *_: Any, **__: Any) -> list[Expr]:
        """The factors as SymPy's printers show them: as given."""
        return list(self.args)

    def _eval_Abs(self) -> Expr:
        # SymPy would sort the factors.
        return Abs(self, evaluate=False)


class OrderedPow(_Canonical, Pow):
    """A power that is left as written; only numbers are evaluated."""

    __slots__ = ()

    def __new__(cls, base: Any, exponent: Any, **_: Any) -> Any:
        base, exponent = _sympify(base), _sympify(exponent)
        numbers = base.is_Number and exponent.is_Number
        if numbers or exponent in (S.Zero, S.One) or base in (S.One, S.Exp1):
            return Pow(base, exponent)
        node = Expr.__new__(cls, base, exponent)
        node.is_commutative = True
        return node


class OrderedSum(Ordered, Sum):
    """A SymPy ``Sum`` that takes part in ordered arithmetic."""

    __slots__ = ()

    def __new__(cls, body: Any, *limits: Any, **_: Any) -> Any:
        # Not through Sum's constructor, which folds piecewise factors into one another.
        node = Expr.__new__(cls)
        node._args = (_sympify(body), *(Tuple(*limit) for limit in limits))
        node.is_commutative = True
        return node

    @property
    def free_symbols(self) -> set[Any]:
        """All symbols but the indices. SymPy's own property renames these first and rebuilds the whole body."""
        limits = {symbol for _, *bounds in self.limits for bound in bounds for symbol in bound.free_symbols}
        return (self.function.free_symbols - set(self.variables)) | limits


class Piece(ExprCondPair):
    """A value and the condition under which it counts."""

    __slots__ = ()

    def __new__(cls, value: Any, condition: Any) -> Any:
        # Not through ExprCondPair's constructor, which solves conditions on piecewise expressions.
        return Tuple.__new__(cls, value, condition)


class OrderedPiecewise(Ordered, Piecewise):
    """A piecewise expression that keeps its conditions as written: SymPy's constructor solves and merges them."""

    __slots__ = ()

    def __new__(cls, *pieces: Any, **_: Any) -> Any:
        pairs = []
        for piece, condition in pieces:
            if condition != S.false:
                pairs.append(Piece(piece, condition))
            if condition == S.true:
                break
        values = {pair.expr for pair in pairs}
        if len(values) == 1 and pairs[-1].cond == S.true:
            return values.pop()
        return Expr.__new__(cls, *pairs) if pairs else S.NaN


# SymPy's printers choose how to print a function by the name of its class.
OrderedPiecewise.__name__ = "Piecewise"


def add(*terms: Expr) -> Expr:
    """The sum of *terms* in this order, sums among them opened.

    >>> from symgd.notation.symbols import parameters
    >>> w, b = parameters("w b")
    >>> add(w, b, w).args
    (w, b, w)
    """
    return OrderedAdd(*(inner for term in terms for inner in Add.make_args(_sympify(term))))


def multiply(*factors: Expr) -> Expr:
    """The product of *factors* in this order, products among them opened, the number first.

    >>> from symgd.notation.symbols import parameters
    >>> w, b = parameters("w b")
    >>> multiply(w, 2, w + b).args
    (2, w, w + b)
    """
    return OrderedMul(*(inner for factor in factors for inner in Mul.make_args(_sympify(factor))))


def power(base: Expr, exponent: Expr) -> Expr:
    """*base* to the *exponent*; an integer power of a power is one power."""
    base, exponent = _sympify(base), _sympify(exponent)
    if base.is_Pow and exponent.is_Integer:
        return OrderedPow(base.base, base.exp * exponent)
    return OrderedPow(base, exponent)


def terms(expr: Expr) -> tuple[Expr, ...]:
    """The terms of a sum, nested sums opened; of anything else, itself."""
    if not expr.is_Add:
        return (expr,)
    return tuple(inner for arg in expr.args for inner in terms(arg))


def factors(expr: Expr) -> tuple[Expr, ...]:
    """The factors of a product, nested products opened; of anything else, itself."""
    if not expr.is_Mul:
        return (expr,)
    args: tuple[Expr, ...] = expr.args
    if not any(arg.is_Mul for arg in args):
        return args
    return tuple(inner for arg in args for inner in factors(arg))


def has_minus(expr: Expr) -> bool:
    """Whether *expr* is written with a leading minus."""
    first = factors(expr)[0]
    return bool(first.is_Number and first.is_negative)


@lru_cache(maxsize=10_000)
def _free_symbols(expr: Expr) -> frozenset[Any]:
    return frozenset().union(*(arg.free_symbols for arg in expr.args))


_SORTED = {
    OrderedAdd: Add,
    OrderedMul: Mul,
    OrderedPow: Pow,
    OrderedSum: Sum,
    OrderedPiecewise: Piecewise,
    Piece: ExprCondPair,
}


def sorted_form(expr: Expr) -> Expr:
    """*expr* rebuilt with SymPy's own sums, products and powers, which sort and evaluate."""

    @cache
    def visit(node: Any) -> Any:
        if not node.args:
            return node
        return _SORTED.get(type(node), node.func)(*map(visit, node.args))

    return visit(expr)


def _operate(build: Any, other: Any) -> Any:
    """Apply *build* to *other* as a SymPy expression, or leave the operation to *other*."""
    try:
        return build(_sympify(other))
    except SympifyError:
        return NotImplemented
