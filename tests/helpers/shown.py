"""What a page shows: its text, formulas as LaTeX, and the rows of its tables."""

from html.parser import HTMLParser
from pathlib import Path

# Elements without an end.
VOID = {"br", "hr", "img", "input", "link", "meta", "path", "source", "use", "rect", "circle", "line"}
HIDDEN = {"head", "script", "style", "svg", "nav", "header", "footer"}
CELLS = {"td", "th"}


class Shown(HTMLParser):
    """The text of a page, with single spaces; *rows* are those of all tables, cell by cell."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.rows: list[tuple[str, ...]] = []
        self._open: list[tuple[str, bool]] = []
        self._pieces: list[str] = []
        self._row: list[str] = []
        self._cell = 0
        self.feed(page.read_text(encoding="utf-8"))
        self.text = _spaced("".join(self._pieces))

    @property
    def _shown(self) -> bool:
        return self._open[-1][1] if self._open else True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        # Of a formula's two forms, the one that carries its LaTeX.
        hides = tag in HIDDEN or tag == "math" or ("class", "katex-html") in attrs
        self._open.append((tag, tag == "annotation" or (self._shown and not hides)))
        if tag == "tr":
            self._row = []
        if tag in CELLS:
            self._cell = len(self._pieces)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self._open.pop()[0] == tag
        if tag in CELLS:
            self._row.append(_spaced("".join(self._pieces[self._cell :])))
        if tag == "tr":
            self.rows.append(tuple(self._row))
        if tag in {"p", "div", "tr", "td", "th", "li"}:
            self._pieces.append(" ")

    def handle_data(self, data: str) -> None:
        if self._shown:
            self._pieces.append(data)


def _spaced(text: str) -> str:
    return " ".join(text.split())
