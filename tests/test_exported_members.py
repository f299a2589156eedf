"""What `symgd` exports is what `symgd.__all__` says."""

from types import ModuleType

import symgd


def test_all_is_sorted_and_tells_each_name_once():
    assert list(symgd.__all__) == sorted(set(symgd.__all__), key=str.casefold)


def test_every_name_in_all_exists():
    assert [name for name in symgd.__all__ if not hasattr(symgd, name)] == []


def test_every_public_name_is_in_all():
    public = {
        name
        for name, value in vars(symgd).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert public - set(symgd.__all__) == set()
