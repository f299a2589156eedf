"""A problem written as YAML: a loss, its symbols, and how to train them.

::

    model: y_hat = w*x + b                      # or a list, or {h: w*x, y_hat: h + b}
    loss: mean_squared_error(y_hat, y)
    data: {x: [1, 2, 3], y: [2, 4, 6]}          # or {csv: points.csv}
    start: {w: 0, b: 0}
    constants: {c: 1/10}
    optimizer: GradientDescent                  # or {Adam: {learning_rate: 0.1, beta1: 0.8}}
    learning_rate: 0.01                         # or a list: the first runs, the others are drawn beside it
    iterations: 100                             # or epochs; with batch_size, shuffle, seed
    engine: loops                               # or moments; without it, arrays
    show: [derivation, code, run]
    language: ko

With neither iterations nor epochs, the loss is derived alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sympy import Expr

from symgd.errors import NotationError
from symgd.notation.reading import read, read_let
from symgd.notation.screening import screen_name
from symgd.notation.symbols import Data, constants, data, parameters
from symgd.training.engine import ARRAYS, LOOPS, MOMENTS
from symgd.views.written.data import data_of, numbers_in
from symgd.views.written.entries import Entry, WrittenError, entries
from symgd.views.written.optimizer import optimizer_of

KEYS = (
    *("model", "loss", "data", "start", "parameters", "constants", "optimizer", "learning_rate"),
    *("iterations", "epochs", "batch_size", "shuffle", "seed", "engine"),
    *("show", "language"),
)
ITERATIONS = 200_000
"""The most iterations of a run."""
WORK = 100_000_000
"""The most samples that the iterations of a run may see, all together."""
LETS, RATES = 100, 10
"""The most named intermediates, and the most learning rates."""
ENGINES = (ARRAYS, LOOPS, MOMENTS)
"""Any one, but none that is chosen by what a machine has: a page is the same wherever and whenever it is built."""
COUNTS = {"iterations": ITERATIONS, "epochs": ITERATIONS, "batch_size": 10**6}
_SYMBOLS = "Symbols stand in start (what training changes), data (a value per sample) or constants (fixed)"


@dataclass(frozen=True)
class WrittenProblem:
    """What a text says; *training* holds the arguments of ``train`` besides the loss, *rates* the
    learning rates to draw beside the run's.
    """

    loss: Expr
    training: Mapping[str, Any]
    rates: tuple[Any, ...]
    show: tuple[str, ...] | None
    language: str | None
    files: tuple[Path, ...]
    lines: Mapping[str, int]

    @property
    def trains(self) -> bool:
        """Whether there is a run to show."""
        return bool({"iterations", "epochs"} & self.training.keys())


def problem_of(text: str, folder: Path) -> WrittenProblem:
    """The problem that *text* writes; files of data stand below *folder*.

    Raises WrittenError that names the entry, its line, and what may stand there.
    """
    found = entries(text, KEYS)
    if "loss" not in found:
        raise WrittenError("there is no entry loss: write for example loss: mean((w*x - y)**2).", 1)
    columns, files = data_of(found.get("data"), folder)
    names = _names(found, columns)
    loss = _loss(found, names)
    training: dict[str, Any] = {key: found[key].count(most) for key, most in COUNTS.items() if key in found}
    for key in ("start", "constants"):
        if key in found:
            training[key] = {name: each.number() for name, each in _mapping(found[key]).items()}
    if "shuffle" in found:
        training["shuffle"] = _truth(found["shuffle"])
    if "seed" in found or training.get("shuffle"):
        # A page shows the same run whenever it is built: without a seed, shuffling would draw one.
        training["seed"] = found["seed"].count(2**32 - 1, least=0) if "seed" in found else 0
    training["engine"] = _engine(found["engine"]) if "engine" in found else ARRAYS
    if columns:
        training["data"] = columns if not files else _used(found["data"], columns, loss)
    rates = (
        tuple(each.number() for each in found["learning_rate"].items()) if "learning_rate" in found else ()
    )
    if len(rates) > RATES:
        raise found["learning_rate"].error(f"at most {RATES} learning rates are drawn on a page.")
    _check_work(found, training, max(1, len(rates)))
    training["optimizer"] = optimizer_of(found, rates)
    show = found["show"].words() if "show" in found else None
    language = found["language"].word() if "language" in found else None
    lines = {key: entry.line for key, entry in found.items()}
    return WrittenProblem(loss, training, rates[1:], show, language, files, lines)


def _mapping(entry: Entry) -> dict[str, Entry]:
    return entry.mapping(f"{entry.key}: {{w: 1, b: 0}}")


def _names(found: Mapping[str, Entry], columns: Mapping[str, Any]) -> dict[str, Expr]:
    """The symbol of each name, in its role."""
    roles: list[tuple[Entry, Any, Any]] = [
        (found[key], _mapping(found[key]), role)
        for key, role in (("start", parameters), ("constants", constants))
        if key in found
    ]
    if "parameters" in found:
        roles.append((found["parameters"], found["parameters"].words(), parameters))
    if "data" in found:
        roles.append((found["data"], columns, data))
    names: dict[str, Expr] = {}
    for entry, listed, role in roles:
        for written in listed:
            try:
                name = screen_name(written)
            except NotationError as error:
                raise entry.error(str(error)) from None
            symbol = role(name)
            if names.get(name, symbol) != symbol:
                raise entry.error(f"the name {name!r} stands for two things: rename one of them.")
            names[name] = symbol
    return names


def _loss(found: Mapping[str, Entry], names: dict[str, Expr]) -> Expr:
    """The loss, after the intermediates of the model, which take their names."""
    known = dict(names)
    for count, (entry, equation) in enumerate(_equations(found.get("model")), start=1):
        if count > LETS:
            raise entry.error(f"at most {LETS} intermediates are read.")
        try:
            made = read_let(equation, known, _SYMBOLS)
        except NotationError as error:
            raise entry.error(str(error)) from None
        known[made.name] = made
    try:
        return read(found["loss"].word(), known, _SYMBOLS)
    except NotationError as error:
        raise found["loss"].error(str(error)) from None


def _equations(model: Entry | None) -> list[tuple[Entry, str]]:
    """What is written as ``name = formula``, line by line, or as a mapping from names to formulas."""
    if model is None:
        return []
    if isinstance(model.value, dict):
        return [(entry, f"{name} = {entry.word()}") for name, entry in model.value.items()]
    return [(entry, line) for entry in model.items() for line in entry.word().splitlines() if line.strip()]


def _used(entry: Entry, columns: Mapping[str, Any], loss: Expr) -> dict[str, Any]:
    """Of the columns of a file, those that the loss contains, as numbers."""
    whole = {symbol.name for symbol in loss.free_symbols if isinstance(symbol, Data)}
    return {name: numbers_in(entry, name, cells) for name, cells in columns.items() if name in whole}


def _check_work(found: Mapping[str, Entry], training: Mapping[str, Any], runs: int) -> None:
    """A page is made while its reader waits."""
    samples = max((len(values) for values in training.get("data", {}).values() if values), default=1)
    size = min(training.get("batch_size", samples), samples)
    updates = runs * training.get("iterations", training.get("epochs", 0) * -(-samples // size))
    if updates > ITERATIONS or updates * size > WORK:
        raise found["epochs" if "epochs" in found else "iterations"].error(
            f"{updates:,} iterations of {size:,} samples are too many for a page; at most {ITERATIONS:,} are done, "
            f"which see {WORK:,} samples all together."
        )


def _truth(entry: Entry) -> bool:
    if entry.word() not in {"true", "false"}:
        raise entry.error("write true or false.")
    return entry.word() == "true"


def _engine(entry: Entry) -> str:
    if entry.word() not in ENGINES:
        raise entry.error(
            f"there is no engine {entry.word()[:40]!r} for a page; there are {', '.join(ENGINES)}."
        )
    return entry.word()
