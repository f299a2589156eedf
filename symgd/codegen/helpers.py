"""Functions that generated modules use and that are copied into them."""

from __future__ import annotations

import ast
import inspect
import re
from functools import cached_property
from types import ModuleType


class Helpers:
    """The functions of a module in the order in which it defines them: each calls only those before it."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self.names = tuple(name for name, value in vars(module).items() if inspect.isfunction(value))

    def needed_by(self, source: str) -> list[str]:
        """Those that *source* uses, and those that they call."""
        used = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
        needed = used & set(self.names)
        for name in reversed(self.names):
            if name in needed:
                needed |= set(getattr(self._module, name).__code__.co_names) & set(self.names)
        return [name for name in self.names if name in needed]

    def source(self, name: str) -> str:
        """The text of one."""
        return self._sources[name]

    @cached_property
    def _sources(self) -> dict[str, str]:
        # All at once, as to look for the end of each function takes longer.
        whole = inspect.getsource(self._module)
        found = re.split(r"^def (\w+)", whole, flags=re.MULTILINE)[1:]
        return {
            name: f"def {name}{rest.rstrip()}\n" for name, rest in zip(found[::2], found[1::2], strict=True)
        }
