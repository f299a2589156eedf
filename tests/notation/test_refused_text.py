"""What no formula may be: each piece is quoted with its column, and nothing is done with it."""

import os
import subprocess
import time

import pytest
import sympy as sp

import symgd as sg
from symgd.errors import NotationError
from symgd.notation.reading import read
from symgd.notation.screening import LONGEST, NESTING, PIECES, TENS
from symgd.notation.vocabulary import MANY

x, y = sg.data("x y")
w, b = sg.parameters("w b")
NAMES = {"x": x, "y": y, "w": w, "b": b, "c": sg.constants("c"), "y_hat": sg.let("y_hat", w * x + b)}

ATTACKS = {
    "__import__('os').system('x')": "'__import__' at column 1",
    "().__class__": "'.__class__' at column 3",
    "w.__class__": "'.__class__' at column 2 .* nothing is looked up inside of a name",
    "w .real": r"'\.real' at column 3",
    "w.x()": r"'\.x' at column 2",
    "1..real": r"'1\.\.real' at column 1",
    "[x for x in y]": "no brackets",
    "{w}": "no brackets or braces",
    "x[0]": r"'\[0' at column 2 .* x stands for its value for each sample",
    "lambda: 0": "'lambda' at column 1 .* written lambda_",
    "(w := 3)": "':' at column 4",
    "'a'": "no strings",
    '"a"*10**9': "no strings",
    'f"{w}"': "no strings",
    "r'a'": "no strings",
    "`w`": "no strings",
    "w if b else 0": "'if' at column 3 .* where",
    "not w": "word of Python",
    "True": "word of Python",
    "None": "word of Python",
    "await w": "word of Python",
    "...": r"'\.\.\.' at column 1",
    "1j": "no decimal number",
    "1_000": "no decimal number",
    "0x10": "no decimal number",
    "0b1": "no decimal number",
    "2w": r"'2w' at column 1 .* a product is written 2\*x",
    "1.2.3": "no decimal number",
    "007": "no formula goes on like this",
    "w\nb": r"'\\nb' at column 2 .* in one line",
    "w\tb": "plain spaces",
    "w # b": "'#' at column 3 .* no comments",
    "w\x00": r"'\\x00' at column 2",
    "w\\b": "at column 2",
    "w;b": "at column 2",
    "w@b": "at column 2",
    "w^2": r"'\^2' at column 2 .* write \*\*",
    "w²": r"write \*\*2",
    "w·b": r"write \*",
    "w − b": "write -",
    "√w": r"write sqrt\(…\)",
    "w // b": "w // b",
    "w % b": "at column 3",
    "w << b": "w << b",
    "w & b": "at column 3",
    "~w": "at column 1",
    "w, b": "commas",
    "()": "commas",
    "w == b": "a comparison",
    "w < b": "first argument of where",
    "where(w, b, c)": "a condition is one comparison",
    "where(0 < w < 1, b, c)": "a condition is one comparison",
    "where(w == 1, b, c)": "a condition is one comparison",
    "*w": "no formula goes on",
    "max(*w)": "a star",
    "max(**w)": "write max",
    "w +": "no formula goes on",
    "w b": "no formula goes on",
    "": "is empty",
    "(w": "never closed",
    "w)": "closes no parenthesis",
    "w) + (b": "closes no parenthesis",
    "_w": "cannot name a symbol",
    "__debug__": "cannot name a symbol",
    "n*w": "stands for the number of samples",
    "v*w": "no symbol 'v'",
    "\N{CYRILLIC SMALL LETTER A}*w": "CYRILLIC SMALL LETTER A",
    "\N{FULLWIDTH LATIN SMALL LETTER W}": "two ways: write 'w'",
    "\N{MATHEMATICAL BOLD SMALL W}*x": "two ways: write 'w'",
    "\N{LATIN SMALL LIGATURE FI}": "two ways: write 'fi'",
    "\u1112\u1161\u11ab": "two ways: write '한'",
    "\ud800": "at column 1",
    "w\u200bb": "at column 2",
    "eval(w)": "no function 'eval'",
    "exec(w)": "no function 'exec'",
    "sigmod(w)": "did you mean sigmoid",
    "Integer(1)": "no function 'Integer'",
    "w(b)": r"this is no function; a product is written with \*",
    "2(w)": "this is no function",
    "exp(w)(b)": "this is no function",
    "exp": r"this is a function: write exp\(a\)",
    "exp(w, b)": r"write exp\(a\)",
    "exp()": r"write exp\(a\)",
    "exp(arg=w)": r"write exp\(a\)",
    "log(w, base=b)": r"write log\(a\)",
    "sqrt(w, evaluate=0)": r"write sqrt\(a\)",
    "huber(y_hat)": r"write huber\(a, b, delta=…\)",
    "huber(y_hat, y, epsilon=1)": r"write huber\(a, b, delta=…\)",
    "huber(y_hat, y, 1, delta=2)": r"write huber\(a, b, delta=…\)",
    "huber(y_hat, y, delta=1, delta=2)": "write huber",
    "huber(y_hat, y, delta=-1)": "must be positive",
    "mean_squared_error(prediction=y_hat, target=y)": "write mean_squared_error",
    "9**9**9**9": "an exponent is at most 100",
    "((9**9)**9)**9": "more than 200 bits",
    "10**1000000": "an exponent is at most 100",
    "0.1**-99": "more than 200 bits",
    "w**1000": "an exponent is at most 100",
    "(w**50)**50": "the exponents multiply to more than 100",
    "w**-1e9": "an exponent is at most 100",
    "sqrt(2)**101": "an exponent is at most 100",
    "9" * 30: "at most 25 digits",
    "1e999999": "at most 25 digits, and e30",
    f"1e{TENS + 1}": "e30 at most",
    "*".join(["9999999999"] * 30): "more than 200 bits",
    "exp(exp(exp(9)))": "not between",
    "exp(-1000)": "not between",
    "sqrt(2) + sqrt(3) - sqrt(2) - sqrt(3)": "not between",
    "1/0": "divides by 0",
    "w/(1 - 1)": "divides by 0",
    "0**-1": "divides by 0",
    "log(0)": "no real number",
    "sqrt(-1)": "no real number",
    "(-8)**(1/3)": "no real number",
    "w+" * LONGEST + "w": "characters; at most 2,000",
    "+w" * 5_000_000: "10,000,000 characters",
    "(" * 10_000 + "w" + ")" * 10_000: "20,001 characters",
    "(" * (NESTING + 1) + "w" + ")" * (NESTING + 1): "nested parentheses",
    "-" * 300 + "w": "nested too deeply",
    "**".join(["w"] * 120): "nested too deeply",
    "w+" * (PIECES // 2) + "w": f"at most {PIECES} numbers, names and signs",
    "l1(" + ",".join(["w"] * (MANY + 1)) + ")": "write l1",
    "max(max(w,b,c,x,y,0),min(w,b,c,x,y,1))": "all max and min together",
    "abs(tanh((w + b + x + c)**50))": "too much in one function",
    "a" * 51: "51 characters; at most 50",
}


@pytest.mark.parametrize(
    ("text", "message"), ATTACKS.items(), ids=[f"{number} {text[:40]}" for number, text in enumerate(ATTACKS)]
)
def test_everything_else_is_refused_at_once_and_without_harm(text, message, monkeypatch):
    for module, name in ((os, "system"), (os, "popen"), (subprocess, "Popen"), (sp, "sympify")):
        monkeypatch.setattr(module, name, lambda *_, **__: pytest.fail("something was executed"))
    monkeypatch.setattr("builtins.eval", lambda *_: pytest.fail("something was evaluated"))
    with pytest.raises(NotationError, match=message) as refused:
        read(text, NAMES)
    assert len(str(refused.value)) < 800


def test_ten_megabytes_are_refused_in_milliseconds():
    text = "+w" * 5_000_000
    started = time.perf_counter()
    with pytest.raises(NotationError, match="at most 2,000"):
        read(text, NAMES)
    assert time.perf_counter() - started < 0.2
