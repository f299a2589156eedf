"""``compile_numpy``: from a derivation to functions that run."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from symgd.codegen.binding import bind, floats
from symgd.codegen.curvature import hessian_columns
from symgd.codegen.definition import arguments
from symgd.codegen.loading import load
from symgd.codegen.loops.program import LoopProgram
from symgd.codegen.module import Module, for_training, runnable, write_module
from symgd.codegen.sizes import full_shape
from symgd.codegen.updates import key_of
from symgd.derivation.derive import Derivation
from symgd.notation.mapping import name_of
from symgd.notation.updates import UpdateRule

_KNOWN: WeakKeyDictionary[Derivation, dict[Any, tuple[Module, dict[str, Any]]]] = WeakKeyDictionary()
_SOME: WeakKeyDictionary[Derivation, dict[Any, dict[str, Any]]] = WeakKeyDictionary()


class Program:
    """The compiled form of a derivation.

    *source* is the text of a standalone module, *module* also tells what each of its lines computes; *functions*
    holds what it defines, by name, for calls with arrays and without checks. The methods take values by the names
    of the symbols, check them, and return plain numbers.
    """

    def __init__(self, derivation: Derivation, rule: UpdateRule | None = None, hessian: bool = False) -> None:
        self.derivation, self.rule = derivation, rule
        self.arguments = arguments(derivation.problem)
        self._hessian = hessian

    @cached_property
    def module(self) -> Module:
        """The text of the module, and what each of its lines computes."""
        return self._compiled[0]

    @cached_property
    def functions(self) -> dict[str, Any]:
        """What the module defines, by name."""
        return dict(self._compiled[1])

    @cached_property
    def _compiled(self) -> tuple[Module, dict[str, Any]]:
        return _compiled(self.derivation, self.rule, self._hessian)

    def function(self, name: str) -> Any:
        """One of the functions: those that a training loop needs are written and loaded without the others."""
        known, key = _SOME.setdefault(self.derivation, {}), key_of(self.rule)
        if key not in known:
            known[key] = load(runnable(self.derivation.problem, for_training(self.derivation, self.rule)))
        return known[key].get(name) or self.functions[name]

    @property
    def source(self) -> str:
        """The text of the module."""
        return self.module.source

    def loss(self, **values: Any) -> Any:
        """The loss at the given values of parameters, data and constants."""
        return _plain(self._call("loss", values))

    def gradient(self, **values: Any) -> dict[str, Any]:
        """The gradient, by the names of the parameters."""
        return {name: _plain(slope) for name, slope in self._call("gradient", values).items()}

    def loss_and_gradient(self, **values: Any) -> tuple[Any, dict[str, Any]]:
        """Both at once: what they share is computed once."""
        loss, gradient = self._call("loss_and_gradient", values)
        return _plain(loss), {name: _plain(slope) for name, slope in gradient.items()}

    def hessian(self, **values: Any) -> Any:
        """The matrix of second derivatives, in the order of ``derivation.parameters``.

        It is derived and compiled when first asked for. An array parameter has a row for each entry; there the columns
        are products of the Hessian with unit vectors (``derivation.hessian_vector_product``).
        """
        if any(map(full_shape, self.derivation.parameters)):
            at = bind(self.derivation.problem, values)
            return hessian_columns(self._product.derivation, self._product.gradient, at)
        if "hessian" not in self.functions:
            self.functions |= load(write_module(self.derivation, hessian=True).source)
        return self._call("hessian", values)

    @cached_property
    def _product(self) -> Program:
        return Program(self.derivation.hessian_vector_product)

    def trace(self, **values: Any) -> dict[str, Any]:
        """The value of every variable of the generated ``gradient``, in the order in which it computes them."""
        bound = bind(self.derivation.problem, values)
        namespace = dict(zip(self.arguments, bound.values(), strict=True))
        namespace |= self.functions["gradient"].__globals__
        generated = next(f for f in self.module.functions if f.name == "gradient")
        for line in (*generated.sizes, *(statement.line for statement in generated.statements)):
            # A line of the module that load() ran already.
            exec(compile(line, "<symgd trace>", "exec"), namespace)  # noqa: S102
        return {statement.variable: namespace[statement.variable] for statement in generated.statements}

    @cached_property
    def loops(self) -> LoopProgram:
        """The same as loops over the indices, for Numba: loss and gradient in one pass over the samples.

        CompilationError where loops are not the form for a loss: products of matrices, arrays for each sample.

        >>> import symgd as sg
        >>> w, x, y = sg.parameters("w"), *sg.data("x y")
        >>> program = compile_numpy(sg.derive(sg.losses.mean_squared_error(w * x, y)))
        >>> source = program.loops.source
        >>> print(source[source.index("    for i in") : source.index("    row[0]")])
            for i in range(last - first):
                residual = w * x[i] - y[i]
                total_residual_squared += residual**2
                total_x_residual += x[i] * residual
        <BLANKLINE>
        """
        return LoopProgram(self.derivation, self.rule)

    def save(self, path: str | Path) -> None:
        """Write the source to a file, as a module that can be imported wherever NumPy is installed."""
        Path(path).write_text(self.source, encoding="utf-8")

    def __reduce__(self) -> Any:
        return Program, (self.derivation, self.rule, "def hessian(" in self.source)

    def __repr__(self) -> str:
        return (
            f"Program of {', '.join(map(name_of, self.derivation.parameters))}: {', '.join(self.functions)}"
        )

    def _call(self, function: str, values: dict[str, Any]) -> Any:
        bound = bind(self.derivation.problem, values)
        ordered = {name_of(symbol): bound[name_of(symbol)] for symbol in self.derivation.problem.leaves}
        try:
            return self.functions[function](*ordered.values())
        except TypeError:
            # NumPy has no exp, log or sqrt of a fraction.
            return self.functions[function](*floats(ordered).values())


def compile_numpy(derivation: Derivation, optimizer: Any = None, hessian: bool = False) -> Program:
    """Compile a derivation to NumPy.

    With an *optimizer* (see :mod:`symgd.optimizers`) the module also holds its ``update`` function; with
    *hessian* the matrix of second derivatives. Raises CompilationError for what has no NumPy form.

    >>> import symgd as sg
    >>> x, y = sg.data("x y")
    >>> w, b = sg.parameters("w b")
    >>> program = compile_numpy(sg.derive(sg.losses.mean_squared_error(w * x + b, y)))
    >>> program.loss(w=4, b=1, x=[1, 2], y=[13, 23])
    130.0
    >>> program.gradient(w=4, b=1, x=[1, 2], y=[13, 23])
    {'w': -36.0, 'b': -22.0}
    """
    program = Program(derivation, getattr(optimizer, "rule", None), hessian)
    _ = program.module  # Written now, so that a CompilationError comes from here.
    return program


def _compiled(
    derivation: Derivation, rule: UpdateRule | None, hessian: bool
) -> tuple[Module, dict[str, Any]]:
    """The module and what it defines: written once, whatever numbers the settings of the update rule have."""
    known = _KNOWN.setdefault(derivation, {})
    key = hessian, key_of(rule)
    if key not in known:
        module = write_module(derivation, rule, hessian)
        known[key] = module, load(module.source)
    return known[key]


def _plain(value: Any) -> Any:
    """A NumPy number as a Python number; an array as a copy of its own; fractions as they are."""
    if isinstance(value, np.ndarray):
        return value.copy()
    return value.item() if isinstance(value, np.generic) else value
