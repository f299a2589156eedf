"""From the text of a generated module to the functions it defines."""

from __future__ import annotations

import linecache
from functools import lru_cache
from typing import Any

# Generated modules import it: it is loaded here, and not when the first of them is.
import numpy.typing  # noqa: F401

from symgd.errors import CompilationError


def load(source: str) -> dict[str, Any]:
    """The functions that a generated module defines.

    The source is registered with :mod:`linecache`, so that ``inspect.getsource`` and tracebacks show it.
    """
    # Python's own hash: one from hashlib takes longer to import than symgd takes to derive.
    filename = f"<symgd {hash(source) % 2**48:012x}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    namespace: dict[str, Any] = {"__name__": filename}
    try:
        # The source was written by symgd from an expression tree, never taken from a file or a user.
        exec(compile(source, filename, "exec"), namespace)  # noqa: S102
    except ModuleNotFoundError as missing:
        raise CompilationError(
            f"the loss uses functions that NumPy lacks and {missing.name} has: pip install {missing.name}."
        ) from None
    return {
        name: value
        for name, value in namespace.items()
        if getattr(value, "__module__", None) == filename and callable(value)
    }


@lru_cache(maxsize=16)
def loaded(source: str) -> dict[str, Any]:
    """The functions that a generated module defines, loaded once in each process: tasks elsewhere bring the source."""
    return load(source)
