"""Runs modules of loops: compiled by Numba, its machine code kept in a folder of the user, or as plain Python."""

from __future__ import annotations

import linecache
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any

from symgd.codegen.loops.module import NUMBA
from symgd.errors import CompilationError

FOLDER = "SYMGD_CACHE_DIR"
"""The environment variable that names the folder for machine code, if it shall not be where it is by default."""

_PLAIN = """\
def njit(*_, **__):
    return lambda function: function
prange = range
"""

_LOADED: dict[tuple[str, str, str | None], Mapping[str, Callable[..., Any]]] = {}

# The threads that Numba starts on its own allow one caller at a time.
_ONE_AT_A_TIME = Lock()


def compiled(source: str, kinds: str = "") -> Mapping[str, Callable[..., Any]]:
    """The functions of a module of loops, compiled when first called, or by an earlier process.

    *kinds* of data have modules of their own, so that it is known what is compiled already. Raises CompilationError
    without Numba.
    """
    _require_numba()
    key = source, kinds, os.environ.get(FOLDER)
    if key not in _LOADED:
        _LOADED[key] = _loaded(source, cache_folder() / f"{_named(source + kinds)}.py")
    return _LOADED[key]


def interpreted(source: str) -> Mapping[str, Callable[..., Any]]:
    """The same functions as plain Python: slow, but a second opinion."""
    plain = source.replace(NUMBA, _PLAIN)
    namespace: dict[str, Any] = {"__name__": "symgd_loops_plain"}
    # The source was written by symgd from an expression tree, never taken from a file or a user.
    exec(compile(plain, "<symgd loops>", "exec"), namespace)  # noqa: S102
    return namespace


def is_loaded(source: str, kinds: str = "") -> bool:
    """Whether this process has the functions of a module at hand."""
    return (source, kinds, os.environ.get(FOLDER)) in _LOADED


def is_compiled(source: str, kinds: str = "") -> bool:
    """Whether an earlier process has left the machine code of a module's training loop."""
    return any((cache_folder() / "__pycache__").glob(f"{_named(source + kinds)}.iterate-*.nbi"))


def cache_folder() -> Path:
    """The folder for machine code: that of the variable SYMGD_CACHE_DIR, else the platform's place for caches."""
    given = os.environ.get(FOLDER)
    if given:
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "symgd" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "symgd"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "symgd"


def locked(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, called by one thread at a time: for those that start threads of their own."""

    def call(*arguments: Any) -> Any:
        with _ONE_AT_A_TIME:
            return function(*arguments)

    return call


def _named(source: str) -> str:
    """The name of a module, from what it says."""
    import hashlib  # Here, as loading it takes longer than most of symgd does.

    return f"loops_{hashlib.sha256(source.encode()).hexdigest()[:20]}"


def _loaded(source: str, wanted: Path) -> Mapping[str, Callable[..., Any]]:
    name, path = wanted.stem, _written(wanted, source)
    text = source if path is not None else source.replace("CACHE = True\n", "CACHE = False\n")
    filename = f"<symgd {name}>" if path is None else str(path)
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    module = ModuleType(name)
    module.__file__ = filename
    # Numba looks its functions' modules up by name.
    sys.modules[name] = module
    # The text is the one that symgd wrote, whatever stands in the file: Numba needs a file to keep its code beside.
    exec(compile(text, filename, "exec"), vars(module))  # noqa: S102
    return vars(module)


def _written(path: Path, source: str) -> Path | None:
    """The file with this source, written unless it is there; None where the folder cannot be written to."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists() or path.read_text(encoding="utf-8") != source:
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=path.parent, suffix=".part", delete=False
            ) as part:
                part.write(source)
            # The same time for the same source, written by whichever process: by it Numba knows its code again.
            os.utime(part.name, (1_000_000_000, 1_000_000_000))
            Path(part.name).replace(path)
    except OSError:
        return None
    return path if os.access(path.parent, os.W_OK) else None


def _require_numba() -> None:
    try:
        import numba  # noqa: F401
    except ModuleNotFoundError:
        words = "loops are compiled by Numba, which is missing: pip install symgd[fast]."
        raise CompilationError(words) from None
    except ImportError as error:
        raise CompilationError(f"loops are compiled by Numba, which does not work here: {error}") from None
