"""Measure symgd beside its peers: ``scripts/bench [--quick] [--write] [workload ...]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator

from benchmarks import large, memory, small
from benchmarks.figures import Figure

WORKLOADS: dict[str, Callable[[int, int], Iterator[Figure]]] = {
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
}
QUICK = ("warm", "one_at_a_time", "line", "least_squares", "logistic", "decay", "net")


def main() -> None:
    """Measure, print each figure when it is there, and exit with 1 where an aim was missed."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("workloads", nargs="*", choices=[[], *WORKLOADS], metavar="workload")
    parser.add_argument("--quick", action="store_true", help="a tenth of the samples, few rounds")
    parser.add_argument("--rounds", type=int, default=None)
    given = parser.parse_args()
    names = given.workloads or (QUICK if given.quick else tuple(WORKLOADS))
    rounds = given.rounds or (3 if given.quick else 7)
    missed = 0
    for name in names:
        for figure in WORKLOADS[name](rounds, 10 if given.quick else 1):
            print(*figure.lines(), f"    engine: {figure.engine}", sep="\n", flush=True)
            missed += len(figure.missed)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
