"""What a loss compares: the prediction of a model with a data symbol."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Add, Expr, Sum, preorder_traversal

from symgd.notation.algebra import add
from symgd.notation.functions import xlogy
from symgd.notation.intermediates import Let
from symgd.notation.names import text_name
from symgd.notation.problem import Problem
from symgd.notation.reindexing import unfold
from symgd.notation.symbols import Entry, Parameter


@dataclass(frozen=True)
class Model:
    """A *prediction* for each sample, from *inputs*, of the *target*."""

    prediction: Expr
    target: Entry
    inputs: tuple[Entry, ...]

    @property
    def name(self) -> str:
        """The name of the prediction, as a plot shows it; empty if it has none."""
        return text_name(self.prediction.name) if isinstance(self.prediction, Let) else ""

    @property
    def target_name(self) -> str:
        """The name of the target, as a plot shows it."""
        return text_name(self.target.name)

    @property
    def input_name(self) -> str:
        """The name of the first input, as a plot shows it."""
        return text_name(self.inputs[0].name)


def model_of(problem: Problem) -> Model | None:
    """The model of a loss in which a residual ŷ − y or a term y log ŷ occurs.

    >>> import symgd as sg
    >>> x, y = sg.data("x y")
    >>> w, b = sg.parameters("w b")
    >>> model_of(sg.derive(sg.mean((w * x + b - y) ** 2)).problem)
    Model(prediction=w*x[i] + b, target=y[i], inputs=(x[i],))
    >>> model_of(sg.derive(sg.mean((w - y) ** 2)).problem) is None
    True
    """
    found = [model for model in _candidates(problem) if model.inputs]
    # In the mean of (x + b − y)² either may be the target; the author meets that of the model last.
    return max(found, key=lambda model: problem.data.index(model.target), default=None)


def _candidates(problem: Problem) -> Iterator[Model]:
    parts = (problem.loss, *(name.definition for name in problem.lets))
    nodes = (node for part in parts for node in preorder_traversal(part))
    for prediction, target in (pair for node in nodes for pair in _comparisons(node)):
        whole = unfold(prediction)
        entries = whole.atoms(Entry)
        if whole.has(Parameter) and not whole.has(Sum) and target not in entries:
            yield Model(prediction, target, tuple(entry for entry in problem.data if entry in entries))


def _comparisons(node: Expr) -> Iterator[tuple[Expr, Entry]]:
    """What stands beside a data symbol in a difference or in y log ŷ."""
    if isinstance(node, xlogy) and isinstance(node.args[0], Entry):
        yield node.args[1], node.args[0]
    if isinstance(node, Add):
        for term in node.args:
            rest = add(*(other for other in node.args if other is not term))
            if isinstance(term, Entry):
                yield -rest, term
            elif isinstance(-term, Entry):
                yield rest, -term
