"""From the text of a generated module to the functions it defines."""

from __future__ import annotations

import linecache
from functools import lru_cache
from itertools import count
from typing import Any
from weakref import finalize

# Generated modules import it: it is loaded here, and not when the first of them is.
import numpy.typing  # noqa: F401

from symgd.errors import CompilationError

_NUMBERS = count(1)


def load(source: str) -> dict[str, Any]:
    """The functions that a generated module defines.

    The source is registered with :mod:`linecache`, as long as they are in use, so that ``inspect.getsource`` and
    tracebacks show it.
    """
    filename = f"<symgd {next(_NUMBERS)}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    namespace: dict[str, Any] = {"__name__": filename}
    try:
        # The source was written by symgd from an expression tree, never taken from a file or a user.
        exec(compile(source, filename, "exec"), namespace)  # noqa: S102
    except ModuleNotFoundError as missing:
        raise CompilationError(
            f"the loss uses functions that NumPy lacks and {missing.name} has: pip install {missing.name}."
        ) from None
    functions = {
        name: value
        for name, value in namespace.items()
        if getattr(value, "__module__", None) == filename and callable(value)
    }
    # One stands for all: each refers to the others.
    finalize(next(iter(functions.values())), linecache.cache.pop, filename, None).atexit = False
    return functions


@lru_cache(maxsize=16)
def loaded(source: str) -> dict[str, Any]:
    """The functions that a generated module defines, loaded once in each process: tasks elsewhere bring the source."""
    return load(source)
