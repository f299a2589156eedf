"""What is inside a sum: its factors grouped by their indices, so that products of matrices come to light."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sympy import Expr, S, Sum

from symgd.notation.algebra import OrderedSum, factors, multiply, terms
from symgd.notation.indices import SAMPLE, Index, Sample, indices_of

MANY = 3
"""An array with more axes is not stored, if it is a factor inside a sum."""


class Opened(NamedTuple):
    """Nested sums as one: the body, and the size of each index that is summed over."""

    body: Any
    sizes: Mapping[Index, Any]

    @property
    def over_samples(self) -> bool:
        """Whether there is nothing but numbers for each sample, as in a loss of scalars."""
        return set(indices_of(self.body)) <= {SAMPLE}

    def outside(self) -> tuple[Expr, ...]:
        """The factors that do not depend on what is summed over."""
        return tuple(
            factor for factor in factors(self.body) if not set(indices_of(factor)) & self.sizes.keys()
        )

    def groups(self) -> list[Expr]:
        """The other factors, those with the same indices as one product."""
        found: dict[frozenset[Index], list[Expr]] = {}
        for factor in factors(self.body):
            indices = frozenset(indices_of(factor))
            if indices & self.sizes.keys():
                found.setdefault(indices, []).append(factor)
        return [multiply(*group) for group in found.values()]

    def present(self) -> dict[Index, Any]:
        """The sizes of the indices that the body depends on."""
        free = self.body.free_symbols
        return {index: size for index, size in self.sizes.items() if index in free}

    def row_by_row(self) -> list[Expr]:
        """The one group of factors: in two parts if their product need not be stored."""
        listed = factors(multiply(*self.groups()))
        indices = indices_of(self.body)
        whole = set(indices) <= self.sizes.keys() and (len(indices) > 1 or set(indices) == {SAMPLE})
        if len(listed) == 1 or whole:
            return [multiply(*listed)]
        return [multiply(*listed[:-1]), listed[-1]]

    def around(self, body: Expr) -> Expr:
        """The sum of another body."""
        for index, size in self.sizes.items():
            body = OrderedSum(body, (index, S.One, size))
        return body


def opened(expr: Any, keep: Callable[[Expr], bool] = lambda _: False) -> Opened:
    """A sum with the sums directly inside it opened, but for those to *keep*."""
    body: Any = expr
    sizes: dict[Index, Any] = {}
    number: list[Expr] = []
    while type(body) in (Sum, OrderedSum) and not (sizes and keep(body)):
        if sizes.keys() & set(body.variables):
            break
        sizes |= {index: last for index, _, last in reversed(body.limits)}
        inner = factors(body.function)
        sums = [factor for factor in inner if isinstance(factor, Sum)]
        apart = [
            factor for factor in inner if factor not in sums and not set(indices_of(factor)) & sizes.keys()
        ]
        body = body.function
        if len(sums) == 1 and len(apart) == len(inner) - 1:
            number += apart
            body = sums[0]
    return Opened(multiply(*number, body) if number else body, sizes)


def split(body: Expr, sizes: Mapping[Index, Any]) -> tuple[Expr, ...]:
    """The parts of a body that are summed one by one, as one of them is a product of arrays; else the body alone."""
    if body.is_Add:
        parts = terms(body)
        return parts if any(map(_sums_further, parts)) or _any_larger(body) or _spread(body) else (body,)
    listed = factors(body)
    for position, factor in enumerate(listed):
        if (
            factor.is_Add
            and set(indices_of(factor)) & sizes.keys()
            and (_spread(factor) or _any_larger(factor))
        ):
            rest = (listed[:position], listed[position + 1 :])
            return tuple(multiply(*rest[0], term, *rest[1]) for term in terms(factor))
    return (body,)


def elementwise(total: Opened) -> bool:
    """Whether a sum is one reduction of an array that is computed entry by entry."""
    if total.over_samples:
        return True
    if len(split(total.body, total.sizes)) > 1 or len(total.groups()) != 1 or total.outside():
        return False
    return len(factors(total.body)) == 1 or set(indices_of(total.body)) <= total.sizes.keys()


def sums_samples_alone(total: Opened) -> bool:
    """Whether the one index that is summed over is one of samples, and the body has it."""
    index = next(iter(total.sizes))
    return len(total.sizes) == 1 and isinstance(index, Sample) and index in total.body.free_symbols


def _sums_further(term: Expr) -> bool:
    """Whether a term is a sum that has many axes, which are fewer once both sums are carried out."""
    return any(isinstance(factor, Sum) and len(indices_of(factor)) >= MANY for factor in factors(term))


def _any_larger(expr: Expr) -> bool:
    return any(_larger(term) for term in terms(expr))


def _larger(term: Expr) -> bool:
    """Whether a product has more indices than each of its factors."""
    indices = set(indices_of(term))
    return term.is_Mul and all(set(indices_of(factor)) < indices for factor in factors(term))


def _spread(expr: Expr) -> bool:
    """Whether a sum of terms has more indices than each of its terms."""
    indices = set(indices_of(expr))
    return all(set(indices_of(term)) < indices for term in terms(expr))
