"""How a run went, and what computed it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from symgd.training.engine import AS_ASKED, Engine
from symgd.training.run import Run
from symgd.views.grid import Grid, grid_of
from symgd.views.words import Words


@dataclass(frozen=True)
class Training:
    """How the run went, and what computed it."""

    status: str
    computed: str
    table: Grid


def training_of(run: Run, words: Words) -> Training:
    """What a page says of a run."""
    table = grid_of(run.table())
    # The last column is that of the loss; the others are called as the user calls them.
    heads = (*table.head[:-1], words.in_table(table.head[-1]))
    return Training(words.tell(run.status.told), _computed(run.engine, words), replace(table, head=heads))


def _computed(engine: Engine, words: Words) -> str:
    """What computed the run, and why, unless it was asked for."""
    name = words(f"engine_{engine.kind}")
    if engine.told == AS_ASKED:
        return words("computed_by", engine=name)
    return words("computed", engine=name, reason=words.say(engine.told))
