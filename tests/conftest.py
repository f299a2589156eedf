import os
import tempfile
from collections import deque
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The same examples in every run; `--hypothesis-profile=explore` draws new ones. How long drawing one takes depends on
# what else the machine does, so it is no reason to fail.
_COMMON = settings(deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("repeatable", _COMMON, derandomize=True)
settings.register_profile("explore", _COMMON, derandomize=False)
settings.load_profile("repeatable")

# Compiled loops are kept between runs of the tests, apart from those of the user.
os.environ.setdefault("SYMGD_CACHE_DIR", str(Path(tempfile.gettempdir(), "symgd-tests")))


@pytest.fixture(autouse=True)
def _derived_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test has the derivation, and the code, of one before it."""
    monkeypatch.setattr("symgd.derivation.derive._RECENT", deque(maxlen=8))
