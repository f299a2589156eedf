"""Reads formulas in text back, as a person would: factors stand side by side, a prefix such as log takes a letter."""

import re

import sympy as sp

PREFIX = {"log cosh": lambda u: sp.log(sp.cosh(u)), "log": sp.log, "tanh": sp.tanh, "sin": sp.sin}
CALLED = {"max": sp.Max, "exp": sp.exp, "sgn": sp.sign, "σ": lambda u: 1 / (1 + sp.exp(-u))}
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
TOKEN = re.compile(r"\s*(log cosh|log|tanh|sin|max|exp|sgn|σ|[a-z]|\d+|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+|[+−·/^()|,√½\[\]])")


def read(line: str) -> sp.Expr:
    """Return the expression that *line* shows."""
    assert TOKEN.sub("", line) == ""
    reader = Reader(TOKEN.findall(line))
    found = reader.sum()
    assert not reader.tokens
    return found


class Reader:
    def __init__(self, tokens):
        self.tokens = tokens

    def next_is(self, *tokens):
        return bool(self.tokens) and self.tokens[0] in tokens

    def take(self, *tokens):
        assert not tokens or self.next_is(*tokens)
        return self.tokens.pop(0)

    def sum(self):
        total = sp.S.Zero
        while True:
            sign = -1 if self.next_is("+", "−") and self.take() == "−" else 1
            total += sign * self.product()
            if not self.next_is("+", "−"):
                return total

    def product(self):
        result = self.factor()
        while self.tokens and not self.next_is("+", "−", ")", "]", "|", ","):
            if self.next_is("/"):
                self.take()
                result /= self.factor()
            else:
                if self.next_is("·"):
                    self.take()
                result *= self.factor()
        return result

    def factor(self):
        if self.next_is(*PREFIX):
            function = PREFIX[self.take()]
            exponent = self.raised() if self.at_raised() else 1
            argument = self.between() if self.next_is("(") else sp.Symbol(self.take())
            return function(argument) ** exponent
        base = self.atom()
        if self.next_is("^"):
            self.take()
            return base ** (self.between() if self.next_is("(") else sp.Symbol(self.take()))
        return base ** self.raised() if self.at_raised() else base

    def atom(self):
        if self.next_is("(", "[", "|"):
            bars = self.next_is("|")
            inner = self.between()
            return sp.Abs(inner) if bars else inner
        token = self.take()
        if token == "√":
            return sp.sqrt(self.atom())
        if token in CALLED:
            self.take("(")
            args = [self.sum()]
            while self.next_is(","):
                self.take()
                args.append(self.sum())
            self.take(")")
            return CALLED[token](*args)
        if token == "½":
            return sp.Rational(1, 2)
        return sp.Integer(token) if token.isdigit() else sp.Symbol(token)

    def between(self):
        closing = {"(": ")", "[": "]", "|": "|"}[self.take("(", "[", "|")]
        inner = self.sum()
        self.take(closing)
        return inner

    def at_raised(self):
        return (
            bool(self.tokens)
            and self.tokens[0].translate(RAISED).lstrip("-").isdigit()
            and not self.tokens[0].isascii()
        )

    def raised(self):
        return int(self.take().translate(RAISED))
