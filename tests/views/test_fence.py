"""From the text of a fence to HTML, and what a fence may not do."""

import re
from pathlib import Path

import pytest

from symgd.errors import SymgdError
from symgd.views.fence import fence_html, rendered_fence

LINE = """model: y_hat = w*x + b
loss: mean_squared_error(y_hat, y)
data: {x: [1, 2, 3, 4, 5], y: [13, 23, 33, 43, 53]}
start: {w: 4, b: 1}
optimizer: GradientDescent
learning_rate: 0.01
iterations: 501
"""


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> str:
    return fence_html(LINE, tmp_path_factory.mktemp("docs"), "one-")


def text(html: str) -> str:
    return re.sub(r"<[^>]+>", " ", html)


def test_a_fence_shows_the_run_that_it_describes(line: str) -> None:
    for figure in ("5.4400", "472.000000", "10.0159", "2.9424", "0.000607"):
        assert figure in text(line)


def test_every_id_begins_with_the_prefix_and_stands_once(line: str) -> None:
    ids = re.findall(r'\bid="([^"]+)"', line)
    assert len(ids) == len(set(ids)) > 20
    assert [each for each in ids if not each.startswith("one-")] == []


def test_the_same_text_gives_the_same_html(line: str, tmp_path: Path) -> None:
    assert fence_html(LINE, tmp_path, "one-") == line


def test_show_and_language_choose_what_is_there(tmp_path: Path) -> None:
    html = fence_html(LINE + "show: [derivation, run]\nlanguage: ko\n", tmp_path, "sg-")
    assert 'lang="ko"' in html
    assert "미분 과정" in html
    assert "numpy" not in html


def test_plots_are_left_out_where_they_are_not_shown(tmp_path: Path, line: str) -> None:
    assert "sg-plot" in line
    assert "sg-plot" not in fence_html(LINE + "show: [run]\n", tmp_path, "sg-")


def test_data_come_from_a_file_below_the_folder(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("x,y,unused\n1,13,0\n2,23,0\n", encoding="utf-8")
    fence = LINE.replace("{x: [1, 2, 3, 4, 5], y: [13, 23, 33, 43, 53]}", "{csv: points.csv}")
    rendered = rendered_fence(fence, tmp_path, "sg-")
    assert rendered.files == (tmp_path / "points.csv",)
    assert "2 samples" in rendered.html


def test_a_loss_without_a_run_is_derived_alone(tmp_path: Path) -> None:
    html = fence_html("loss: mean((w*x - y)**2)\nparameters: w\ndata: [x, y]\n", tmp_path, "sg-")
    assert "power rule" in html


def test_fractions_stay_exact(tmp_path: Path) -> None:
    fence = "loss: w**2\nstart: {w: 1}\nlearning_rate: 1/10\niterations: 2\nshow: [run]\n"
    assert "16/25" in fence_html(fence, tmp_path, "sg-")


def test_an_optimizer_takes_settings(tmp_path: Path) -> None:
    fence = "loss: w**2\nstart: {w: 1}\noptimizer: {Adam: {beta1: 0.8}}\nlearning_rate: 0.1\niterations: 2\n"
    assert "beta1=0.8" in fence_html(fence, tmp_path, "sg-")


SMALL = "loss: w**2\nstart: {w: 1}\niterations: 10\n"
BAD = {
    "a call of Python": ("loss: __import__('os').system('touch harm')\nstart: {w: 1}", 1, "cannot name"),
    "an attribute": ("start: {w: 1}\nloss: w.__class__", 2, "nothing is looked up inside of a name"),
    "an expression of 10 MB": ("loss: " + "w+" * 5_000_000 + "w", 1, "at most 50,000"),
    "10⁹ iterations": ("loss: w**2\nstart: {w: 1}\niterations: 1000000000", 3, "at most 200,000"),
    "10⁹ epochs": ("loss: mean((w-x)**2)\nstart: {w: 1}\ndata: {x: [1]}\nepochs: 100000000", 4, "at most"),
    "a path that leaves": (
        "loss: mean(w*x)\nstart: {w: 1}\ndata: {csv: ../secret.csv}",
        3,
        "leaves the folder",
    ),
    "an absolute path": ("loss: mean(w*x)\nstart: {w: 1}\ndata: {csv: /etc/passwd}", 3, "leaves the folder"),
    "a link that leaves": ("loss: mean(w*x)\nstart: {w: 1}\ndata: {csv: link.csv}", 3, "leaves the folder"),
    "a missing file": ("loss: mean(w*x)\nstart: {w: 1}\ndata: {csv: none.csv}", 3, "there is no file"),
    "an object of YAML": ("loss: !!python/object/apply:os.system ['touch harm']", 1, "tags"),
    "aliases": ("loss: &a w\nstart: *a", 1, "aliases"),
    "nested brackets": ("loss: " + "[" * 40_000, 1, "nested too deeply"),
    "no YAML": ("loss: w**2\nstart: {w: 1", 2, "no YAML"),
    "no mapping": ("- w", 1, "write a mapping"),
    "an unknown entry": (SMALL + "lerning_rate: 1\n", 4, "did you mean learning_rate?"),
    "no loss": ("start: {w: 1}", 1, "no entry loss"),
    "an entry given twice": (SMALL + "loss: w**3\n", 4, "second time"),
    "an unknown symbol": ("loss: w*v\nstart: {w: 1}\n", 1, "no symbol 'v'"),
    "an unknown optimizer": (SMALL + "optimizer: Adma\n", 4, "there are AdaGrad, Adam"),
    "an unknown setting": (SMALL + "optimizer: {Adam: {beta3: 1}}\n", 4, "no setting 'beta3'"),
    "a learning rate below 0": (SMALL + "learning_rate: -1\n", 4, "above 0"),
    "an unknown engine": (SMALL + "engine: loop\n", 4, "there are arrays, loops, moments"),
    "an engine that each machine chooses": (SMALL + "engine: auto\n", 4, "no engine 'auto' for a page"),
    "an engine that a loss does not have": (SMALL + "engine: moments\n", 4, "the loss has no data"),
    "an unknown section": (SMALL + "show: [proof]\n", 4, "no section 'proof'"),
    "an unknown language": (SMALL + "language: xx\n", 4, "there are en, ko"),
    "no number": ("loss: w**2\nstart: {w: one}\niterations: 3", 2, "no number"),
    "too large batches": (
        "loss: mean((w - x)**2)\nstart: {w: 1}\niterations: 3\nbatch_size: 9\ndata: {x: [1, 2]}",
        4,
        "give 2 at most",
    ),
    "data that are no numbers": (
        "loss: mean(w*x)\nstart: {w: 1}\ndata: {x: [1, nan]}\niterations: 1",
        3,
        "nan",
    ),
}


@pytest.mark.parametrize(("fence", "line", "words"), BAD.values(), ids=list(BAD))
def test_a_bad_fence_is_refused_with_its_line_and_a_remedy_and_without_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fence: str, line: int, words: str
) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (tmp_path / "secret.csv").write_text("x\n1\n", encoding="utf-8")
    (docs / "link.csv").symlink_to(tmp_path / "secret.csv")
    monkeypatch.chdir(docs)
    before = sorted(docs.iterdir())
    with pytest.raises(SymgdError) as refused:
        fence_html(fence, docs, "sg-")
    message = str(refused.value)
    assert message.startswith(f"line {line}: ")
    assert words in message
    assert len(message) < 600
    assert sorted(docs.iterdir()) == before
