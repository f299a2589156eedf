"""``derive``: from a loss to its gradient, in named, checked steps."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sympy import Expr, S

from symgd.derivation.backpropagation import Backward, Context, backward, chain_through_users, step, tidy
from symgd.derivation.curvature import Hessian
from symgd.derivation.curvature_along import slope_along
from symgd.derivation.derivative import Partial
from symgd.derivation.evidence import Oracle
from symgd.derivation.inner_sums import name_inner_sums
from symgd.derivation.layout import derivation_latex, derivation_text
from symgd.derivation.matrices import Matrices
from symgd.derivation.matrix_form import MatrixForm
from symgd.derivation.moments import Moments, NoMoments, moments_of
from symgd.derivation.rewriting import Step, differentiate
from symgd.derivation.tidying import written_parts
from symgd.notation.intermediates import in_order
from symgd.notation.mapping import BySymbol, name_of
from symgd.notation.problem import Problem, pose
from symgd.notation.reindexing import unfold
from symgd.notation.text import text

# The losses derived last and their derivations.
_RECENT: deque[tuple[Any, Derivation]] = deque(maxlen=8)


@dataclass(frozen=True, eq=False)
class Derivation:
    """A loss and its derivatives.

    *problem* holds the loss and its symbols. *backward* holds the adjoints of nested intermediates, from the loss
    back; it is empty where no intermediate is defined by another. Mappings take symbols or names as keys.
    Printed, it shows every line with its rule; a notebook typesets it.
    """

    problem: Problem
    backward: tuple[Backward, ...]
    steps: Mapping[Any, tuple[Step, ...]]

    @property
    def loss(self) -> Expr:
        """The loss, as it was written."""
        return self.problem.loss

    @property
    def parameters(self) -> tuple[Any, ...]:
        """The parameters, in the order in which the loss first uses them."""
        return self.problem.parameters

    @cached_property
    def gradient(self) -> Mapping[Any, Expr]:
        """∂L/∂w for each parameter: the last line of its steps, every named intermediate written out."""
        return BySymbol(tuple(self.steps), lambda name: unfold(self.steps[name][-1].after))

    @cached_property
    def hessian(self) -> Hessian:
        """∂²L/∂w∂b for each pair of parameters, derived when asked for: ``derivation.hessian[w, b]``."""
        return Hessian(self.problem, self.gradient)

    @cached_property
    def moments(self) -> Moments | NoMoments:
        """The sums over the data that determine the loss, and the steps to them; or why there are none."""
        return moments_of(self.problem)

    @cached_property
    def matrices(self) -> Matrices:
        """The same results with vectors and matrices; each form is found and checked when it is asked for.

        ``matrices.loss`` is the loss, ``matrices.definition[z]`` what a named intermediate z is,
        ``matrices.adjoint[z]`` ∂L/∂z, and ``matrices.gradient[w]`` ∂L/∂w; None where there is no such form.
        """
        return Matrices(self.problem, self.backward, self.steps)

    @property
    def matrix_form(self) -> Mapping[Any, MatrixForm | None]:
        """∂L/∂w for each parameter with vectors and matrices, or None where there is no such form.

        >>> import symgd as sg
        >>> x, y, w = sg.data("x", shape=("d",)), sg.data("y"), sg.parameters("w", shape=("d",))
        >>> print(derive(sg.losses.mean_squared_error(sg.dot(x, w), y)).matrix_form[w])
        (2/n) Xᵀ (X w − y)
        """
        return self.matrices.gradient

    @cached_property
    def hessian_vector_product(self) -> Derivation:
        """The Hessian times v, for arrays too: the derivation of ⟨∇L, v⟩, whose gradient is H v.

        For each parameter W it has a constant ``v_W`` of the shape of W. It is checked and compiled as any derivation.

        >>> import symgd as sg
        >>> w, A = sg.parameters("w", shape=("d",)), sg.constants("A", shape=("d", "d"))
        >>> derivation = derive(sg.dot(w, sg.dot(A, w)) / 2)
        >>> product = sg.compile_numpy(derivation.hessian_vector_product)
        >>> product.gradient(w=[5, 6], A=[[2, 1], [1, 4]], v_w=[1, 0])["w"]
        array([2., 1.])
        """
        return derived(slope_along(self.problem, self.steps))

    def latex(self) -> str:
        """Every line and its rule in LaTeX: one ``aligned`` environment."""
        return derivation_latex(self.problem, self.backward, self.steps, self._forms())

    def _forms(self) -> tuple[MatrixForm, ...]:
        return tuple(self.matrices) if self.problem.has_arrays else ()

    def __str__(self) -> str:
        return derivation_text(self.problem, self.backward, self.steps, self._forms())

    def __repr__(self) -> str:
        return (
            f"<Derivation of L = {text(self.loss)} with respect to {', '.join(map(text, self.parameters))}>"
        )

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()}$"


def derive(loss: Any, parameters: Any = None, data: Any = None, constants: Any = None) -> Derivation:
    """Derive the gradient of a loss with respect to every parameter, step by step.

    *loss* is an expression of symbols made by :func:`symgd.parameters`, :func:`symgd.data` and
    :func:`symgd.constants`, with :func:`symgd.mean` or :func:`symgd.total` over the samples. For an expression made
    elsewhere, list its symbols by role. A derivation passes through unchanged. The losses derived last are remembered:
    to train one of them again does not derive it again.

    Raises NotationError where the loss cannot be used as written (see :func:`symgd.notation.problem.pose`), and
    DerivationError where no rule covers a sub-expression.

    >>> import symgd as sg
    >>> x, y = sg.data("x y")
    >>> w, b = sg.parameters("w b")
    >>> derivation = derive(sg.losses.mean_squared_error(w * x + b, y))
    >>> derivation.gradient[w]
    2*Sum(x[i]*(w*x[i] + b - y[i]), (i, 1, n))/n
    >>> derivation.steps["b"][0].rule
    'constant factor, derivative under the sum'
    """
    if isinstance(loss, Derivation):
        return loss
    if parameters is not None or data is not None or constants is not None:
        return derived(pose(loss, parameters, data, constants))
    for known, derivation in _RECENT:
        # The same object: an equal one may have been written in another order.
        if known is loss:
            return derivation
    derivation = derived(pose(loss))
    _RECENT.append((loss, derivation))
    return derivation


def derived(problem: Problem) -> Derivation:
    """The derivation of a loss that is posed already."""
    if problem.nested:
        problem = name_inner_sums(problem)
    context = Context(
        problem,
        Oracle(problem.loss, problem.leaves),
        written_parts(problem.loss, *(name.definition for name in problem.lets)),
    )
    if problem.nested:
        context.oracle.prepare(problem.loss, (*reversed(problem.lets), *problem.parameters))
    adjoints = backward(context) if problem.nested else ()
    steps = {name_of(p): tuple(_steps(context, p, adjoints)) for p in problem.parameters}
    return Derivation(problem, adjoints, BySymbol(tuple(steps), steps.__getitem__))


def _steps(context: Context, parameter: Any, adjoints: tuple[Backward, ...]) -> Iterator[Step]:
    start = Partial(context.problem.loss, parameter)
    if not start.depends(context.problem.loss):
        yield from step(context, "constant", start, S.Zero)
        return
    if context.problem.nested:
        yield from chain_through_users(context, parameter, {done.name: done for done in adjoints})
        return
    line: Expr = start
    for done in differentiate(line, context.oracle, context.names):
        yield done
        line = done.after
    for done in tidy(context, line):
        yield done
        line = done.after
    yield from step(context, "insert the definition", line, unfold(line), tuple(in_order(line)))
