"""Loops compute what whole arrays compute; as plain Python, and some of them compiled."""

import ast
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.codegen.binding import bind
from symgd.codegen.loops import runtime
from symgd.codegen.loops.kernels import compiled, interpreted
from symgd.codegen.loops.module import write_loops
from symgd.codegen.loops.writing import Form
from symgd.errors import CompilationError
from symgd.notation.mapping import name_of

from .conftest import LOSSES

x, y = sg.data("x y")
w, b, c = sg.parameters("w b c")
X, W = sg.data("X", shape=("d",)), sg.parameters("W", shape=("d",))
SCORE = sg.let("z", sg.dot(W, X) + b)
SQUARE = sg.parameters("A", shape=("d", "d"))

VECTORS = {
    "logistic": sg.losses.binary_cross_entropy_with_logits(SCORE, y),
    "ridge": sg.losses.mean_squared_error(SCORE, y) + sg.constants("c") * sg.losses.l2(W),
    "entries": sg.mean(sg.sum((X - W) ** 2)),
    "matrix": sg.mean(sg.sum(SQUARE * sg.outer(X, X))) + sg.sum(SQUARE**2),
    "growing": sg.mean((sp.exp(c) * sg.sigmoid(SCORE) - y) ** 2),
    "of the mean": sg.sum(sg.mean(X * y - W) ** 2),
    "fixed size": sg.mean(sg.sum(sg.data("u", shape=(2, 1)) * sg.parameters("B", shape=(2, 1))) ** 2),
    "deep": sg.mean(sp.tanh(sg.let("h", sg.sigmoid(SCORE)) - sg.mean(sg.sigmoid(SCORE))) ** 2),
}
FORMS = {"one block": Form(), "blocks": Form(blocks=True)}


def values(derivation: sg.Derivation, samples: int = 50) -> dict[str, Any]:
    generator = np.random.default_rng(3)
    found: dict[str, Any] = {}
    for leaf in derivation.problem.leaves:
        shape = [
            int(str(n)) if str(n).isdecimal() else 4
            for n in getattr(getattr(leaf, "label", leaf), "shape", ())
        ]
        count = [samples] if leaf in derivation.problem.data else []
        found[name_of(leaf)] = generator.uniform(0.1, 0.9, size=(*count, *shape))[()]
    return found


def by_loops(functions: Any, derivation: sg.Derivation, at: dict[str, Any]) -> tuple[Any, ...]:
    with np.errstate(all="ignore"):
        found: tuple[Any, ...] = functions["loss_and_gradient"](*bind(derivation.problem, at).values())
    return found


def agree(found: tuple[Any, ...], derivation: sg.Derivation, at: dict[str, Any]) -> None:
    loss, gradient = sg.compile_numpy(derivation).loss_and_gradient(**at)
    for mine, other in zip(found, (loss, *gradient.values()), strict=True):
        scale = np.max(np.abs(other)) + 1e-3
        np.testing.assert_allclose(mine, other, rtol=1e-12, atol=1e-12 * scale)


@pytest.mark.parametrize("form", FORMS)
def test_every_loss_as_arrays_have_it(loss: Any, form: str) -> None:
    derivation = sg.derive(loss)
    source = write_loops(derivation, form=FORMS[form]).source.replace("BLOCK = 4096", "BLOCK = 16")
    at = values(derivation)
    agree(by_loops(interpreted(source), derivation, at), derivation, at)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", VECTORS)
def test_losses_of_vectors(name: str, form: str) -> None:
    derivation = sg.derive(VECTORS[name])
    source = write_loops(derivation, form=FORMS[form]).source.replace("BLOCK = 4096", "BLOCK = 16")
    at = values(derivation)
    agree(by_loops(interpreted(source), derivation, at), derivation, at)


@pytest.mark.parametrize("loss", [LOSSES["huber"], VECTORS["logistic"]], ids=["huber", "logistic"])
def test_compiled_on_several_threads(loss: Any) -> None:
    derivation = sg.derive(loss)
    functions = compiled(write_loops(derivation).source)
    at = values(derivation, samples=10_000)
    first = by_loops(functions, derivation, at)
    agree(first, derivation, at)
    again = by_loops(functions, derivation, at)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))


def test_sums_of_many_samples_keep_their_digits() -> None:
    derivation = sg.derive(sg.mean(w * x))
    functions = interpreted(write_loops(derivation, form=Form(blocks=True)).source.replace("= 4096", "= 8"))
    numbers = np.full(4097, 0.1)
    assert by_loops(functions, derivation, {"w": 1.0, "x": numbers})[0] == pytest.approx(0.1, rel=1e-15)


@pytest.mark.parametrize("score", [-1e4, -800.0, 0.0, 800.0, 1e4])
@pytest.mark.parametrize(
    "name",
    ["binary_cross_entropy", "binary_cross_entropy_with_logits", "logistic", "log_cosh", "logistic by hand"],
)
def test_nothing_overflows(name: str, score: float) -> None:
    derivation = sg.derive(LOSSES[name])
    at = {"w": score, "b": 0.0, "x": np.array([1.0, -1.0]), "y": np.array([1.0, 0.0])}
    at = {name_of(leaf): at[name_of(leaf)] for leaf in derivation.problem.leaves}
    found = by_loops(interpreted(write_loops(derivation, form=Form()).source), derivation, at)
    assert np.isfinite(found).all()
    agree(found, derivation, at)


@pytest.mark.parametrize(
    ("function", "slope"),
    [(sg.relu, 0.0), (sg.step, 0.0), (sp.Abs, 0.0), (lambda u: sp.Max(u, 0), 0.0)],
)
def test_kinks_as_arrays_have_them(function: Any, slope: float) -> None:
    derivation = sg.derive(sg.mean(function(w * x)))
    functions = interpreted(write_loops(derivation, form=Form()).source)
    agree(by_loops(functions, derivation, {"w": 0.0, "x": [1.0]}), derivation, {"w": 0.0, "x": [1.0]})
    assert by_loops(functions, derivation, {"w": 0.0, "x": [1.0]})[1] == slope


@pytest.mark.parametrize(
    "value", [0.0, 1.0, -1.0, 709.5, -707.5, 1e-300, 20.3, -20.3, 0.3465735902799726, -37.9]
)
def test_the_exponential_to_the_last_digits(value: float) -> None:
    assert runtime.exp(np.float64(value)) == pytest.approx(float(sp.exp(sp.Float(value, 40))), rel=4.5e-16)


def test_the_exponential_beyond_its_range() -> None:
    with np.errstate(all="ignore"):
        found = [runtime.exp(np.float64(value)) for value in (-np.inf, -800, 710, np.inf, np.nan)]
    np.testing.assert_array_equal(found, [0, 0, np.inf, np.inf, np.nan])


@pytest.mark.parametrize("value", [0.0, 1e-300, 1e-17, 1e-9, 0.1, 1 / 3, 0.5, 0.9, 1.0])
def test_the_logarithm_near_one(value: float) -> None:
    expected = float(sp.log(1 + sp.Float(value, 400)))
    assert runtime.log_of_one_and(value) == pytest.approx(expected, rel=4.5e-16)


def test_not_a_number_stays_one() -> None:
    derivation = sg.derive(sg.mean(sg.relu(sp.log(w * x)) + sp.Max(sp.log(w * x), 0)))
    functions = interpreted(write_loops(derivation, form=Form()).source)
    with np.errstate(all="ignore"):
        assert np.isnan(functions["loss_and_gradient"](np.float64(-1.0), np.ones(2))[0])


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        (sg.mean(sg.sum(sg.let("h", X - W) ** 2)), "is an array"),
        (sg.mean(sg.sum((sg.dot(SQUARE, X) - X) ** 2)), "is a product of arrays"),
        (sg.mean(sg.logsumexp(W * X)), "is over an array"),
        (sg.mean(abs(w * x - sg.other(x))), "compares each sample with the others"),
        (sg.mean(sp.besselj(0, w * x)), "has no form that Numba compiles"),
    ],
)
def test_what_loops_do_not_do(loss: Any, words: str) -> None:
    with pytest.raises(CompilationError, match=words):
        write_loops(sg.derive(loss))


def test_names_of_symbols_give_way() -> None:
    first, sums, njit, row = sg.parameters("first sums njit row")
    derivation = sg.derive(sg.mean((first * sg.data("last") + sums * sg.data("order") + njit - row) ** 2))
    source = write_loops(derivation, sg.optimizers.Adam().rule, Form(ordered=False, blocks=True)).source
    at = values(derivation)
    agree(by_loops(interpreted(source), derivation, at), derivation, at)


def test_names_of_strips_give_way() -> None:
    held, count, start, strip = sg.parameters("held count start add_strip")
    score = sg.let("STRIP", sg.dot(W, X) * held + sg.data("last"))
    derivation = sg.derive(sg.mean((sp.exp(count) * sg.sigmoid(score) - start * strip) ** 2))
    source = write_loops(derivation).source
    at = values(derivation)
    agree(by_loops(interpreted(source), derivation, at), derivation, at)


@pytest.mark.parametrize("samples", [1, 15, 16, 17, 4096, 4097])
def test_any_number_of_samples_in_strips(samples: int) -> None:
    derivation = sg.derive(VECTORS["logistic"])
    at = values(derivation, samples)
    agree(by_loops(compiled(write_loops(derivation).source), derivation, at), derivation, at)


def test_the_source_reads_as_it_is_meant() -> None:
    source = write_loops(
        sg.derive(sg.losses.mean_squared_error(sg.let("y_hat", w * x + b), y)), form=Form()
    ).source
    assert "y_hat = w * x[i] + b\n" in source
    assert "L = (1/n) Σᵢ (ŷᵢ − yᵢ)²" in source
    imported = {
        alias.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert imported <= {"math", "typing", "numpy", "numba"}


def test_machine_code_is_kept_for_other_processes(tmp_path: Path) -> None:
    script = (
        "import symgd as sg, numpy as np\n"
        "from symgd.codegen.loops.kernels import compiled\n"
        "from symgd.codegen.loops.module import write_loops\n"
        "from symgd.codegen.loops.writing import Form\n"
        "x, w = sg.data('x'), sg.parameters('w')\n"
        "f = compiled(write_loops(sg.derive(sg.mean(w * x)), form=Form()).source)['loss_and_gradient']\n"
        "f(1.0, np.ones(3))\n"
        "print(sum(f.stats.cache_hits.values()), sum(f.stats.cache_misses.values()))\n"
    )
    environment = {**os.environ, "SYMGD_CACHE_DIR": str(tmp_path / "new" / "folder")}

    def run() -> str:
        command = [sys.executable, "-c", script]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    assert run() == "0 1"
    assert run() == "1 0"
    written = next((tmp_path / "new" / "folder").glob("*.py"))
    written.write_text("raise SystemExit('a file is never run')")
    assert run() in {"0 1", "1 0"}


def test_a_folder_that_cannot_be_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SYMGD_CACHE_DIR", str(tmp_path / "file"))
    functions = compiled(write_loops(sg.derive(sg.mean(c * x)), form=Form()).source)
    assert functions["loss_and_gradient"](2.0, np.ones(3)) == (2.0, 1.0)


def test_without_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(CompilationError, match=r"pip install symgd\[fast\]"):
        compiled(write_loops(sg.derive(sg.mean(b * x)), form=Form()).source)


def test_a_saved_module_runs_without_symgd(tmp_path: Path) -> None:
    loops = sg.compile_numpy(sg.derive(sg.mean((w * x - y) ** 2)), sg.optimizers.GradientDescent(0.1)).loops
    loops.save(tmp_path / "saved.py")
    script = (
        "import sys, numpy as np, saved\n"
        "print(*saved.loss_and_gradient(4.0, np.array([1.0, 2.0]), np.array([13.0, 23.0])))\n"
        "sys.exit('symgd' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "153.0 -39.0"


def test_numba_that_does_not_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "numba.py").write_text("raise ImportError('Numba needs NumPy 2.9 or less')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "numba", raising=False)
    with pytest.raises(CompilationError, match="does not work here: Numba needs NumPy"):
        sg.compile_numpy(sg.derive(sg.mean(b * x))).loops.loss_and_gradient(b=1, x=[1])
