"""What NumPy does to arrays, in index notation: ``dot``, ``sum``, ``transpose`` and their kin.

Each function renames the indices of its arguments and sums over what they share; the result is a SymPy scalar with
free indices again. The axis of the samples takes no part: ``x`` of shape (d,) is a vector here, whatever the batch.
"""

from __future__ import annotations

from typing import Any

from sympy import Expr, Rational, S

from symgd.errors import NotationError, ShapeError
from symgd.notation.algebra import OrderedSum, add, multiply, power
from symgd.notation.extremes import LogSumExp, Softmax
from symgd.notation.indices import Index, axis, fresh
from symgd.notation.intake import as_expression, as_written
from symgd.notation.reindexing import reindexed
from symgd.notation.shapes import described, hidden, lengths, shape, shape_text

__all__ = [
    "dot",
    "einsum",
    "log_softmax",
    "logsumexp",
    "norm",
    "outer",
    "softmax",
    "sum",
    "trace",
    "transpose",
]


def dot(a: Any, b: Any) -> Expr:
    """The product of vectors and matrices, as :func:`numpy.dot`: the last axis of *a* meets the first one of *b*.

    For two vectors Σ_k a_k b_k; for a matrix and a vector Σ_k A_jk b_k; for matrices Σ_l A_jl B_lk.

    Raises ShapeError where the axes that meet differ, and for more than two axes.

    >>> from symgd import data, parameters
    >>> x, W = data("x", shape=("d",)), parameters("W", shape=("h", "d"))
    >>> dot(W, x)
    Sum(W[a1, s1]*x[i, s1], (s1, 1, d))
    """
    a, b = _array(a, "dot()"), _placed(b, "dot()")
    a = a if shape(a) else _placed(a, "dot()")
    if not shape(a) or not shape(b):
        raise ShapeError(
            f"dot() needs vectors or matrices: {described(a if not shape(a) else b)}, is a number."
        )
    for argument in (a, b):
        if len(shape(argument)) > 2:
            raise ShapeError(f"dot() needs vectors or matrices, not {described(argument)}: use einsum().")
    shared, columns = fresh(a, b), len(shape(b)) - 1
    left = reindexed(a, {axis(1): shared, axis(2): axis(1 + columns)})
    return _contracted(left, reindexed(b, {axis(columns + 1): shared}), shared, f"dot({a}, {b})")


def _contracted(left: Expr, right: Expr, shared: Index, where: str) -> Expr:
    sizes = [lengths(side).get(shared) for side in (left, right)]
    if None in sizes:
        raise ShapeError(
            f"{where}: an axis that is summed over has the size 1 on one side; write the product instead."
        )
    first, second = sizes
    if first.size != second.size:  # type: ignore[union-attr]
        raise ShapeError(
            f"{where}: the axes that meet have the sizes {first.size} and {second.size}. "  # type: ignore[union-attr]
            f"{_named(first)}, {_named(second)}."
        )
    return OrderedSum(multiply(left, right), (shared, S.One, first.size))  # type: ignore[union-attr]


def _named(length: Any) -> str:
    from symgd.notation.shapes import _shape

    return f"{length.leaf} has shape {shape_text(_shape(length.leaf))}"


def sum(array: Any, axis: int | None = None, keepdims: bool = False) -> Expr:  # noqa: A001 - NumPy's name
    """The sum of all entries of a sample's array, or along one axis, as :func:`numpy.sum`.

    The samples are summed by :func:`symgd.total`.

    >>> from symgd import parameters
    >>> sum(parameters("W", shape=("h", "d")), axis=0)
    Sum(W[s1, a1], (s1, 1, h))
    """
    array = _array(array, "sum()")
    count = len(shape(array))
    if axis is None:
        for number in range(1, count + 1):
            array = _summed(array, number)
        return array
    number = _number(array, axis, "sum()")
    return _summed(array, number) if keepdims else _closed_up(_summed(array, number), number)


def _summed(array: Expr, number: int) -> Any:
    """Σ along the axis with this number from the right, which then is no axis any more."""
    length = lengths(array).get(axis(number))
    if length is None:
        return array
    index = fresh(array)
    return OrderedSum(reindexed(array, {axis(number): index}), (index, S.One, length.size))


def _closed_up(array: Expr, number: int) -> Any:
    """The axes to the left of one that was removed, moved to the right."""
    return reindexed(array, {axis(k): axis(k - 1) for k in range(number + 1, len(shape(array)) + 1)})


def _number(array: Expr, position: int, function: str) -> int:
    """The number from the right of an axis that is counted from the left, or from the right if negative."""
    count = len(shape(array))
    if not isinstance(position, int) or not -count <= position < 0:
        _placed(array, function)
    if not isinstance(position, int) or not -count <= position < count:
        raise ShapeError(f"{function}: {described(array)}, has no axis {position}.")
    return -position if position < 0 else count - position


def transpose(array: Any) -> Expr:
    """The array with its axes in reverse order, as :func:`numpy.transpose`; a vector is left as it is.

    >>> from symgd import parameters
    >>> transpose(parameters("W", shape=("h", "d")))
    W[a1, a2]
    """
    array = _placed(array, "transpose()")
    count = len(shape(array))
    return reindexed(array, {axis(k): axis(count + 1 - k) for k in range(1, count + 1)})


def outer(a: Any, b: Any) -> Expr:
    """a_j b_k: the matrix of all products of two vectors, as :func:`numpy.outer`.

    >>> from symgd import parameters
    >>> outer(parameters("u", shape=("m",)), parameters("v", shape=("n_v",)))
    u[a2]*v
    """
    a, b = _placed(a, "outer()"), _placed(b, "outer()")
    for vector in (a, b):
        if len(shape(vector)) != 1:
            raise ShapeError(f"outer() needs two vectors: {described(vector)}, is none.")
    return multiply(reindexed(a, {axis(1): axis(2)}), b)


def trace(matrix: Any) -> Expr:
    """Σ_j A_jj, the sum along the diagonal of a square matrix.

    >>> from symgd import constants
    >>> trace(constants("A", shape=("m", "m")))
    Sum(A[s1, s1], (s1, 1, m))
    """
    matrix = _placed(matrix, "trace()")
    sizes = shape(matrix)
    if len(sizes) != 2 or sizes[0] != sizes[1]:
        raise ShapeError(f"trace() needs a square matrix: {described(matrix)}, is none.")
    index = fresh(matrix)
    return OrderedSum(reindexed(matrix, {axis(1): index, axis(2): index}), (index, S.One, sizes[0]))


def norm(array: Any) -> Expr:
    """√(Σ a²) over all entries: of a vector its length, of a matrix its Frobenius norm. No derivative at 0.

    >>> from symgd import parameters
    >>> norm(parameters("w", shape=("d",)))
    sqrt(Sum(w[s1]**2, (s1, 1, d)))
    """
    return power(sum(power(_array(array, "norm()"), S(2))), Rational(1, 2))


def einsum(subscripts: str, *arrays: Any) -> Expr:
    """Einstein's summation, as :func:`numpy.einsum` with explicit output; the axis of the samples has no letter.

    >>> from symgd import constants
    >>> A, B = constants("A", shape=("m", "k")), constants("B", shape=("k", "p"))
    >>> einsum("jk,kl->jl", A, B)
    Sum(A[a2, s1]*B[s1, a1], (s1, 1, k))
    """
    read = [_placed(array, "einsum()") for array in arrays]
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    letters = inputs.split(",")
    if (
        not arrow
        or len(letters) != len(read)
        or not set(output) <= set(inputs)
        or len(set(output)) < len(output)
    ):
        raise NotationError(
            f"einsum(): {subscripts!r} is not of the form 'jk,k->j', one group for each array."
        )
    places: dict[str, Index] = {letter: axis(len(output) - k) for k, letter in enumerate(output)}
    factor: list[Expr] = []
    for letter in dict.fromkeys(inputs.replace(",", "")):
        places.setdefault(letter, fresh(*read, *places.values()))
    for group, array in zip(letters, read, strict=True):
        if len(group) != len(shape(array)):
            raise ShapeError(f"einsum(): {group!r} does not fit {described(array)}.")
        factor.append(
            reindexed(array, {axis(len(group) - k): places[letter] for k, letter in enumerate(group)})
        )
    product = multiply(*factor)
    for letter in dict.fromkeys(inputs.replace(",", "")):
        if letter not in output:
            length = lengths(product).get(places[letter])
            if length is not None:
                product = OrderedSum(product, (places[letter], S.One, length.size))
    return product


def softmax(array: Any, axis: int = -1) -> Expr:
    """exp(z_j) / Σ_k exp(z_k) along an axis, the last one unless told. The code does not overflow. Bridle (1990).

    >>> from symgd import data
    >>> softmax(data("z", shape=("k",)))
    Softmax(z[i, s1], (s1, 1, k), a1)
    """
    body, limit, number = _along(array, axis, "softmax()")
    return Softmax(body, limit, _axis(number))


def logsumexp(array: Any, axis: int = -1) -> Expr:
    """Log Σ_k exp(z_k) along an axis, the last one unless told. The code does not overflow."""
    body, limit, number = _along(array, axis, "logsumexp()")
    return _closed_up(LogSumExp(body, limit), number)


def log_softmax(array: Any, axis: int = -1) -> Expr:
    """z_j − log Σ_k exp(z_k): the logarithm of :func:`softmax`. The code does not overflow."""
    body, limit, _ = _along(array, axis, "log_softmax()")
    return add(_array(array, "log_softmax()"), multiply(S.NegativeOne, LogSumExp(body, limit)))


_axis = axis


def _along(array: Any, position: int, function: str) -> tuple[Expr, Any, int]:
    """The array at an index of a sum along one axis, that sum's limit, and the number of the axis."""
    array = _array(array, function)
    number = _number(array, position, function)
    length = lengths(array).get(_axis(number))
    if length is None:
        raise ShapeError(f"{function}: {described(array)}, has the size 1 along the axis {position}.")
    index = fresh(array)
    return reindexed(array, {_axis(number): index}), (index, S.One, length.size), number


def _array(value: Any, function: str) -> Any:
    return as_written(as_expression(value, function))


def _placed(value: Any, function: str) -> Any:
    """The array, if it is known how many axes it has: an axis of size 1 on the left of all others leaves no trace."""
    array = _array(value, function)
    leaf = hidden(array)
    if leaf is not None:
        raise ShapeError(
            f"{function}: {leaf} has shape {shape_text(leaf.shape)}. An axis of size 1 is for broadcasting alone; "
            "where the others are counted, leave it out, or give its size a name, which the data may bind to 1."
        )
    return array
