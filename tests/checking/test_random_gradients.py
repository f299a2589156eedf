"""Random smooth losses: a right gradient is never found wrong, a wrong one never right."""

from typing import Any

import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import symgd as sg

w, b = sg.parameters("w b")
x = sg.data("x")

OUTSIDE = (w, b, w - b, w * b, sp.sin(w), sp.cos(3 * b), w**2 * sp.cos(b), sp.sin(w - b) ** 2)
INSIDE = (x * w, x * b, sp.sin(x * b), x * w * b, (w * x - b) ** 2, sp.cos(x * w) ** 3)
NUMBERS = st.integers(1, 30).flatmap(lambda k: st.sampled_from([sp.Rational(k, 10), -sp.Rational(k, 10)]))
VALUES = st.floats(-3, 3).map(lambda value: round(value, 6))


@st.composite
def losses(draw: st.DrawFn) -> sp.Expr:
    """Polynomials of the parameters, sines and cosines, some of them in a mean over the samples."""

    def terms(listed: tuple[sp.Expr, ...]) -> sp.Expr:
        chosen = draw(st.lists(st.sampled_from(listed), min_size=1, max_size=3, unique=True))
        return sum(draw(NUMBERS) * term for term in chosen)

    return terms(OUTSIDE) * draw(st.sampled_from(OUTSIDE)) + sg.mean(terms(INSIDE))


POINTS = st.fixed_dictionaries({"w": VALUES, "b": VALUES})
DATA = st.fixed_dictionaries({"x": st.lists(VALUES, min_size=1, max_size=4)})


def check(
    loss: sp.Expr, point: dict[str, float], data: dict[str, list[float]], **given: Any
) -> sg.GradientCheck:
    derivation = sg.derive(loss)
    at = {parameter.name: point[parameter.name] for parameter in derivation.parameters}
    return sg.check_gradient(derivation, at, data, **given)


@settings(max_examples=60)
@given(losses(), POINTS, DATA)
def test_a_right_gradient_is_never_wrong(loss, point, data) -> None:
    assert check(loss, point, data).verdict == "correct"


@settings(max_examples=60)
@given(losses(), POINTS, DATA, st.sampled_from([1 - 1e-3, 1 + 1e-3]))
def test_a_gradient_that_is_wrong_by_a_thousandth_is_never_correct(loss, point, data, factor) -> None:
    right = check(loss, point, data).parameters
    # Where the gradient is 0 but for rounding errors, so is a thousandth more of it.
    assume(all(abs(entry.derived) > 1e-6 for entry in right.values()))
    wrong = {name: factor * entry.derived for name, entry in right.items()}
    found = check(loss, point, data, gradient=wrong).parameters
    assert {entry.verdict for entry in found.values()} == {"wrong"}
