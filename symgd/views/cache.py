"""Rendered fences on disk: one is made again only when something that it is made of has changed."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_LIBRARIES = ("jinja2", "matplotlib", "numpy", "pygments", "quickjs-ng", "sympy")


@dataclass(frozen=True)
class Rendered:
    """A piece of HTML, and the files that it was made from."""

    html: str
    files: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Cache:
    """A folder of rendered pieces, which may be deleted at any time."""

    folder: Path

    def get(self, key: Iterable[str], make: Callable[[], Rendered]) -> str:
        """The HTML of *key*: as it was left, if symgd, its libraries and the piece's files are the same, else made."""
        entry = self.folder / f"{digest(*libraries(), *key)}.json"
        kept = _kept(entry)
        if kept is not None:
            return kept
        made = make()
        files = {str(path): _digest_of(path) for path in made.files}
        _write(entry, json.dumps({"files": files, "html": made.html}))
        return made.html


def digest(*parts: str) -> str:
    """One hash of several texts.

    >>> digest("a", "bc") == digest("ab", "c")
    False
    """
    return sha256(json.dumps(parts).encode()).hexdigest()


@lru_cache(maxsize=1)
def libraries() -> tuple[str, ...]:
    """What renders: Python, the libraries, and symgd's own files, which change between versions too."""
    own = [path for path in sorted(_PACKAGE.rglob("*")) if path.is_file() and path.suffix != ".pyc"]
    found = [platform.python_version(), *(f"{name} {version(name)}" for name in _LIBRARIES)]
    return (*found, *(_digest_of(path) for path in own))


def _kept(entry: Path) -> str | None:
    try:
        kept = json.loads(entry.read_text(encoding="utf-8"))
        return str(kept["html"]) if _unchanged(kept["files"]) else None
    except (OSError, ValueError, KeyError):
        return None


def _unchanged(files: Mapping[str, str]) -> bool:
    return all(_digest_of(Path(path)) == told for path, told in files.items())


def _digest_of(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _write(entry: Path, text: str) -> None:
    """Into a file of its own first: two builds may share the folder."""
    entry.parent.mkdir(parents=True, exist_ok=True)
    scratch = entry.with_suffix(f".{digest(text)[:12]}")
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(entry)
