"""Matrix forms against those of textbooks, and the proof that they equal the forms with indices."""

import pickle

import pytest
import sympy
from helpers.latex_form import faults
from sympy import S

import symgd as sg
from symgd.derivation.evidence import Oracle
from symgd.derivation.matrix_entries import Hadamard
from symgd.derivation.matrix_form import proof
from symgd.derivation.matrix_functions import SquaredNorm
from symgd.derivation.matrix_nodes import Array, MatrixProduct, Slopes, Transposed
from symgd.errors import DerivationError
from symgd.notation.indices import SAMPLES
from symgd.notation.intermediates import Adjoint
from symgd.notation.text import text

x, y, t = sg.data("x", shape=("d",)), sg.data("y"), sg.data("t", shape=("k",), sums_to_one=True)
w, b = sg.parameters("w", shape=("d",)), sg.parameters("b")
W, c = sg.parameters("W", shape=("k", "d")), sg.parameters("c", shape=("k",))
W1, b1 = sg.parameters("W1", shape=("m", "d")), sg.parameters("b1", shape=("m",))
W2, b2 = sg.parameters("W2", shape=("k", "m")), sg.parameters("b2", shape=("k",))
penalty = sg.constants("lambda")

A, v = sg.constants("A", shape=("m", "m")), sg.parameters("v", shape=("m",))
M, u = sg.parameters("M", shape=("m", "m")), sg.parameters("u", shape=("m",))
R = sg.constants("R", shape=("m", "p"))
U, V = sg.parameters("U", shape=("m", "r")), sg.parameters("V", shape=("p", "r"))
C = sg.parameters("C", shape=("d", "r"))

z1 = sg.let("z1", sg.dot(W1, x) + b1)
h = sg.let("h", sg.sigmoid(z1))
z2 = sg.let("z2", sg.dot(W2, h) + b2)
p = sg.let("p", sg.softmax(z2))

LINEAR = sg.losses.mean_squared_error(sg.dot(x, w) + b, y)
NET = sg.losses.cross_entropy(p, t)
SOFTMAX = sg.losses.cross_entropy(sg.let("p", sg.softmax(sg.let("z", sg.dot(W, x) + c))), t)
LOGISTIC = sg.losses.binary_cross_entropy(sg.let("p", sg.sigmoid(sg.let("z", sg.dot(x, w) + b))), y)


def forms(loss):
    """Every matrix form of a loss: the left side and the right."""
    return dict(form.equation() for form in sg.derive(loss).matrices)


TEXTBOOK = [
    pytest.param(
        LINEAR,
        {"L": "(1/n) ‖X w + b − y‖²", "∂L/∂w": "(2/n) Xᵀ (X w + b − y)", "∂L/∂b": "(2/n) · 1ᵀ (X w + b − y)"},
        id="linear regression",
    ),
    pytest.param(
        LINEAR + penalty * sg.norm(w) ** 2,
        {"L": "(1/n) ‖X w + b − y‖² + λ ‖w‖²", "∂L/∂w": "(2/n) Xᵀ (X w + b − y) + 2 λ w"},
        id="ridge",
    ),
    pytest.param(
        LOGISTIC,
        {"z": "X w + b", "p": "σ(z)", "∂L/∂z": "(1/n) (p − y)", "∂L/∂w": "Xᵀ ∂L/∂z"},
        id="logistic regression",
    ),
    pytest.param(
        SOFTMAX,
        {
            "Z": "X Wᵀ + c",
            "P": "softmax(Z)",
            "L": "−(1/n) tr(Tᵀ log P)",
            "∂L/∂Z": "(1/n) (P − T)",
            "∂L/∂W": "(∂L/∂Z)ᵀ X",
            "∂L/∂c": "(∂L/∂Z)ᵀ 1",
        },
        id="softmax regression",
    ),
    pytest.param(
        NET,
        {
            "Z₁": "X W₁ᵀ + b₁",
            "H": "σ(Z₁)",
            "Z₂": "H W₂ᵀ + b₂",
            "P": "softmax(Z₂)",
            "∂L/∂Z₂": "(1/n) (P − T)",
            "∂L/∂H": "(∂L/∂Z₂) W₂",
            "∂L/∂Z₁": "∂L/∂H ⊙ H ⊙ (1 − H)",
            "∂L/∂W₁": "(∂L/∂Z₁)ᵀ X",
            "∂L/∂b₁": "(∂L/∂Z₁)ᵀ 1",
            "∂L/∂W₂": "(∂L/∂Z₂)ᵀ H",
            "∂L/∂b₂": "(∂L/∂Z₂)ᵀ 1",
        },
        id="two layers",
    ),
    pytest.param(
        sg.norm(R - sg.dot(U, sg.transpose(V))) ** 2,
        {"L": "‖R − U Vᵀ‖²_F", "∂L/∂U": "−2 (R − U Vᵀ) V", "∂L/∂V": "−2 (R − U Vᵀ)ᵀ U"},
        id="matrix factorisation",
    ),
    pytest.param(
        sg.mean(sg.norm(x - sg.dot(C, sg.dot(sg.transpose(C), x))) ** 2),
        {
            "L": "(1/n) ‖X − X C Cᵀ‖²_F",
            "∂L/∂C": "−(2/n) ((X − X C Cᵀ)ᵀ X C + Xᵀ (X − X C Cᵀ) C)",
        },
        id="principal components",
    ),
    pytest.param(sg.dot(v, sg.dot(A, v)), {"L": "vᵀ A v", "∂L/∂v": "A v + Aᵀ v"}, id="quadratic form"),
    pytest.param(
        sg.dot(u, sg.dot(M, v)),
        {"L": "uᵀ M v", "∂L/∂u": "M v", "∂L/∂v": "Mᵀ u", "∂L/∂M": "u vᵀ"},
        id="bilinear form",
    ),
    pytest.param(sg.trace(sg.dot(A, M)), {"L": "tr(A M)", "∂L/∂M": "Aᵀ"}, id="trace of a product"),
    pytest.param(sg.trace(M), {"L": "tr(M)", "∂L/∂M": "I"}, id="trace"),
    pytest.param(sg.sum(M), {"L": "1ᵀ M 1", "∂L/∂M": "1 1ᵀ"}, id="sum of all entries"),
    pytest.param(sg.norm(M), {"L": "‖M‖_F", "∂L/∂M": "M/‖M‖_F"}, id="Frobenius norm"),
    pytest.param(
        sg.mean(sg.norm((x - sg.mean(x)) * w) ** 2),
        {"L": "(1/n) ‖(X − (1/n) · 1 1ᵀ X) ⊙ w‖²_F"},
        id="centred inputs",
    ),
    pytest.param(sg.sum(sympy.exp(M)), {"L": "1ᵀ exp(M) 1", "∂L/∂M": "exp(M)"}, id="exp of entries"),
    pytest.param(
        sg.mean(sg.logsumexp(sg.dot(W, x))),
        {"L": "(1/n) · 1ᵀ logsumexp(X Wᵀ)", "∂L/∂W": "(1/n) softmax(X Wᵀ)ᵀ X"},
        id="log Σ exp",
    ),
    pytest.param(
        sg.mean(sg.norm(sg.let("h", sg.tanh(z1))) ** 2),
        {"∂L/∂Z₁": "∂L/∂H ⊙ (1 − H ⊙ H)"},
        id="tanh",
    ),
    pytest.param(
        sg.mean(sg.norm(y * sg.dot(W, x)) ** 2),
        {"L": "(1/n) ‖diag(y) X Wᵀ‖²_F"},
        id="weighted samples",
    ),
    pytest.param(sg.mean(sg.dot(x, sg.other(x)) * b), {"∂L/∂b": "(1ᵀ X Xᵀ 1)/n²"}, id="pairs of samples"),
]


@pytest.mark.parametrize(("loss", "expected"), TEXTBOOK)
def test_the_forms_of_textbooks(loss, expected):
    found = forms(loss)
    assert {head: found.get(head) for head in expected} == expected


@pytest.mark.parametrize(("loss", "expected"), TEXTBOOK)
def test_every_form_is_proven_and_typeset(loss, expected):
    for form in sg.derive(loss).matrices:
        assert form.evidence.points >= 1
        assert form.evidence.error < 1e-9
        assert not faults(" = ".join(form.equation_latex()))
    assert expected


def test_latex():
    derivation = sg.derive(NET)
    assert derivation.matrix_form[W1].latex() == r"\left(\frac{\partial L}{\partial Z_1}\right)^\top X"
    assert derivation.matrices.adjoint[h].latex() == r"\frac{\partial L}{\partial Z_2} W_2"
    rows = derivation.latex().splitlines()
    assert r"Z_1 &= X W_1^\top + b_1 && \text{matrices} \\" in rows
    assert (
        rows[-2]
        == r"\frac{\partial L}{\partial b_2} &= \left(\frac{\partial L}{\partial Z_2}\right)^\top \mathbf{1}"
    )
    assert not faults(derivation.latex())


def test_forms_by_symbol_or_name():
    derivation = sg.derive(LINEAR)
    assert derivation.matrix_form[w] is derivation.matrix_form["w"]
    assert str(derivation.matrix_form[w]) == "(2/n) Xᵀ (X w + b − y)"
    with pytest.raises(KeyError):
        derivation.matrix_form["q"]
    assert str(sg.derive(NET).matrices.definition[z1]) == "X W₁ᵀ + b₁"


def test_nothing_is_computed_before_it_is_asked_for(monkeypatch):
    made = []
    monkeypatch.setattr("symgd.derivation.matrices.proof", lambda *args: made.append(args))
    derivation = sg.derive(NET)
    assert not made
    assert derivation.matrix_form[W1] is not None
    assert len(made) == 1


def test_the_printed_derivation_ends_with_matrices():
    printed = str(sg.derive(NET))
    section = printed.partition("\nMatrices\n")[2]
    lines = [line.replace("  ", "") for line in section.splitlines()]
    assert "∂L/∂W₁ = (∂L/∂Z₁)ᵀ X" in lines
    assert printed.index("Gradient") < printed.index("Matrices")


def test_the_forward_table_tells_shapes():
    def shapes(loss):
        forward = str(sg.derive(loss)).partition("Backward")[0].splitlines()
        return {line.split()[0]: line.rpartition("  ")[2] for line in forward if " = " in line}

    assert [*shapes(NET).values()][:4] == ["(n, m)", "(n, m)", "(n, k)", "(n, k)"]
    assert [shapes(LOGISTIC)[name] for name in ("zᵢ", "pᵢ")] == ["(n,)", "(n,)"]
    assert "(" not in shapes(LOGISTIC)["L"][:3]


def test_scalar_problems_have_no_matrices():
    s, a = sg.data("s"), sg.parameters("a")
    derivation = sg.derive(sg.losses.mean_squared_error(a * s, y))
    assert "Matrices" not in str(derivation)
    assert "matrices" not in derivation.latex()


def test_capitals_that_are_taken():
    found = forms(sg.mean(sg.data("X") * sg.dot(x, w)))
    assert found["∂L/∂w"] == "(1/n) xᵀ X"  # X is the vector of the other data here


NONE = [
    pytest.param(sg.mean(sg.norm(sg.dot(W, x) - sg.dot(W, sg.other(x))) ** 2), "W", id="pairs of vectors"),
    pytest.param(
        sg.mean(sg.norm(sg.dot(sg.data("q", shape=("s", "d")), w)) ** 2), "w", id="a matrix per sample"
    ),
    pytest.param(sg.losses.huber(sg.dot(x, w), y), "w", id="cases"),
    pytest.param(sg.mean(sg.norm(sg.parameters("E", shape=(1, "d")) * x) ** 2), "E", id="an axis of size 1"),
    pytest.param(sg.sum(sg.parameters("E", shape=("p", "q", "r")) ** 2), "E", id="three axes"),
]


@pytest.mark.parametrize(("loss", "name"), NONE)
def test_none_where_nothing_fits(loss, name):
    derivation = sg.derive(loss)
    assert derivation.matrix_form[name] is None
    assert "∂L/∂" in str(derivation)


def arrays():
    return Array("X", x), Array("w", w), Array("b", b), Array("y", y)


def test_the_proof_accepts_what_is_right():
    X, vector, bias, target = arrays()
    derivation = sg.derive(LINEAR)
    oracle = Oracle(derivation.problem.loss, derivation.problem.leaves)
    right = 2 / SAMPLES * MatrixProduct(Transposed(X), MatrixProduct(X, vector) + bias - target)
    evidence = proof(oracle, derivation.steps["w"][-1].after, w, right)
    assert evidence.points > 1


@pytest.mark.parametrize("change", ["factor", "sign", "term", "shape", "product"])
def test_a_wrong_form_is_refused(change):
    X, vector, bias, target = arrays()
    residual = MatrixProduct(X, vector) + bias - target
    wrong = {
        "factor": 1 / SAMPLES * MatrixProduct(Transposed(X), residual),
        "sign": 2 / SAMPLES * MatrixProduct(Transposed(X), MatrixProduct(X, vector) + bias + target),
        "term": 2 / SAMPLES * MatrixProduct(Transposed(X), MatrixProduct(X, vector) - target),
        "shape": 2 / SAMPLES * residual,
        "product": 2 / SAMPLES * MatrixProduct(X, residual),
    }
    derivation = sg.derive(LINEAR)
    oracle = Oracle(derivation.problem.loss, derivation.problem.leaves)
    with pytest.raises(DerivationError, match=r"wrong|not fit"):
        proof(oracle, derivation.steps["w"][-1].after, w, wrong[change])


def test_a_transpose_too_many_is_refused():
    derivation = sg.derive(sg.dot(v, sg.dot(A, v)))
    oracle = Oracle(derivation.problem.loss, derivation.problem.leaves)
    matrix, vector = Array("A", A), Array("v", v)
    line = derivation.steps["v"][-1].after
    proof(oracle, line, v, MatrixProduct(matrix, vector) + MatrixProduct(Transposed(matrix), vector))
    with pytest.raises(DerivationError):
        proof(oracle, line, v, MatrixProduct(matrix, vector) + MatrixProduct(matrix, vector))


def test_entry_by_entry_is_not_the_matrix_product():
    derivation = sg.derive(sg.trace(sg.dot(M, M)))
    oracle = Oracle(derivation.problem.loss, derivation.problem.leaves)
    matrix = Array("M", M)
    with pytest.raises(DerivationError):
        proof(oracle, derivation.loss, S.One, SquaredNorm(matrix))
    with pytest.raises(DerivationError):
        proof(oracle, derivation.steps["M"][-1].after, M, Hadamard(matrix, matrix))


def test_lines_lost_in_rounding_are_proven_with_more_digits():
    # 1 − tanh²(30 z) is nothing in floating point for most z.
    derivation = sg.derive(sg.mean(sg.norm(sg.let("h", sg.tanh(30 * sg.dot(W, x)))) ** 2))
    assert derivation.matrix_form[W] is not None


def test_the_adjoint_is_named_after_its_matrix():
    done = sg.derive(NET).backward[0]
    assert isinstance(done.adjoint, Adjoint)
    assert text(Slopes("P", done.adjoint)) == "∂L/∂P"


def test_derivations_with_matrices_pickle():
    derivation = sg.derive(LINEAR)
    printed = str(derivation)
    again = pickle.loads(pickle.dumps(derivation))
    assert str(again) == printed
    assert str(again.matrix_form["w"]) == "(2/n) Xᵀ (X w + b − y)"
