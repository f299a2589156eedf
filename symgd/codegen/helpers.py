"""Functions that generated modules use and that are copied into them."""

from __future__ import annotations

import inspect
import linecache
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

# Names, but for those of attributes, and what is no code: docstrings and comments.
_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*")
_ASIDE = re.compile(r'"""[\s\S]*?"""|  #.*')


class Helpers:
    """The functions of a module in the order in which it defines them: each calls only those before it."""

    def __init__(self, module: ModuleType) -> None:
        self._functions: dict[str, Callable[..., Any]] = {
            name: value for name, value in vars(module).items() if inspect.isfunction(value)
        }
        self.names = tuple(self._functions)

    def needed_by(self, source: str) -> list[str]:
        """Those that a generated *source* uses, and those that they call."""
        needed = set(_NAME.findall(_ASIDE.sub("", source)))
        for name in reversed(self.names):
            if name in needed:
                needed |= set(self._functions[name].__code__.co_names)
        return [name for name in self.names if name in needed]

    def source(self, name: str) -> str:
        """The text of one, from its line on to where the lines that belong to it end."""
        code = self._functions[name].__code__
        first, *rest = linecache.getlines(code.co_filename)[code.co_firstlineno - 1 :]
        end = next((k for k, line in enumerate(rest) if line[:1].strip()), len(rest))
        return first + "".join(rest[:end]).rstrip() + "\n"
