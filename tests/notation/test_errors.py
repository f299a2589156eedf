"""Bad input of the notation: each error names what was written and says what to do."""

import pytest
import sympy as sp

import symgd as sg
from symgd.errors import NotationError

x, y = sg.data("x y")
w, b = sg.parameters("w b")
CATALOGUE = sorted(set(sg.losses.__all__) - {"l1", "l2"})


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("w w", r"'w' is named twice"),
        ("i", r"'i' stands for the index of the samples; choose another"),
        ("n", r"'n' stands for the number of samples; choose another"),
        ("L", r"'L' stands for the loss; choose another"),
        ("2w", r"'2w' cannot name a symbol: use letters"),
        ("w-b", r"'w-b' cannot name a symbol"),
        ("__import__('os')", r"cannot name a symbol"),
        ("_w", r"'_w' cannot name a symbol"),
        ("", r"no name was given"),
        (["w"], r"one string such as 'w b'"),
    ],
)
@pytest.mark.parametrize("declare", [sg.parameters, sg.data, sg.constants])
def test_names(declare, names, message):
    with pytest.raises(NotationError, match=message):
        declare(names)


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (w * sp.Symbol("q"), r"symbol q is neither a parameter nor data.*list it in"),
        ((w * x - y) ** 2, r"one value per sample: take sg\.mean"),
        (sg.let("z", w * x) ** 2, r"one value per sample: take sg\.mean"),
        (sg.mean(x), r"no parameter to train"),
        (sg.mean(sg.data("w")) * w, r"'w' stands for two things, a parameter and data"),
        (sg.let("a", w + 1) * sg.let("a", w + 2), r"'a' stands for two things"),
        (sg.let("w", 2 * w), r"'w' stands for two things"),
        (sg.constants("w") * w, r"'w' stands for two things"),
        ("w**2", r"not 'w\*\*2'"),
        (None, r"not None"),
        (sp.Eq(w, 1), r"a loss is one number"),
        (sp.Matrix([w, b]), r"a loss is"),
        (w / sp.S.Zero, r"not a real number|holds"),
        (sp.I * w, r"not a real number"),
    ],
)
def test_losses(loss, message):
    with pytest.raises(NotationError, match=message):
        sg.derive(loss)


@pytest.mark.parametrize(
    ("roles", "message"),
    [
        ({"parameters": [b]}, r"does not contain the parameter 'b'"),
        ({"data": [y]}, r"does not contain the data symbol 'y'"),
        ({"constants": [sg.constants("c")]}, r"does not contain the constant 'c'"),
        ({"parameters": ["w"]}, r"'w' is not a symbol"),
        ({"data": [w]}, r"listed as data, but was made as"),
    ],
)
def test_listed_symbols(roles, message):
    with pytest.raises(NotationError, match=message):
        sg.derive(sg.mean((w * x) ** 2), **roles)


def test_a_sum_over_a_part_of_the_samples_is_refused():
    k, points = sp.Symbol("k"), sp.IndexedBase("x")
    with pytest.raises(NotationError, match="does not run over all samples"):
        sg.derive(sp.Sum(w * points[k], (k, 1, 5)), data=[points])


READERS = {
    "name of a let": lambda code: sg.let(code, w),
    "let": lambda code: sg.let("a", code),
    "xlogy": lambda code: sg.xlogy(w, code),
    "setting": lambda code: sg.losses.huber(w, y, delta=code),
    **{
        make.__name__: make for make in (sg.mean, sg.total, sg.derive, sg.sigmoid, sg.losses.l1, sg.losses.l2)
    },
    **{f"{name}, first": lambda code, name=name: getattr(sg.losses, name)(code, y) for name in CATALOGUE},
    **{f"{name}, second": lambda code, name=name: getattr(sg.losses, name)(w, code) for name in CATALOGUE},
}


@pytest.mark.parametrize("reader", READERS)
def test_strings_are_not_read_as_mathematics(reader, tmp_path):
    touched = tmp_path / "touched"
    with pytest.raises(NotationError):
        READERS[reader](f"__import__('pathlib').Path({str(touched)!r}).touch() or 1")
    assert not touched.exists()


@pytest.mark.parametrize("value", [None, [1, 2], sp.Eq(w, 1), w > 1, sp.Matrix([w])], ids=str)
@pytest.mark.parametrize(
    "make", [lambda value: sg.let("a", value), sg.mean, sg.softplus, sg.losses.l2, sg.derive]
)
def test_only_expressions_are_taken(make, value):
    with pytest.raises(NotationError, match=r"expression|one number"):
        make(value)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: sg.losses.huber(w, y, delta=0), r"delta=0 of huber\(\) must be positive"),
        (lambda: sg.losses.huber(w, y, delta=-1), r"delta=-1"),
        (lambda: sg.losses.huber(w, y, delta=float("nan")), r"delta=nan"),
        (lambda: sg.losses.huber(w, y, delta=float("inf")), r"delta=oo"),
        (lambda: sg.losses.huber(w, y, delta=sp.I), r"delta=I"),
        (lambda: sg.losses.quantile(w, y, level=1), r"level=1 of quantile\(\) must be between 0 and 1"),
        (lambda: sg.losses.epsilon_insensitive(w, y, epsilon=-1), r"epsilon=-1"),
        (sg.losses.l1, r"l1\(\) needs at least one parameter"),
        (sg.losses.l2, r"l2\(\) needs at least one parameter"),
    ],
    ids=["zero", "negative", "nan", "infinite", "imaginary", "level", "epsilon", "l1", "l2"],
)
def test_settings_of_losses(make, message):
    with pytest.raises(NotationError, match=message):
        make()
