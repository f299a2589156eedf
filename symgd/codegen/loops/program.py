"""Loops as a user has them: to read, to call and to save."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from symgd.codegen.binding import bind
from symgd.codegen.loops.kernels import compiled, locked
from symgd.codegen.loops.module import write_loops
from symgd.derivation.derive import Derivation
from symgd.notation.mapping import name_of
from symgd.notation.updates import UpdateRule


class LoopProgram:
    """A derivation as loops over the samples, which Numba compiles when they are first called.

    *source* is the text of a standalone module; with an update rule it holds the training loop too.
    """

    def __init__(self, derivation: Derivation, rule: UpdateRule | None = None) -> None:
        self.derivation = derivation
        self.source = write_loops(derivation, rule).source

    def loss_and_gradient(self, **values: Any) -> tuple[Any, dict[str, Any]]:
        """The loss, and the gradient by the names of the parameters; CompilationError without Numba.

        >>> import symgd as sg
        >>> w, x, y = sg.parameters("w"), *sg.data("x y")
        >>> program = sg.compile_numpy(sg.derive(sg.losses.mean_squared_error(w * x, y)))
        >>> program.loops.loss_and_gradient(w=4, x=[1, 2], y=[13, 23])
        (153.0, {'w': -39.0})
        """
        bound = bind(self.derivation.problem, values)
        function = locked(compiled(self.source)["loss_and_gradient"])
        loss, *slopes = function(*bound.values())
        return loss, dict(zip(map(name_of, self.derivation.parameters), slopes, strict=True))

    def save(self, path: str | Path) -> None:
        """Write the source to a file, as a module that can be imported wherever NumPy and Numba are installed."""
        Path(path).write_text(self.source, encoding="utf-8")
