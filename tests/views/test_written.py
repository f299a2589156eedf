"""Problems written as YAML: their forms, and texts that are refused with the line and the remedy."""

import contextlib
import os
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import symgd as sg
from symgd.errors import SymgdError
from symgd.views.written.data import BYTES, SAMPLES
from symgd.views.written.entries import WrittenError
from symgd.views.written.problem import LETS, RATES, problem_of

LINE = """model: y_hat = w*x + b
loss: mean_squared_error(y_hat, y)
data: {x: [1, 2, 3], y: [13, 23, 33]}
start: {w: 4, b: 1}
learning_rate: 0.01
iterations: 501
"""
x, y = sg.data("x y")
w, b = sg.parameters("w b")


def problem(text: str, folder: Path = Path("nowhere")):
    return problem_of(text, folder)


def test_a_problem_is_what_train_takes():
    made = problem(LINE)
    assert made.loss == sg.losses.mean_squared_error(sg.let("y_hat", w * x + b), y)
    run = sg.train(made.loss, **made.training)
    assert run.iterations == 501
    assert run.history["loss"][0] > run.history["loss"][-1]


@pytest.mark.parametrize(
    "model",
    [
        "model: {h: w*x, y_hat: h + b}",
        "model: [h = w*x, y_hat = h + b]",
        "model:\n  - h = w*x\n  - y_hat = h + b",
        "model: |\n  h = w*x\n\n  y_hat = h + b",
    ],
)
def test_a_model_has_several_forms(model):
    made = problem(LINE.replace("model: y_hat = w*x + b", model))
    assert made.loss == sg.losses.mean_squared_error(sg.let("y_hat", sg.let("h", w * x) + b), y)


def test_numbers_are_read_as_a_person_writes_them():
    text = "loss: (w - u - v)**2 + c*b\nstart: {w: 1e-3, b: -1/3, u: 010, v: '+.5'}\nconstants: {c: 2.}"
    made = problem(text)
    assert made.training["start"] == {"w": 0.001, "b": Fraction(-1, 3), "u": 10, "v": 0.5}
    assert made.training["constants"] == {"c": 2.0}


def test_a_name_that_is_a_word_of_python_has_an_underscore():
    made = problem("loss: w**2 + lambda_*w\nstart: {w: 1}\nconstants: {lambda: 0.1}\niterations: 3")
    assert made.loss == w**2 + sg.constants("lambda") * w
    assert sg.train(made.loss, **made.training).iterations == 3


def test_what_shuffles_has_a_seed():
    assert problem(LINE + "shuffle: true\nbatch_size: 1").training["seed"] == 0
    assert problem(LINE + "shuffle: true\nbatch_size: 1\nseed: 7").training["seed"] == 7
    assert "seed" not in problem(LINE).training


def test_a_page_has_the_same_engine_wherever_it_is_made():
    assert problem(LINE).training["engine"] == "arrays"
    assert problem(LINE + "engine: loops").training["engine"] == "loops"


def test_a_file_may_have_columns_that_no_loss_could_use(tmp_path):
    (tmp_path / "a.csv").write_text("\ufeffx , height (cm),y,n,note\n1,2,1/3,4,tall\n\n2,3,5,6,\n", "utf-8")
    made = problem(LINE.replace("{x: [1, 2, 3], y: [13, 23, 33]}", "{csv: a.csv}"), tmp_path)
    assert made.training["data"] == {"x": [1, 2], "y": [Fraction(1, 3), 5]}
    assert made.files == (tmp_path / "a.csv",)


SMALL = "loss: w**2\nstart: {w: 1}\n"
FROM = "loss: mean(w*x)\nstart: {w: 1}\ndata: {csv: %s}\n"
REFUSED = {
    "a tag that calls": (SMALL + "show: !!python/object/apply:os.system [ls]", 3, "tags"),
    "a short tag": (SMALL + "language: !x en", 3, "tags"),
    "a bomb of aliases": ("a: &a [1]\nb: &b [*a, *a]\nc: [*b, *b]", 1, "aliases"),
    "a merge": (SMALL + "<<: {iterations: 3}", 3, "there is no entry '<<'"),
    "a second document": (SMALL + "---\nloss: w", 4, "second document"),
    "a tab": ("loss: w\n\tstart: 1", 2, "no YAML"),
    "a list as a key": ("? [loss]\n: w", 1, "write a name"),
    "a key twice": ("loss: w**2\nstart: {w: 1, w: 2}", 2, "'w' stands here as a key for the second time"),
    "deep brackets": ("loss: " + "[" * 40_000, 1, "nested too deeply"),
    "deep lists": ("- " * 20_000, 1, "nested too deeply"),
    "deep mappings": ("{a: " * 10_000, 1, "nested too deeply"),
    "a null": ("loss: w\x00", 1, "no YAML"),
    "an escape without a character": ('loss: "\\UFFFFFFFF"', 1, "no YAML"),
    "an endless version": ("%YAML 9" + "9" * 5_000 + ".1\n--- a", 1, "no YAML"),
    "nothing": ("", 1, "write a mapping"),
    "ten megabytes": ("x" * 10_000_000, 1, "at most 50,000"),
    "an endless number": ("loss: w**2\nstart: {w: " + "9" * 400 + "}", 2, "no number"),
    "an infinite number": ("loss: w**2\nstart: {w: 1e999}", 2, "no number"),
    "nan": ("loss: w**2\nstart: {w: .nan}", 2, "no number"),
    "a fraction of nothing": ("loss: w**2\nstart: {w: 1/0}", 2, "no number"),
    "digits of another script": ("loss: w**2\nstart: {w: ٣}", 2, "no number"),
    "a number of a programmer": ("loss: w**2\nstart: {w: 1_000}", 2, "no number"),
    "a yes": (SMALL + "shuffle: yes", 3, "true or false"),
    "a name in two ways": ("loss: w**2\nstart: {ｗ: 1}", 2, "two ways: write 'w'"),
    "a reserved name": ("loss: n**2\nstart: {n: 1}", 2, "the number of samples"),
    "two names in one": ("loss: w**2\nstart: {w b: 1}", 2, "cannot name a symbol"),
    "a name in two sections": ("loss: w**2\nstart: {w: 1}\nconstants: {w: 2}", 3, "two things"),
    "a symbol without a section": (
        "loss: w*c\nstart: {w: 1}",
        1,
        "no symbol 'c'.* start .* data .* constants",
    ),
    "an intermediate with a symbol's name": ("model: w = 2\nloss: w**2\nstart: {w: 1}", 1, "two things"),
    "too many intermediates": (
        "model:\n" + "".join(f"  - h{k} = w\n" for k in range(LETS + 1)) + SMALL,
        LETS + 2,
        f"at most {LETS} intermediates",
    ),
    "too many learning rates": (
        SMALL + f"learning_rate: {['1'] * (RATES + 1)}\niterations: 1",
        3,
        f"at most {RATES} learning rates",
    ),
    "a wrong setting": (SMALL + "optimizer:\n  Adam: {beta1: 8}\nlearning_rate: 1", 3, "beta1"),
    "a list as optimizer": (SMALL + "optimizer: [Adam]", 3, "one value stands here"),
    "settings of nothing": (SMALL + "optimizer: {Adam: }", 3, "write"),
    "a seed that is no count": (SMALL + "seed: -1", 3, "whole number from 0"),
    "10⁹ iterations": (SMALL + "iterations: 1000000000", 3, "at most 200,000"),
    "a path above": (FROM % "../a.csv", 3, "leaves the folder"),
    "a path that comes back": (FROM % "../docs/../../a.csv", 3, "leaves the folder"),
    "an absolute path": (FROM % "/etc/hostname", 3, "leaves the folder"),
    "a drive": (FROM % "'C:\\a.csv'", 3, "leaves the folder"),
    "a link": (FROM % "link.csv", 3, "leaves the folder"),
    "a link that turns": (FROM % "turning.csv", 3, "no file|no path"),
    "a pipe": (FROM % "pipe", 3, "no file"),
    "a folder": (FROM % ".", 3, "no file"),
    "no file": (FROM % "none.csv", 3, "no file"),
    "a null in a path": (FROM % '"a\\0b"', 3, "no path"),
    "a long path": (FROM % ("a" * 5_000), 3, "no path"),
    "a large file": (FROM % "large.csv", 3, f"more than {BYTES:,} bytes"),
    "many rows": (FROM % "rows.csv", 3, f"1 to {SAMPLES:,} lines"),
    "bytes": (FROM % "bytes.csv", 3, "no CSV"),
    "an open quote": (FROM % "quote.csv", 3, "no CSV"),
    "a name alone": (FROM % "head.csv", 3, "a line of names"),
    "two columns of a name": (FROM % "twice.csv", 3, "'x' names two columns"),
    "a row that is short": (FROM % "short.csv", 3, "row 3 .* 1 values for 2"),
    "a cell without a number": (FROM % "words.csv", 3, "'tall' in column x .* no number"),
}


@pytest.fixture(scope="module")
def docs(tmp_path_factory):
    """A folder of pages with files of all kinds."""
    site = tmp_path_factory.mktemp("site")
    folder = site / "docs"
    folder.mkdir()
    (site / "a.csv").write_text("x\n1\n")
    (folder / "link.csv").symlink_to(site / "a.csv")
    (folder / "turning.csv").symlink_to(folder / "turning.csv")
    os.mkfifo(folder / "pipe")
    (folder / "large.csv").write_text("x\n" + "1\n" * (BYTES // 2))
    (folder / "rows.csv").write_text("x\n" + "1\n" * (SAMPLES + 1))
    (folder / "bytes.csv").write_bytes(b"x\n\xff\xfe\n")
    (folder / "quote.csv").write_text('x\n"1\n')
    (folder / "head.csv").write_text("x\n")
    (folder / "twice.csv").write_text("x,x\n1,2\n")
    (folder / "short.csv").write_text("x,y\n1,2\n3\n")
    (folder / "words.csv").write_text("x\ntall\n")
    return folder


@pytest.mark.parametrize(("text", "line", "message"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_refused_names_the_line_and_the_remedy(docs, text, line, message):
    with pytest.raises(WrittenError, match=message) as refused:
        problem(text, docs)
    assert refused.value.line == line
    assert len(str(refused.value)) < 600


YAML = st.lists(
    st.sampled_from(
        [*":-[]{},&*!|>?'\"\n #%~", "\n", ": ", "loss: ", "start: ", "data: ", "w", "x", "1", "csv"]
    ),
    max_size=40,
).map("".join)


@given(st.text(max_size=80) | YAML | YAML.map(lambda text: LINE + text))
def test_any_text_is_a_problem_or_refused(text):
    with contextlib.suppress(SymgdError):
        problem(text)
