"""Loss and gradient of a few samples in plain Python: for so few, numbers take less time than arrays."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from weakref import WeakKeyDictionary

import sympy as sp

from symgd.codegen.arrays import Wanted
from symgd.codegen.helpers import Helpers
from symgd.codegen.loading import load
from symgd.codegen.loops import plain_runtime
from symgd.codegen.loops.block import INDENT, Block
from symgd.codegen.loops.evaluation import results, slopes
from symgd.codegen.loops.totals import parts_of
from symgd.codegen.loops.writer import LoopWriter
from symgd.codegen.loops.writing import Form, Writing
from symgd.codegen.updates import key_of, update_function
from symgd.codegen.written import Written
from symgd.derivation.derive import Derivation
from symgd.notation.mapping import name_of
from symgd.notation.updates import UpdateRule

HELPERS = Helpers(plain_runtime)

# What NumPy has that Python has too, and what is a function of its own there.
_SAME = ("sqrt", "exp", "expm1", "log", "log1p", "sin", "cos", "tan", "sinh", "cosh", "tanh", "floor")
_NAMES = {name: f"math.{name}" for name in (*_SAME, "pi", "e", "inf", "nan")}
_NAMES |= {f"arc{name}": f"math.a{name}" for name in ("sin", "cos", "tan", "tan2", "sinh", "cosh", "tanh")}
_NAMES |= {"minimum": "smaller", "maximum": "larger"}
_NUMPY = re.compile(rf"\bnp\.({'|'.join(_NAMES)})\b")

_KNOWN: WeakKeyDictionary[Derivation, dict[Any, tuple[str, dict[str, Callable[..., Any]]]]] = (
    WeakKeyDictionary()
)


def plain_module(derivation: Derivation, rule: UpdateRule) -> tuple[str, dict[str, Callable[..., Any]]]:
    """A module of two functions, its text and what it defines, written once.

    ``loss_and_gradient`` takes numbers and lists of numbers, ``update`` numbers. Where a number has no logarithm, or
    grows beyond all floats, they raise ValueError or ArithmeticError, as Python does. Raises CompilationError where
    loops are not the form for the loss.
    """
    known, key = _KNOWN.setdefault(derivation, {}), key_of(rule)
    if key not in known:
        source = write_plain(derivation, rule)
        known[key] = source, load(source)
    return known[key]


def write_plain(derivation: Derivation, rule: UpdateRule) -> str:
    """The text of such a module."""
    body = f"{_loss_and_gradient(derivation)}\n\n{update_function(rule)}"
    body = _NUMPY.sub(lambda found: _NAMES[found[1]], body)
    body = "\n\n".join([*map(HELPERS.source, HELPERS.needed_by(body)), body])
    imports = "import math\n" * ("math." in body) + "from typing import Any\n"
    imports += "\nimport numpy as np\n" * ("np." in body)
    return f"{imports}\n\n{body}"


class PlainWriter(LoopWriter):
    """Writes for numbers as Python has them: a root of what is negative is an error, and not complex."""

    def written(self, expr: Any, wanted: Wanted = ()) -> Written:
        """The source of *expr*."""
        if self._scope.find(expr) is None:
            if isinstance(expr, sp.exp):
                return Written(f"np.exp({self.written(expr.args[0]).text})")
            if isinstance(expr, sp.Pow) and expr.exp != sp.S.Half and not expr.exp.is_integer:
                base, exponent = self.written(expr.base).text, self.written(expr.exp).text
                return Written(f"math.pow({base}, {exponent})")
        found = super().written(expr, wanted)
        # Python's floor is an integer, of as many digits as it takes.
        return Written(f"float({found.text})") if found.text.startswith("np.floor(") else found


def _loss_and_gradient(derivation: Derivation) -> str:
    writing = Writing(parts_of(derivation), Form())
    problem, own = writing.parts.problem, slopes(writing)
    kinds = [
        f"{name}: {'list[float]' if leaf in problem.data else 'float'}"
        for leaf, name in writing.leaves.items()
    ]
    count = [f"n = len({writing.leaves[problem.data[0]]})"] if problem.data else []
    gradient = ", ".join(f'"{name_of(parameter)}": {variable}' for parameter, variable in own.items())
    docstring = '"""The loss and its gradient; what both need is computed once."""'
    lines = [docstring, *count, *_computed(writing), f"return L, {{{gradient}}}"]
    head = f"def loss_and_gradient({', '.join(kinds)}) -> tuple[float, dict[str, float]]:\n"
    return head + "".join(f"{INDENT}{line}\n" for line in lines)


def _computed(writing: Writing) -> Iterator[str]:
    """The sums of each pass, in a loop over the samples, and the results."""
    scope = writing.scope(1)
    for level in range(1, writing.parts.levels + 1):
        block = Block(writing.parts, scope, writing.shared, looping=True, writer=PlainWriter)
        own, added = writing.of_level(level), []
        for each in own:
            block.settle(each.total.body)
            added += block.over((), each.total.body, each.variable, "+=")
        yield from block.before
        yield " = ".join([*(each.variable for each in own), "0.0"])
        yield "for i in range(n):"
        yield from (INDENT + line for line in (*block.inside, *added))
        block.close()
        writing.hold_sums(scope, level)
    block = Block(writing.parts, scope, writing.shared, looping=False, writer=PlainWriter)
    results(block, writing, slopes(writing))
    yield from block.before
