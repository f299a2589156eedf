"""Mappings whose keys are symbols or their names, as the user likes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


def name_of(key: Any) -> str:
    """The name of a symbol; a name is its own."""
    return key if isinstance(key, str) else str(getattr(key, "name", key))


class BySymbol(Mapping[str, Value], Generic[Value]):
    """A mapping by name that takes symbols as keys too; values are computed when first asked for.

    >>> from symgd import parameters
    >>> doubled = BySymbol(("w", "b"), lambda name: 2 * name)
    >>> doubled[parameters("w")], list(doubled)
    ('ww', ['w', 'b'])
    """

    def __init__(self, names: tuple[str, ...], compute: Callable[[str], Value]) -> None:
        self._names, self._compute = names, compute
        self._known: dict[str, Value] = {}

    def __getitem__(self, key: Any) -> Value:
        name = name_of(key)
        if name not in self._names:
            raise KeyError(f"{name!r} is not among {', '.join(self._names)}")
        if name not in self._known:
            self._known[name] = self._compute(name)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, key: object) -> bool:
        return name_of(key) in self._names

    def __reduce__(self) -> Any:
        return _fixed, (dict(self),)

    def __repr__(self) -> str:
        return repr(dict(self))


def _fixed(values: dict[str, Value]) -> BySymbol[Value]:
    return BySymbol(tuple(values), values.__getitem__)
