"""Parts of the data shared among threads, where products of matrices are all of the work.

Short operations take longer so: threads wait for one another before each. ``np.dot`` lets others run meanwhile, ``@``
does not. BLAS starts no threads of its own meanwhile: some versions of OpenBLAS, recent ones too, mix the results
of several callers up where its threads compute them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from threading import Lock
from typing import Any, TypeVar

Part = TypeVar("Part")
Found = TypeVar("Found")

# How many threads BLAS has is said for the whole process: two callers would undo what the other one said.
_ONE_AT_A_TIME = Lock()


def shared(task: Callable[[Part], Found], parts: Sequence[Part]) -> Iterator[Found]:
    """What the task finds for each part, in the order of the parts, by as many threads as there are cores.

    The caller's thread does it alone where there is one part, or one core, and without threadpoolctl
    (``pip install symgd[fast]``) or where that does not know the BLAS in use.
    """
    workers = min(cores(), len(parts))
    blas = _blas() if workers > 1 else None
    if blas is None:
        yield from map(task, parts)
        return
    from concurrent.futures import ThreadPoolExecutor  # Here, as most runs do without, and it loads a lot.

    # An interrupt, or an error, ends the pool when the parts begun are done.
    with _ONE_AT_A_TIME, blas.limit(limits=1), ThreadPoolExecutor(workers) as pool:
        yield from pool.map(task, parts)


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def _blas() -> Any:
    """The BLAS libraries of this process, if they can be told how many threads to use."""
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:
        return None
    found = ThreadpoolController().select(user_api="blas")
    return found if found.lib_controllers else None
