"""Somebody else's site, built with symgd as pip installs it from its wheel."""

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
from helpers.outside import WRONG_LINE, outside_requests, write_site

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, **settings: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, check=False, **settings)


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """The Python of a new environment that has the wheel, and from this one the packages that it needs."""
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
