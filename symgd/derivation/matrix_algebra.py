"""Builds products, transposes and powers of matrix forms: numbers in front, products opened, (A B)ᵀ as Bᵀ Aᵀ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sympy import Expr, S

from symgd.derivation.matrix_entries import Hadamard, HadamardPower, power_of
from symgd.derivation.matrix_functions import Diagonal, DiagonalOf, Norm, SquaredNorm, Trace
from symgd.derivation.matrix_nodes import Identity, MatrixProduct, Ones, Transposed, rank
from symgd.notation.algebra import factors, multiply, power


def parted(node: Any) -> tuple[Expr, Any]:
    """The number in front of a vector or matrix, and what it multiplies."""
    if not node.is_Mul:
        return S.One, node
    arrays = [factor for factor in factors(node) if rank(factor)]
    return multiply(*(factor for factor in factors(node) if not rank(factor))), multiply(*arrays)


def transposed(node: Any) -> Any:
    """The transpose; of a vector the row."""
    front, core = parted(node)
    return multiply(front, _transposed(core))


def _transposed(core: Any) -> Any:
    if not rank(core) or isinstance(core, Identity | Diagonal):
        return core
    if isinstance(core, Transposed):
        return core.args[0]
    if isinstance(core, MatrixProduct):
        return MatrixProduct(*map(_transposed, reversed(core.args)))
    return Transposed(core)


def matrix_product(*nodes: Any) -> Any:
    """The product of matrices, the last of which may be a column and the first a row."""
    parts = [parted(node) for node in nodes]
    opened = [
        inner for _, core in parts for inner in (core.args if isinstance(core, MatrixProduct) else (core,))
    ]
    kept = [core for core in opened if not isinstance(core, Identity)] or opened[:1]
    product = kept[0] if len(kept) == 1 else MatrixProduct(*kept)
    return multiply(*(front for front, _ in parts), product)


def entrywise_product(nodes: Sequence[Any]) -> Any:
    """The product entry by entry; equal factors become a power."""
    parts = [parted(node) for node in nodes]
    opened = [inner for _, core in parts for inner in (core.args if isinstance(core, Hadamard) else (core,))]
    kept = [power_of(core, S(count)) if count > 1 else core for core, count in Counter(opened).items()]
    product = kept[0] if len(kept) == 1 else Hadamard(*kept)
    return multiply(*(front for front, _ in parts), product)


def entrywise_power(base: Any, exponent: Expr) -> Any:
    """Each entry to a power; a number that multiplies the base goes in front."""
    if isinstance(base, SquaredNorm):
        return power(Norm(*base.args), 2 * exponent)
    if not rank(base):
        return power(base, exponent)
    front, core = parted(base)
    front = front if exponent.is_Integer else S.One
    core = core if exponent.is_Integer else base
    if isinstance(core, HadamardPower) and exponent.is_Integer:
        return multiply(power(front, exponent), power_of(core.args[0], core.args[1] * exponent))
    return multiply(power(front, exponent), power_of(core, exponent))


def inner_product(vectors: Sequence[Any], size: Expr) -> Any:
    """Σ_k of the product of vectors: aᵀ b, ‖a‖² or 1ᵀ a."""
    first, *rest = vectors
    if not rest:
        return (
            Trace(first.args[0])
            if isinstance(first, DiagonalOf)
            else matrix_product(Transposed(Ones(size)), first)
        )
    if rest == [first]:
        return _squared_norm(first)
    second = entrywise_product(rest)
    if isinstance(parted(first)[1], MatrixProduct) and not isinstance(parted(second)[1], MatrixProduct):
        first, second = second, first
    return matrix_product(transposed(first), second)


def frobenius(matrices: Sequence[Any], rows: Expr, columns: Expr) -> Any:
    """Σ_j Σ_k of the product of matrices, entry by entry: ‖A‖²_F, tr(Aᵀ B) or 1ᵀ A 1."""
    first, *rest = matrices
    if rest == [first]:
        return _squared_norm(first)
    if len(rest) != 1:
        return matrix_product(Transposed(Ones(rows)), entrywise_product(matrices), Ones(columns))
    (a, left), (b, right) = parted(first), parted(rest[0])
    if isinstance(right, Transposed) or isinstance(left, MatrixProduct):
        return multiply(a, b, Trace(matrix_product(left, transposed(right))))
    return multiply(a, b, Trace(matrix_product(transposed(left), right)))


def _squared_norm(node: Any) -> Any:
    front, core = parted(node)
    return multiply(power(front, S(2)), SquaredNorm(core))


def diagonal(vectors: Sequence[Any]) -> Any:
    """The matrix with the product of vectors on its diagonal: from the left it scales rows, from the right columns."""
    front, core = parted(entrywise_product(vectors))
    return multiply(front, Diagonal(core))


def spread(node: Any, rows: Expr | None, columns: Expr | None) -> Any:
    """*node* repeated along new rows or new columns of the given sizes."""
    if rows is not None and columns is not None:
        return multiply(node, MatrixProduct(Ones(rows), Transposed(Ones(columns))))
    if not rank(node):
        return multiply(node, Ones(rows if rows is not None else columns))
    if rows is not None:
        return matrix_product(Ones(rows), transposed(node))
    return matrix_product(node, Transposed(Ones(columns)))
