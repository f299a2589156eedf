"""Tables as text, LaTeX and HTML."""

from fractions import Fraction
from typing import Any

import pytest

from symgd.notation.table import Column, Table, number_text

TABLE = Table(
    (
        Column("k", (0, 100)),
        Column("y_hat", (Fraction(-11, 5), Fraction(2))),
        Column("relative error", (3.25e-11, 0.5), decimals=2),
        Column("verdict", ("w_1 is correct", "a < b")),
    )
)


def test_text() -> None:
    assert str(TABLE).splitlines() == [
        "  k      ŷ  relative error  verdict",
        "──────────────────────────────────────────",
        "  0  -11/5        3.25e-11  w_1 is correct",
        "100      2            0.50  a < b",
    ]


def test_accents_take_no_room() -> None:
    lines = str(Table((Column("q_hat", (1, 22)), Column("b", (1, 1))))).splitlines()
    assert lines[0] == " q\N{COMBINING CIRCUMFLEX ACCENT}  b"
    assert lines[2] == " 1  1"


def test_latex() -> None:
    latex = TABLE._repr_latex_()
    assert latex.startswith(r"$\displaystyle \begin{array}{rrrl} k & \hat{y} & \text{relative error} &")
    assert r"\hline 0 & -\tfrac{11}{5} & 3.25 \cdot 10^{-11} & \text{w\_1 is correct} \\" in latex
    assert r"100 & 2 & 0.50 & \text{a < b} \\ \end{array}$" in latex
    assert r"\text{nan}" in Table((Column("x", (float("nan"),)),))._repr_latex_()


def test_what_there_is_not_is_a_dash_among_numbers() -> None:
    table = Table((Column("x", (1.5, None)), Column("y", (None, "word"))))
    assert str(table).splitlines()[2:] == ["1.5000  –", "     –  word"]
    assert r"\ \text{–} & \text{word} \\" in table._repr_latex_()


def test_html() -> None:
    html = TABLE._repr_html_()
    assert html.startswith("<table><thead><tr><th>k</th><th>ŷ</th><th>relative error</th>")
    assert '<td style="text-align: right">-11/5</td>' in html
    assert '<td style="text-align: left">a &lt; b</td>' in html


def test_rows() -> None:
    assert TABLE.rows[1] == (100, 2, 0.5, "a < b")
    assert Table((Column("k", ()), Column("w", ()))).rows == ()
    assert str(Table((Column("k", ()), Column("w", ())))) == "k  w\n────"


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (472.0, 6, "472.000000"),
        (0.000607, 6, "0.000607"),
        (1e-5, 6, "0.000010"),
        (9.9e-6, 6, "9.900000e-06"),
        (0.0, 4, "0.0000"),
        (-5.44, 4, "-5.4400"),
        (1e12, 4, "1.0000e+12"),
        (float("nan"), 4, "nan"),
        (float("-inf"), 4, "-inf"),
        (7, 4, "7"),
        (Fraction(1, 3), 4, "1/3"),
    ],
)
def test_numbers(value: Any, decimals: int, expected: str) -> None:
    assert number_text(value, decimals) == expected
