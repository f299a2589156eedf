"""The pages of the reference runs show the published figures, in both languages: read from the HTML as it was built."""

import re
from pathlib import Path

import pytest
from helpers.shown import Shown

pytestmark = [pytest.mark.xdist_group("site"), pytest.mark.parametrize("language", ["en", "ko"])]

LINE = """
0 5.4400 1.4000 472.000000
50 10.0732 2.7358 0.012791
100 10.0618 2.7770 0.009116
150 10.0522 2.8117 0.006497
200 10.0440 2.8410 0.004631
250 10.0372 2.8658 0.003300
300 10.0314 2.8867 0.002352
350 10.0265 2.9044 0.001677
400 10.0224 2.9193 0.001195
450 10.0189 2.9318 0.000852
500 10.0159 2.9424 0.000607
"""
# Epoch, x, loss, both derivatives, w and b after the update.
BY_HAND = """
0 −2 9 −12 6 11/5 2/5
0 −1 16/25 8/5 −8/5 51/25 14/25
0 0 1296/625 0 −72/25 51/25 106/125
0 1 69696/15625 −528/125 −528/125 1539/625 794/625
0 2 1272384/390625 −4512/625 −2256/625 9951/3125 5098/3125
1 −2 5308416/9765625 9216/3125 −4608/3125 45147/15625 27794/15625
1 −1 2985984/244140625 3456/15625 −3456/15625 224007/78125 140698/78125
1 0 241864704/6103515625 0 −31104/78125 224007/78125 719042/390625
1 1 13006946304/152587890625 −228096/390625 −228096/390625 5714223/1953125 3709258/1953125
1 2 237457391616/3814697265625 −1949184/1953125 −974592/1953125 29545707/9765625 19033586/9765625
"""
# Learning rate, 1 − 2η, x after ten iterations from 3.
RATES = [
    ("0.01", "0.98", "2.45121842"),
    ("0.1", "0.8", "0.32212255"),
    ("0.5", "0", "0"),
    ("1.0", "−1", "3"),
    ("1.1", "−1.2", "18.57520927"),
]


def rows(table: str) -> list[tuple[str, ...]]:
    return [tuple(line.split()) for line in table.strip().splitlines()]


def missing(wanted: list[tuple[str, ...]], shown: Shown) -> list[tuple[str, ...]]:
    return [row for row in wanted if row not in shown.rows]


def absent(wanted: tuple[str, ...], shown: Shown) -> list[str]:
    return [each for each in wanted if each not in shown.text]


def run(site: Path, language: str, name: str) -> Shown:
    return Shown(site / language / "runs" / name / "index.html")


def test_a_line_through_five_points(site: Path, language: str) -> None:
    shown = run(site, language, "r1")
    assert missing(rows(LINE), shown) == []
    assert [row for row in rows(LINE) if " ".join(row) not in shown.text] == []
    assert missing([("x", *"12345"), ("y", "13", "23", "33", "43", "53")], shown) == []
    by_hand = {row[0]: row[-1] for row in shown.rows if len(row) == 3}
    assert (by_hand["1.1"], by_hand["11"], by_hand["23"]) == ("479.61", "144", "0")
    for prediction, loss in (("1.1", "479.61"), ("11", "144"), ("23", "0")):
        assert re.search(rf" {re.escape(prediction)} [^\d]*23\)?: {re.escape(loss)} ", shown.text)
    settings = ("w = 4, b = 1", "learning_rate=0.01", "iterations=501", "0.001676")
    first = (r"4 - 0.01 \cdot (-144) = 5.44", r"1 - 0.01 \cdot (-40) = 1.4")
    prediction = (r"10 \cdot 7 + 3 = 73", "w = 10, b = 3: 73 ")
    assert absent((*settings, *first, *prediction), shown) == []


def test_losses_and_two_ways_to_differentiate(site: Path, language: str) -> None:
    losses = (r"\frac{1}{2} \sum_k (y_k - t_k)^2", r"-\sum_k t_k \log y_k")
    difference = (r"\frac{f(x + h) - f(x - h)}{2 h}", "spacing = 1e-4", "h = 10^{-4}")
    found = ("a^2 + b^2", "(3, 4)", "(6.00000000000378, 7.999999999999119)", "{'a': 6.0, 'b': 8.0}", "(6, 8)")
    assert absent((*losses, *difference, *found), run(site, language, "r2")) == []


def test_following_the_slope(site: Path, language: str) -> None:
    shown = run(site, language, "r3")
    path = ("(x - 1)^2/10", r"x \leftarrow x - f'(x)", r"x_t = 1 + 9 \cdot 0.8^t", ": 1.0000000018 ")
    signs = ("x = -3: sgn f'(x) = -1", "x = 1: sgn f'(x) = 0", "x = 10: sgn f'(x) = 1")
    assert absent((*path, *signs, "λ = 2: stay below 2/λ = 1."), shown) == []
    # x = 1 + 9·0.8ᵏ⁺¹ after iteration k, and the loss 8.1·0.64ᵏ before it.
    assert missing([("0", "8.2000", "8.100000"), ("10", "1.7731", "0.093387")], shown) == []
    fitted = dict(re.findall(r"(mean_\w+_error) a = (\d\.\d\d), b = ", shown.text))
    assert fitted["mean_absolute_error"] == "2.00"
    assert float(fitted["mean_squared_error"]) > 3


def test_a_noisy_line_one_sample_at_a_time(site: Path, language: str) -> None:
    shown = run(site, language, "r3-noisy-line")
    slopes = (r"\partial \ell/\partial a = 2 x (\hat y - y)", r"\partial \ell/\partial b = 2 (\hat y - y)")
    settings = (r"y = 2 x + 1 + 0.3\,\varepsilon", "a = −2, b = −1", "learning_rate=0.001", "epochs=1000")
    assert absent((*slopes, *settings, "100,000"), shown) == []
    ends = re.findall(r": a = (\d\.\d{4}), b = (\d\.\d{4})", shown.text)
    [(a, b), (slope, intercept)] = [tuple(map(float, pair)) for pair in ends]
    assert abs(a - slope) < 0.01
    assert abs(b - intercept) < 0.01
    # Noise of 0.3 on 100 samples moves the line by 0.03 or so.
    assert (slope, intercept) == (pytest.approx(2, abs=0.1), pytest.approx(1, abs=0.1))


def test_root_mean_squared_error(site: Path, language: str) -> None:
    shown = run(site, language, "r4")
    assert missing([("x", *"2468"), ("y", "81", "93", "91", "97")], shown) == []
    start = ("a = 8.06901302", "b = 80.69013021", "[0, 10]", "[0, 100]")
    settings = (r"L = \sqrt{\frac{1}{n} \sum_i (\hat y_i - y_i)^2}", "learning_rate=0.1", "iterations=20_000")
    assert absent((*start, *settings, "a = 2.3, b = 79.0, loss = 2.88097"), shown) == []


def test_by_hand_and_by_program(site: Path, language: str) -> None:
    shown = run(site, language, "r5")
    assert missing(rows(BY_HAND), shown) == []
    # The table of the run has k, w, b and the loss of the same updates.
    made = [(str(k), w, b, loss) for k, (_, _, loss, _, _, w, b) in enumerate(rows(BY_HAND))]
    assert missing(made, shown) == []
    slopes = ("2 x^2 w + 2 b x - 2 x y", "2 w x + 2 b - 2 y")
    assert absent((*slopes, "w = 3.0254803968", "b = 1.9490392064"), shown) == []


def test_learning_rates_on_a_parabola(site: Path, language: str) -> None:
    shown = run(site, language, "r5")
    ends = {row[0]: row[2] for row in shown.rows if row[:2] in {(rate, factor) for rate, factor, _ in RATES}}
    assert ends == {rate: end for rate, _, end in RATES}
    printed = ("0.01 2.45121842", "0.1 0.32212255", "0.5 0.00000000", "1.1 18.57520927")
    forever = str(["3", "-3"] * 5 + ["3"])
    assert absent((*printed, forever), shown) == []
