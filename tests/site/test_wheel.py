"""Somebody else's site, built with symgd as pip installs it from its wheel."""

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
from helpers.outside import REFUSED, WRONG_LINE, outside_requests, write_site

# One wheel serves both, so they run in one process.
pytestmark = pytest.mark.xdist_group("wheel")

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, **settings: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, check=False, **settings)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment that has the wheel, and from this one the packages that it needs."""
    tmp_path = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "dist", cwd=ROOT)
    assert built.returncode == 0, built.stderr
    [wheel] = (tmp_path / "dist").glob("*.whl")
    folder = tmp_path / "environment"
    venv.create(folder)
    found = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", found, "install", "--no-deps", "--no-index", wheel]
    installed = run(*pip)
    assert installed.returncode == 0, installed.stderr
    # A path alone: symgd as installed here for development is not found by it.
    [packages] = folder.glob("lib/python*/site-packages")
    (packages / "needed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    where = run(found, "-c", "import symgd; print(symgd.__file__)", cwd=tmp_path)
    assert Path(where.stdout.strip()).is_relative_to(packages), where
    return found


def test_a_site_elsewhere_builds_as_described(python: Path, tmp_path: Path) -> None:
    config = write_site(tmp_path / "elsewhere")
    done = run(python, "-m", "mkdocs", "build", cwd=config.parent)
    assert done.returncode == 0, done.stderr
    assert f"WARNING -  index.md, line {WRONG_LINE}: there is no entry 'learning_rat'" in done.stderr
    html = (config.parent / "site" / "index.html").read_text(encoding="utf-8")
    assert "0.000607" in html
    assert "did you mean learning_rate?" in html
    assert outside_requests(html) == []
    assert (config.parent / "site/assets/symgd/katex/katex.min.css").is_file()
    strict = run(python, "-m", "mkdocs", "build", "--strict", cwd=config.parent)
    assert strict.returncode == 1
    assert "Aborted with 1 warnings in strict mode" in strict.stdout


def test_what_a_fence_may_not_do_is_refused_without_harm(python: Path, tmp_path: Path) -> None:
    fences = "\n".join(f"```symgd\n{text}\n```\n" for text in REFUSED)
    config = write_site(tmp_path / "elsewhere", f"# Refused\n\n{fences}")
    (config.parent / "secret.csv").write_text("x\n123456789\n", encoding="utf-8")
    done = run(python, "-m", "mkdocs", "build", cwd=config.parent)
    assert done.returncode == 0, done.stderr[-2000:]
    warnings = [line for line in done.stderr.splitlines() if line.startswith("WARNING")]
    places = [3 + sum(text.count("\n") + 4 for text in list(REFUSED)[:k]) for k in range(len(REFUSED))]
    for warning, words, first in zip(warnings, REFUSED.values(), places, strict=True):
        assert words in warning
        assert first < int(warning.split("index.md, line ")[1].split(":")[0]) < first + 6
        assert len(warning) < 600
    html = (config.parent / "site" / "index.html").read_text(encoding="utf-8")
    assert html.count("sg-refused") == len(REFUSED)
    assert len(html) < 100_000
    assert "123456789" not in html
    assert list(tmp_path.rglob("harm")) == []
    assert run(python, "-m", "mkdocs", "build", "--strict", cwd=config.parent).returncode == 1
