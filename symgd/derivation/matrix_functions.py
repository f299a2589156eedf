"""Functions of vectors and matrices that are not those of numbers, entry by entry: traces, norms, softmax of rows."""

from __future__ import annotations

from typing import Any, ClassVar

from symgd.derivation.matrix_nodes import Node, rank


class Called(Node):
    """A function that is written with its argument in parentheses."""

    label: ClassVar[tuple[str, str]]

    def typeset(self, printer: Any) -> str:
        return str(printer.choose(*self.label) + printer.grouped(printer._print(self.args[0])))


class Exp(Called):
    """exp of each entry; e to a matrix would mean something else."""

    label = ("exp", r"\exp")


class Diagonal(Called):
    """The matrix with a vector on its diagonal."""

    label, rank = ("diag", r"\operatorname{diag}"), 2


class DiagonalOf(Called):
    """The vector on the diagonal of a matrix."""

    label, rank = ("diag", r"\operatorname{diag}"), 1


class Trace(Called):
    """The sum of the diagonal of a matrix."""

    label, rank = ("tr", r"\operatorname{tr}"), 0


class Softmaxes(Called):
    """The softmax of a vector, or of each row of a matrix."""

    label = ("softmax", r"\operatorname{softmax}")


class LogSumExps(Called):
    """log Σ exp of a vector, or of each row of a matrix."""

    label = ("logsumexp", r"\operatorname{logsumexp}")

    @property
    def rank(self) -> int:
        """One less than its argument has."""
        return rank(self.args[0]) - 1


class Norm(Node):
    """√(Σ a²) over all entries."""

    rank, exponent = 0, ""

    def typeset(self, printer: Any) -> str:
        left, right = printer.choose("‖", r"\lVert "), printer.choose("‖", r"\rVert")
        below = "_F" if rank(self.args[0]) == 2 else ""
        above = printer.choose(
            {"2": "²"}.get(self.exponent, ""), f"^{self.exponent}" if self.exponent else ""
        )
        return str(printer.grouped(printer._print(self.args[0]), left, right) + above + below)


class SquaredNorm(Norm):
    """Σ a² over all entries."""

    exponent = "2"
