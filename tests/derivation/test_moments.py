"""Moments: which losses have them, and that they say what the data say, computed a second way with NumPy."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.derivation.moments import Moments
from symgd.derivation.monomials import MANY
from symgd.notation.indices import SAMPLES

x, y, s = sg.data("x y s")
w, b = sg.parameters("w b")
c = sg.constants("c")
X, Y = sg.data("x", shape=("d",)), sg.data("y", shape=("h",))
W, V = sg.parameters("w", shape=("d",)), sg.parameters("V", shape=("h", "d"))
LINE = sg.mean((w * x + b - y) ** 2)

RANDOM = np.random.default_rng(5)
N = 11
AT = {"w": 1.5, "b": -0.7, "c": 0.3}
DATA = {"x": RANDOM.normal(size=N), "y": RANDOM.normal(size=N), "s": RANDOM.uniform(1, 2, N)}


def moments(loss: Any) -> Moments:
    found = sg.derive(loss).moments
    assert isinstance(found, Moments), found
    return found


def by_hand(numbers: dict[str, float], found: Moments) -> float:
    """The loss in moments: plain SymPy, every moment and parameter a number."""
    values = {leaf: numbers[leaf.name] for leaf in (*found.problem.parameters, *found.problem.constants)}
    values |= {quantity: numbers[quantity.name] for quantity in found.quantities} | {SAMPLES: N}
    return float(sp.sympify(str(found.loss), locals={str(k): sp.Float(v, 30) for k, v in values.items()}))


LOSSES: list[tuple[Any, Callable[..., Any], set[str]]] = [
    (LINE, lambda x, y, w, b, **_: np.mean((w * x + b - y) ** 2), {"S_x", "S_y", "S_xx", "S_xy", "S_yy"}),
    (
        sp.sqrt(LINE) + c * w**2,
        lambda x, y, w, b, c, **_: np.sqrt(np.mean((w * x + b - y) ** 2)) + c * w**2,
        {"S_x", "S_y", "S_xx", "S_xy", "S_yy"},
    ),
    (sg.total((w * x - y) * x), lambda x, y, w, **_: np.sum((w * x - y) * x), {"S_xx", "S_xy"}),
    (
        sg.mean(s * (w * x - y) ** 2),
        lambda x, y, s, w, **_: np.mean(s * (w * x - y) ** 2),
        {"S_sxx", "S_sxy", "S_syy"},
    ),
    (
        sg.mean((w**2 * x - b) ** 4),
        lambda x, w, b, **_: np.mean((w**2 * x - b) ** 4),
        {"S_x", "S_xx", "S_xxx", "S_xxxx"},
    ),
    (
        sg.mean((w * x - sg.mean(w * x)) ** 2) / sg.total(y**2),
        lambda x, y, w, **_: np.var(w * x) / np.sum(y**2),
        {"S_x", "S_xx", "S_yy"},
    ),
    (
        sg.mean((w * sp.exp(-c * x) - b) ** 2),
        lambda x, w, b, c, **_: np.mean((w * np.exp(-c * x) - b) ** 2),
        set(),
    ),
    (sg.mean((w * x + b - y) ** 3), lambda x, y, w, b, **_: np.mean((w * x + b - y) ** 3), set()),
]


def values_of(found: Moments) -> dict[str, float]:
    """The moments from NumPy: the names S_xxy say what is summed; functions of the data by their definition."""
    sums = {}
    for quantity in found.quantities:
        letters = quantity.name.removeprefix("S_")
        if set(letters) <= DATA.keys():
            sums[quantity.name] = float(np.sum(np.prod([DATA[letter] for letter in letters], axis=0)))
        else:
            whole = sp.sympify(str(quantity.definition.function).replace("[i]", ""))
            sums[quantity.name] = float(np.sum(sp.lambdify([*AT, *DATA], whole)(**AT, **DATA)))
    return sums


@pytest.mark.parametrize(("loss", "direct", "names"), LOSSES)
def test_a_loss_in_moments_is_the_loss(loss: Any, direct: Callable[..., Any], names: set[str]) -> None:
    found = moments(loss)
    assert not names or {quantity.name for quantity in found.quantities} == names
    assert not found.loss.atoms(sp.Sum)
    assert by_hand({**AT, **values_of(found)}, found) == pytest.approx(direct(**AT, **DATA), rel=1e-10)


@pytest.mark.parametrize("loss", [loss for loss, *_ in LOSSES])
def test_each_step_follows_from_the_one_before(loss: Any) -> None:
    found = moments(loss)
    assert found.steps[0].before == found.problem.loss
    for step, ahead in zip(found.steps, found.steps[1:], strict=False):
        assert step.after == ahead.before
    assert all(step.evidence.points > 0 and step.evidence.error < 1e-9 for step in found.steps)


@pytest.mark.parametrize("loss", [loss for loss, *_ in LOSSES])
def test_rows_hold_no_data(loss: Any) -> None:
    rows = moments(loss).rows
    assert rows.problem.data == ()
    assert rows.problem.parameters == sg.derive(loss).parameters


def test_intermediates_are_inserted_first() -> None:
    residual = sg.let("r", sg.let("y_hat", w * x + b) - y)
    found = moments(sg.mean(residual**2))
    assert found.steps[0].rule == "insert the definition"
    assert found.loss == moments(LINE).loss


def test_a_gram_matrix() -> None:
    found = moments(sg.mean((sg.dot(X, W) + b - y) ** 2))
    gram = next(quantity for quantity in found.quantities if quantity.name == "S_xx")
    assert str(gram.definition) == "Sum(x[i, a2]*x, (i, 1, n))"
    assert [quantity.name for quantity in found.quantities] == ["S_x", "S_y", "S_xx", "S_xy", "S_yy"]


def test_several_outputs_share_the_gram_matrix() -> None:
    found = moments(sg.mean(sg.sum((sg.dot(V, X) - Y) ** 2)))
    assert [str(quantity.definition) for quantity in found.quantities] == [
        "Sum(x[i, a2]*x, (i, 1, n))",
        "Sum(x*y[i, a2], (i, 1, n))",
        "Sum(Sum(y[i, s1]**2, (s1, 1, h)), (i, 1, n))",
    ]


@pytest.mark.parametrize(
    ("loss", "reason"),
    [
        (w**2, "no data"),
        (sg.mean((sp.sin(w * x) - y) ** 2), "sin(w xᵢ)"),
        (sg.losses.binary_cross_entropy_with_logits(w * x + b, y), "stand together inside"),
        (sg.mean(abs(w * x - y)), "stand together inside"),
        (sg.mean((w * x - y) ** 10), "highest multiplied out"),
        (sg.mean((w * x - sg.other(w * x)) ** 2), "compares samples"),
        (sg.mean(w * sp.exp(x - sg.mean(x))), "needs a sum over all samples first"),
        (
            sg.mean((sum(p * x**k for k, p in enumerate(sg.parameters("a d e f g h j k"))) - y) ** 4),
            f"more than {MANY} terms",
        ),
    ],
)
def test_a_loss_without_moments_says_why(loss: Any, reason: str) -> None:
    found = sg.derive(loss).moments
    assert not found
    assert reason in str(found)


def test_a_long_chain_of_intermediates_is_not_written_out() -> None:
    name = sg.let("z_0", w * x)
    for k in range(1, 60):
        name = sg.let(f"z_{k}", name * name + b)
    assert "build on one another" in str(sg.derive(sg.mean(name)).moments)


def test_names_that_are_taken_are_left_alone() -> None:
    S_x, R_1 = sg.parameters("S_x R_1")
    found = moments(sg.mean((S_x * x + R_1 - y) ** 2))
    assert "S_x" not in {quantity.name for quantity in found.quantities}
    names = [leaf.name for leaf in found.rows.problem.leaves]
    assert len(set(names)) == len(names)


def test_text_and_latex() -> None:
    found = moments(LINE)
    assert "The data enter only through these 6 numbers: n, Sₓ, S_y, S_xx, S_xy, S_yy." in str(found)
    assert "w² S_xx + 2 b w Sₓ − 2 w S_xy + n b² − 2 b S_y + S_yy" in str(found)
    assert found.latex().startswith("\\begin{aligned}\nL &= ")
    assert all(step.rule in str(found) and step.rule in found.latex() for step in found.steps)


def test_rows_of_an_orthogonal_factorization_give_the_loss() -> None:
    rows = moments(LINE).rows
    a = np.column_stack([DATA["x"], np.ones(N), DATA["y"]])
    r = np.linalg.qr(a)[1]
    assert [str(value) for _, value in rows.columns.entries] == ["x[i]", "1", "y[i]"]
    residual = AT["w"] * r[:, 0] + AT["b"] * r[:, 1] - r[:, 2]
    assert np.sum(residual**2) / N == pytest.approx(LOSSES[0][1](**AT, **DATA), rel=1e-12)
    assert str(rows.problem.loss) == "Sum((w*R_x[s1] + b*R_1[s1] - R_y[s1])**2, (s1, 1, r))/n"
