"""A gradient check as text and as LaTeX."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import numpy as np

from symgd.checking.parameter import ParameterCheck
from symgd.notation.table import Column, Table


def report_text(verdict: str, checks: Collection[ParameterCheck], by_hand: bool) -> str:
    """The verdict, the table, and a sentence for each entry that needs one."""
    notes = ["\n".join(_notes(checks))] if _notes(checks) else []
    return "\n\n".join([_headline(verdict), str(report_table(checks, by_hand)), *notes])


def report_latex(verdict: str, checks: Collection[ParameterCheck], by_hand: bool) -> str:
    """The same in LaTeX, for a notebook."""
    above, below = _headline(verdict), _notes(checks)
    table = report_table(checks, by_hand)._repr_latex_().strip("$")
    rows = r" \\[1ex] ".join([_latex_text(above), table, *map(_latex_text, below)])
    return rf"$\displaystyle \begin{{array}}{{l}} {rows} \end{{array}}$"


def _headline(verdict: str) -> str:
    if verdict == "inconclusive":
        return "The check of the gradient is inconclusive."
    return f"The gradient is {verdict}."


def _notes(checks: Iterable[ParameterCheck]) -> list[str]:
    return [_note(check) for check in checks if check.explanation]


def _note(check: ParameterCheck) -> str:
    reason = f" ({check.reason})" if check.reason else ""
    return f"{check.typeset}{reason}: {check.explanation}"


def report_table(checks: Collection[ParameterCheck], by_hand: bool) -> Table:
    """One row for each entry of the gradient, or direction."""

    def column(head: str, attribute: str, decimals: int) -> Column:
        return Column(head, tuple(_cell(getattr(check, attribute)) for check in checks), decimals)

    return Table(
        (
            Column("", tuple(check.typeset for check in checks)),
            Column("by hand" if by_hand else "derived", tuple(check.derived for check in checks), 6),
            column("numeric", "numeric", 6),
            column("error", "absolute_error", 1),
            column("relative", "relative_error", 1),
            column("spacing", "spacing", 1),
            column("order", "order", 2),
            column("complex step", "complex_step", 6),
            Column("verdict", tuple(check.reason or check.verdict for check in checks)),
        )
    )


def _cell(value: Any) -> Any:
    return None if value is None or np.isnan(value) else value


def _latex_text(line: str) -> str:
    escaped = "".join("\\" + c if c in "_%&#${}" else c for c in line.replace("\\", "/"))
    return rf"\text{{{escaped}}}"
