"""The Python code in README and documentation runs, and prints what the pages say."""

import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(
    r"^(?P<ticks>`{3,})(?P<language>\w*)[^\n]*\n(?P<text>.*?)^(?P=ticks)$", re.DOTALL | re.MULTILINE
)


def blocks(page: Path) -> Iterator[tuple[str, str | None]]:
    """The fenced Python blocks of a page, each with the text block that follows it, if one does.

    Definitions shown without their imports are fragments, which do not run.
    """
    found = FENCE.finditer(page.read_text(encoding="utf-8"))
    fences = [*(match.group("language", "text") for match in found), ("", "")]
    for (language, code), (following, text) in pairwise(fences):
        if language == "python" and not code.startswith(("def ", "class ", "@")):
            yield code, text if following == "text" else None


@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(blocks(page))], ids=lambda page: str(page.relative_to(ROOT))
)
def test_code_of_the_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of one page run in order in one namespace; a text block after one shows what it prints."""
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {"__name__": "page"}
    for code, shown in blocks(page):
        printed = StringIO()
        with redirect_stdout(printed):
            exec(compile(code, str(page), "exec"), namespace)
        if shown is not None and printed.getvalue():
            assert _stripped(printed.getvalue()) == _stripped(shown)


def test_readme_has_code() -> None:
    assert any(blocks(ROOT / "README.md"))


def _stripped(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").splitlines()]
