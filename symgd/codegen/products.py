"""The product of two arrays, summed over indices that both have: ``@`` where it can be, else ``np.einsum``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from symgd.codegen.written import ATOM, MATMUL, MULTIPLY, Axes, Written, in_order, transposed
from symgd.notation.indices import Index

_LETTERS = "ijklmnopqrstuvwxyz"


def product(a: Written, b: Written, summed: frozenset[Index], wanted: Sequence[Index]) -> Written:
    """Σ a b over *summed*, its axes in the order wanted as far as that costs nothing."""
    batch = set(a.axes) & set(b.axes) - summed
    rows, columns = (_own(operand, batch | summed) for operand in (a, b))
    if len(summed) == 1 and not batch and _plain(a, b, rows, columns):
        return _matrices(a, b, summed, wanted)
    if len(summed) == 1 and batch and len(rows) == len(columns) == 1:
        return _batched(a, b, (*in_order(batch, wanted),), summed, wanted)
    if len(summed) == 1 and not batch:
        for stack, matrix in ((a, b), (b, a)):
            if stack.axes[-1] in summed and len(matrix.axes) <= 2:
                return _stack(stack, matrix)
    if not batch and rows and columns:
        return _tensordot(a, b, in_order(summed, a.axes))
    return einsum((a, b), summed, wanted)


def einsum(operands: Sequence[Written], summed: Iterable[Index], wanted: Sequence[Index]) -> Written:
    """The product of arrays, summed over indices, as ``np.einsum``."""
    everything = list(dict.fromkeys(index for operand in operands for index in operand.axes))
    letters = dict(zip(everything, _LETTERS, strict=False))
    axes = in_order(set(everything) - set(summed), wanted)
    groups = ",".join("".join(letters[index] for index in operand.axes) for operand in operands)
    to = "".join(letters[index] for index in axes)
    arrays = ", ".join(operand.text for operand in operands)
    by = ", optimize=True" if len(operands) > 2 else ""
    return Written(f'np.einsum("{groups}->{to}", {arrays}{by})', ATOM, axes)


def _own(operand: Written, others: Iterable[Index]) -> Axes:
    return tuple(index for index in operand.axes if index not in set(others))


def _plain(a: Written, b: Written, rows: Axes, columns: Axes) -> bool:
    """Whether NumPy's ``@`` of the two is one product of matrices."""
    return len(rows) <= 1 and len(columns) <= 1 and len(a.axes) <= 2 and len(b.axes) <= 2


def _matrices(a: Written, b: Written, summed: frozenset[Index], wanted: Sequence[Index]) -> Written:
    """A product of matrices and vectors, a matrix first; of two matrices, the one whose rows are wanted first."""
    rows, columns = _own(a, summed), _own(b, summed)
    order = in_order((*rows, *columns), wanted)
    if (columns and not rows) or (rows and columns and order[0] != rows[0]):
        a, b, rows, columns = b, a, columns, rows
    shared = tuple(summed)
    left, right = transposed(a, (*rows, *shared)), transposed(b, (*shared, *columns))
    return Written(f"{left.within(MULTIPLY + 1)} @ {right.within(MULTIPLY + 1)}", MATMUL, (*rows, *columns))


def _batched(
    a: Written, b: Written, batch: Axes, summed: frozenset[Index], wanted: Sequence[Index]
) -> Written:
    """A product of matrices for each value of the indices that are not summed over and that both have."""
    rows, columns = _own(a, {*batch, *summed}), _own(b, {*batch, *summed})
    if in_order((*rows, *columns), wanted)[0] != rows[0]:
        a, b, rows, columns = b, a, columns, rows
    left, right = (
        transposed(a, (*batch, *rows, *summed)),
        transposed(b, (*batch, *summed, *columns)),
    )
    text = f"{left.within(ATOM)} @ {right.within(ATOM)}"
    return Written(text, MATMUL, (*batch, *rows, *columns))


def _tensordot(a: Written, b: Written, shared: Axes) -> Written:
    """A product over several indices at once, or of arrays with more than two axes: one product of matrices inside."""
    axes = (*_own(a, shared), *_own(b, shared))
    places = ", ".join(str([operand.axes.index(index) for index in shared]) for operand in (a, b))
    return Written(f"np.tensordot({a.text}, {b.text}, ({places}))", ATOM, axes)


def _stack(stack: Written, matrix: Written) -> Written:
    """A stack of matrices times one matrix or vector, over the last axis of the stack."""
    columns = tuple(index for index in matrix.axes if index != stack.axes[-1])
    right = transposed(matrix, (stack.axes[-1], *columns))
    return Written(f"{stack.within(ATOM)} @ {right.within(ATOM)}", MATMUL, (*stack.axes[:-1], *columns))
