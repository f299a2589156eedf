"""Multiplies out the body of a sum over the samples: monomials, in each of which data and parameters stand apart.

(w x_i + b − y_i)² is w² · x_i² + 2 w b · x_i − …; (Σ_k w_k x_ik)² is Σ_k Σ_l w_k w_l · x_ik x_il. What a monomial has
of the data is all that the sum over the samples needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import Any, NamedTuple

from sympy import Expr, S, Sum

from symgd.notation.algebra import OrderedSum, factors, multiply, power, terms
from symgd.notation.indices import OTHER, Bound, Index, Sample, bound, indices_of
from symgd.notation.intermediates import Let
from symgd.notation.reindexing import reindexed
from symgd.notation.symbols import Parameter, label_of
from symgd.notation.telling import told
from symgd.notation.text import text

MANY = 200
"""More monomials than this cost more to derive, and to read, than they save."""

HIGHEST = 8
"""The highest power that is multiplied out: beyond it, sums of powers of the data lose the digits of the loss."""

Summed = tuple[tuple[Index, Expr], ...]


class NotPolynomialError(Exception):
    """Says why a loss is no polynomial in its parameters, or which bound it exceeds; *told* for other languages too."""

    def __init__(self, key: str, **values: Any) -> None:
        self.told = told(key, **values)
        super().__init__(str(self.told))


class Monomial(NamedTuple):
    """The product of what does not depend on the sample, *outside*, and what does, *inside*, summed over axes."""

    outside: tuple[Expr, ...]
    inside: tuple[Expr, ...]
    summed: Summed = ()

    def times(self, other: Monomial) -> Monomial:
        """The product of two monomials whose sums run over different indices."""
        return Monomial(self.outside + other.outside, self.inside + other.inside, self.summed + other.summed)

    @property
    def expr(self) -> Expr:
        """The monomial as an expression."""
        return around(multiply(*self.outside, *self.inside), self.summed)

    def apart(self) -> tuple[Expr, Summed, Summed]:
        """What it has of the data, the axes that are summed there alone, and those that are left."""
        outer = {index for factor in self.outside for index in indices_of(factor)}
        own = tuple(pair for pair in self.summed if pair[0] not in outer)
        return multiply(*self.inside), own, tuple(pair for pair in self.summed if pair[0] in outer)


def around(body: Expr, summed: Summed) -> Expr:
    """The sum of *body* over each of the indices, the first one outermost."""
    for index, size in reversed(summed):
        body = OrderedSum(body, (index, S.One, size))
    return body


def multiplied_out(body: Expr) -> tuple[Monomial, ...]:
    """The monomials of a body, equal ones put together; NotPolynomialError where there are none."""
    taken = [int(index.name[1:]) for index in body.atoms(Bound)]
    found = _expanded(body, count(max(taken, default=0) + 1))
    collected: dict[tuple[Any, ...], Expr] = {}
    for monomial in found:
        number, key = _canonical(monomial)
        collected[key] = collected.get(key, S.Zero) + number
    return tuple(
        Monomial((number, *outside) if number is not S.One else outside, inside, summed)
        for (outside, inside, summed), number in collected.items()
        if number is not S.Zero
    )


def depends_on_sample(expr: Expr) -> bool:
    """Whether *expr* has one value per sample."""
    return any(isinstance(symbol, Sample) for symbol in expr.free_symbols)


def has_parameters(expr: Expr) -> bool:
    """Whether *expr* changes in training."""
    return any(isinstance(symbol, Parameter) for symbol in expr.free_symbols)


def _expanded(node: Any, numbers: Iterator[int]) -> list[Monomial]:
    if not depends_on_sample(node):
        return [Monomial((node,), ())]
    if node.is_Add:
        return [each for term in terms(node) for each in _expanded(term, numbers)]
    if node.is_Mul:
        return _product((_expanded(factor, numbers) for factor in factors(node)), node)
    if node.is_Pow and node.exp.is_Integer and node.exp > 0 and node.base.args[1:]:
        if node.exp > HIGHEST and has_parameters(node.base):
            raise NotPolynomialError("power", power=text(node), highest=HIGHEST)
        if node.exp <= HIGHEST:
            return _product((_expanded(node.base, numbers) for _ in range(int(node.exp))), node)
    if isinstance(node, Sum) and isinstance(node.limits[0][0], Bound):
        return _sum(node, numbers)
    return [Monomial((), (of_data(node),))]


def _sum(node: Any, numbers: Iterator[int]) -> list[Monomial]:
    index, _, size = node.limits[-1]
    inner = node.function if len(node.limits) == 1 else OrderedSum(node.function, *node.limits[:-1])
    fresh = bound(next(numbers))
    body = _expanded(reindexed(inner, {index: fresh}), numbers)
    return [Monomial(each.outside, each.inside, ((fresh, size), *each.summed)) for each in body]


def _product(expansions: Iterable[list[Monomial]], node: Expr) -> list[Monomial]:
    product = [Monomial((), ())]
    for expansion in expansions:
        if len(product) * len(expansion) > MANY:
            raise NotPolynomialError("terms", product=text(node), most=MANY)
        product = [left.times(right) for left in product for right in expansion]
    return product


def of_data(node: Any) -> Any:
    """*node*, if it is a function of the data of one sample."""
    if has_parameters(node):
        raise _no_polynomial(node)
    if node.has(OTHER):
        raise NotPolynomialError("compares")
    if any(not depends_on_sample(name) for name in node.atoms(Let)):
        raise NotPolynomialError("total first", part=text(node))
    return node


def _no_polynomial(node: Any) -> NotPolynomialError:
    if node.has(OTHER):
        return NotPolynomialError("compares")
    names = sorted({label_of(s).name for s in node.free_symbols if isinstance(s, Parameter)})
    return NotPolynomialError("no polynomial", names=", ".join(names), part=text(node))


def _canonical(monomial: Monomial) -> tuple[Expr, tuple[Any, ...]]:
    """The number of a monomial, and the rest in an order and with indices that do not depend on how it arose."""
    every = factors(multiply(*monomial.outside)) if monomial.outside else ()
    number = multiply(*(factor for factor in every if factor.is_Number))
    outside = sorted((factor for factor in every if not factor.is_Number), key=_rank)
    inside = sorted(monomial.inside, key=_rank)
    order = [i for factor in (*outside, *inside) for i in _indices(factor)]
    sizes = dict(monomial.summed)
    free = (bound(k) for k in count(1) if bound(k) not in order or bound(k) in sizes)
    names = {old: next(free) for old in dict.fromkeys(i for i in order if i in sizes)}
    # Indices that occur in no factor: a sum of equal terms.
    lost = [size for index, size in sizes.items() if index not in names]
    renamed = [_powers([reindexed(f, names) for f in group]) for group in (outside, inside)]
    summed = tuple((new, sizes[old]) for old, new in names.items())
    return number, ((*lost, *renamed[0]), renamed[1], summed)


def _indices(factor: Any) -> Sequence[Index]:
    return [i for i in getattr(factor, "indices", ()) if isinstance(i, Index)] or indices_of(factor)


def _rank(factor: Any) -> tuple[str, str]:
    return str(getattr(label_of(factor.base if factor.is_Pow else factor), "name", "~")), str(factor)


def _powers(listed: list[Expr]) -> tuple[Expr, ...]:
    return tuple(power(factor, S(listed.count(factor))) for factor in dict.fromkeys(listed))
