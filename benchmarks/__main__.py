"""Measure symgd beside its peers: ``scripts/bench [--quick] [workload ...]``, or ``scripts/bench --page``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator

from benchmarks import cluster, growth, large, memory, report, small
from benchmarks.figures import Figure

WORKLOADS: dict[str, Callable[[int], Iterator[Figure]]] = {
    "warm": small.warm,
    "first": small.first,
    "one_at_a_time": small.one_at_a_time,
    "line": large.line,
    "least_squares": large.least_squares,
    "logistic": large.logistic,
    "decay": large.decay,
    "mini_batches": large.mini_batches,
    "net": large.net,
    "memory": memory.memory,
    "cluster": cluster.cluster,
}
QUICK = ("warm", "one_at_a_time", "line", "least_squares", "logistic", "decay", "net")


def main() -> None:
    """Measure, print each figure when it is there, and exit with 1 where an aim was missed."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("workloads", nargs="*", choices=[[], *WORKLOADS], metavar="workload")
    parser.add_argument("--quick", action="store_true", help="some of the workloads, few rounds")
    parser.add_argument("--page", action="store_true", help="growth too; writes what the documentation shows")
    parser.add_argument("--rounds", type=int, default=None)
    given = parser.parse_args()
    names = given.workloads or (QUICK if given.quick else tuple(WORKLOADS))
    rounds = given.rounds or (3 if given.quick else 7)
    figures = [figure for name in names for figure in _told(WORKLOADS[name](rounds))]
    if given.page:
        report.write(figures, growth.curves(rounds))
    sys.exit(1 if any(figure.missed for figure in figures) else 0)


def _told(figures: Iterator[Figure]) -> Iterator[Figure]:
    """The figures, each printed when it is there."""
    for figure in figures:
        print(
            *figure.lines(),
            *([f"    engine: {figure.engine}"] if figure.engine else []),
            sep="\n",
            flush=True,
        )
        yield figure


if __name__ == "__main__":
    main()
