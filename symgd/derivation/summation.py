"""What the rules of sums and of arrays do: derivatives under sums, of entries, of log-sum-exp and of softmax."""

from __future__ import annotations

from sympy import Expr, S, Sum

from symgd.derivation.derivative import Direct, Partial, per_sample, places
from symgd.notation.algebra import OrderedSum, add, multiply
from symgd.notation.deltas import delta
from symgd.notation.extremes import Softmax
from symgd.notation.indices import SAMPLE, SAMPLES, Index, fresh, indices_of
from symgd.notation.intermediates import Let
from symgd.notation.reindexing import reindexed
from symgd.notation.shapes import lengths
from symgd.notation.symbols import Element, label_of


def entry(node: Partial) -> Expr:
    """The product of a delta for each axis; for entries of a parameter, of an intermediate also for the sample."""
    sizes = {index: length.size for index, length in lengths(node.variable).items()}
    pairs = zip(node.variable.indices, node.expr.indices, strict=True)
    return multiply(
        *(delta(new, old, sizes.get(old, SAMPLES)) for old, new in pairs if isinstance(old, Index))
    )


def is_entry(node: Partial) -> bool:
    """Whether an entry of an array is derived with respect to another entry of it."""
    return isinstance(node.expr, Element | Let) and label_of(node.expr) == label_of(node.variable)


def under_the_sum(node: Partial) -> Expr:
    """Σ_s f_s' = (Σ_s f_s)'; an index of the variable is renamed where the sum binds it."""
    body, (index, *bounds) = node.expr.function, node.expr.limits[0]
    if index in indices_of(node.variable):
        other = fresh(body)
        body, index = reindexed(body, {index: other}), other
    return OrderedSum(inside(node.of(body)), (index, *bounds))


def inside(node: Partial) -> Expr:
    """A derivative under all sums of sums at once."""
    return under_the_sum(node) if isinstance(node.expr, Sum) else node


def one_term(node: Partial) -> bool:
    """Whether a sum over the samples holds the variable in the term of its own sample alone."""
    if not isinstance(node, Direct) or not isinstance(node.expr, Sum) or node.expr.limits[0][0] != SAMPLE:
        return False
    return per_sample(node.variable) and all(SAMPLE in at for at in places(node.variable, node.expr.function))


def log_sum_exp(node: Partial) -> Expr:
    """Σ_k softmax(u)_k u_k' for log Σ_k exp(u_k)."""
    body, limit = node.expr.args
    return OrderedSum(multiply(Softmax(body, limit, limit[0]), node.of(body)), limit)


def softmax(node: Partial) -> Expr:
    """For p_j the slope p_j (u_j' − Σ_k p_k u_k'). Bridle (1990)."""
    body, limit, at = node.expr.args
    index = fresh(node.expr)
    elsewhere = multiply(Softmax(body, limit, index), node.of(reindexed(body, {limit[0]: index})))
    mean = OrderedSum(elsewhere, (index, *limit[1:]))
    return multiply(node.expr, add(node.of(reindexed(body, {limit[0]: at})), multiply(S.NegativeOne, mean)))
