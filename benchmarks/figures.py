"""What was measured, and what it is to reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

OURS = "symgd"


class Kind(Enum):
    """How a figure is held against an aim."""

    FASTER = "at least {} × faster than {}"
    AT_MOST = "at most {} × as long as {}"


@dataclass(frozen=True)
class Aim:
    """A ratio to be reached beside a *peer*; *ours* is the name of our figure."""

    kind: Kind
    ratio: float
    peer: str
    ours: str = OURS

    def __str__(self) -> str:
        return self.kind.value.format(f"{self.ratio:g}", self.peer)

    def reached(self, figures: Mapping[str, float]) -> bool:
        """Whether the figures reach it."""
        ours, theirs = figures[self.ours], figures[self.peer]
        return theirs >= self.ratio * ours if self.kind is Kind.FASTER else ours <= self.ratio * theirs

    def told(self, figures: Mapping[str, float]) -> str:
        """The ratio that was measured, in the words of the aim."""
        ours, theirs = figures[self.ours], figures[self.peer]
        faster = self.kind is Kind.FASTER
        ratio = theirs / ours if faster else ours / theirs
        return f"{ratio:.3g} × {'faster than' if faster else 'as long as'} {self.peer}"


def faster(ratio: float, peer: str, ours: str = OURS) -> Aim:
    """At least so many times faster than a peer."""
    return Aim(Kind.FASTER, ratio, peer, ours)


def at_most(ratio: float, peer: str, ours: str = OURS) -> Aim:
    """At most so many times as long as a peer."""
    return Aim(Kind.AT_MOST, ratio, peer, ours)


@dataclass(frozen=True)
class Row:
    """Our figure beside one *peer*, and the aim if there is one."""

    peer: str
    ours: float
    theirs: float
    aim: Aim | None = None
    reached: bool = True


@dataclass(frozen=True)
class Figure:
    """One workload: its *title*, the *figures* by name in a *unit*, and the *aims*; *engine* tells what ran."""

    title: str
    figures: Mapping[str, float]
    aims: tuple[Aim, ...] = ()
    engine: str = ""
    unit: str = "s"

    @property
    def missed(self) -> list[Aim]:
        """The aims that were not reached; those beside a peer that is not there do not count."""
        return [aim for aim in self._counted() if not aim.reached(self.figures)]

    def _counted(self) -> list[Aim]:
        return [aim for aim in self.aims if aim.peer in self.figures]

    def rows(self) -> list[Row]:
        """A row for each aim, then for each peer without one."""
        found = [
            Row(aim.peer, self.figures[aim.ours], self.figures[aim.peer], aim, aim.reached(self.figures))
            for aim in self._counted()
        ]
        if self.unit != "s":
            return found
        others = self.figures.keys() - {row.peer for row in found} - {OURS, *(aim.ours for aim in self.aims)}
        ours = self.figures[OURS]
        return found + [Row(name, ours, self.figures[name]) for name in self.figures if name in others]

    def goal(self, aim: Aim) -> str:
        """An aim in words; of what is no time it is a number."""
        return str(aim) if self.unit == "s" else f"at most {self.shown(self.figures[aim.peer])}"

    def lines(self) -> list[str]:
        """The figures, and how they stand beside the aims, in words."""
        shown = ", ".join(f"{name} {self.shown(value)}" for name, value in self.figures.items())
        verdicts = map(self._verdict, self._counted())
        return [f"{self.title}: {shown}", *verdicts]

    def _verdict(self, aim: Aim) -> str:
        word = "reached" if aim.reached(self.figures) else "MISSED "
        return f"    {word}  {aim.told(self.figures)} (aim: {self.goal(aim)})"

    def shown(self, value: float) -> str:
        """A figure with its unit."""
        if self.unit != "s":
            return f"{value:.3g} {self.unit}".rstrip()
        for factor, unit in ((1, "s"), (1e3, "ms")):
            if value * factor >= 1:
                return f"{value * factor:.3g} {unit}"
        return f"{value * 1e6:.3g} µs"
