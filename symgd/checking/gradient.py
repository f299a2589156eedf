"""``check_gradient``: is a gradient the derivative of its loss?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from symgd.checking.array import ArrayCheck, check_parameter
from symgd.checking.given import values_of
from symgd.checking.judgement import Verdict, worst
from symgd.checking.parameter import ParameterCheck
from symgd.checking.point import Point
from symgd.checking.report import report_latex, report_table, report_text
from symgd.derivation.derive import derive
from symgd.errors import GradientCheckError
from symgd.notation.mapping import BySymbol
from symgd.notation.table import Table


@dataclass(frozen=True, eq=False)
class GradientCheck:
    """What was found for each parameter: ``check.parameters["w"]``, by name or symbol.

    For a parameter that is a number that is one check, for an array one that holds those of its entries.
    """

    parameters: Mapping[Any, ParameterCheck | ArrayCheck]
    by_hand: bool = False

    @property
    def verdict(self) -> Verdict:
        """The worst among the entries: "wrong" before "inconclusive" before "correct"."""
        return worst(entry.verdict for entry in self.entries)

    @property
    def entries(self) -> tuple[ParameterCheck, ...]:
        """The checks of all parameters: one for each number, each entry of a small array, each direction of a large."""
        return tuple(entry for check in self.parameters.values() for entry in check.entries)

    @property
    def table(self) -> Table:
        """One row for each of the entries."""
        return report_table(self.entries, self.by_hand)

    def raise_if_wrong(self) -> None:
        """Raise GradientCheckError, with the table, if the verdict is "wrong"."""
        if self.verdict == "wrong":
            raise GradientCheckError(str(self))

    def __str__(self) -> str:
        return report_text(self.verdict, self.entries, self.by_hand)

    def _repr_latex_(self) -> str:
        return report_latex(self.verdict, self.entries, self.by_hand)


def check_gradient(
    loss: Any, at: Any, data: Any = None, constants: Any = None, gradient: Any = None
) -> GradientCheck:
    """Compare the gradient of a loss, as it is compiled, with numerical derivatives of the compiled loss.

    *loss* is a loss or a derivation; *at* gives the parameters their values, *data* and *constants* the rest.
    *gradient* is checked instead of the derived one: for each parameter a number, an array of its shape, or an
    expression that was derived by hand.

    Each parameter is varied by spacings h over many orders of magnitude: an array entry by entry, one of more than 24
    entries along three random directions, which are always the same. The numerical derivative is the central
    difference (L(θ + h) − L(θ − h))/2h, extrapolated to h = 0, at the spacing where truncation and rounding, as they
    are measured, are least. The verdict needs no tolerance to be chosen and does not depend on scale: "wrong" where
    the values differ by more than the error of the comparison; "correct" where they agree and that error is small
    beside the slopes of the loss; else "inconclusive", with the reason. Spacings that would reach over a kink are left
    out; at a kink itself the slopes on both sides are given. The complex step and the order of the Taylor remainder
    are shown beside it.

    Raises DataError for values that do not fit the loss, or where the loss is not finite.

    >>> import symgd as sg
    >>> x, y = sg.data("x y")
    >>> w, b = sg.parameters("w b")
    >>> loss = sg.losses.mean_squared_error(w * x + b, y)
    >>> check = check_gradient(loss, at={"w": 4, "b": 1}, data={"x": [1, 2], "y": [13, 23]})
    >>> check.verdict, check.parameters[w].derived
    ('correct', -36.0)
    >>> by_hand = {"w": sg.mean(x * (w * x + b - y)), "b": -22}
    >>> check = check_gradient(loss, {"w": 4, "b": 1}, {"x": [1, 2], "y": [13, 23]}, gradient=by_hand)
    >>> check.verdict, check.parameters["w"].verdict, check.parameters["b"].verdict
    ('wrong', 'wrong', 'correct')
    >>> check.parameters["w"].explanation
    'this entry is 0.5 times the slope of the loss.'
    """
    derivation = derive(loss)
    point = Point(derivation, at, data, constants)
    checked = point.gradient if gradient is None else values_of(gradient, derivation.problem, point)
    found = {name: check_parameter(point, name, value) for name, value in checked.items()}
    return GradientCheck(BySymbol(tuple(found), found.__getitem__), by_hand=gradient is not None)
