"""From the text of a ```` ```symgd ```` block to HTML: a pure function, whatever builds the site."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from symgd.derivation.derive import derive
from symgd.errors import DataError, SymgdError, TrainingError
from symgd.training.train import train
from symgd.views.cache import Rendered
from symgd.views.page import page
from symgd.views.sections import SECTIONS
from symgd.views.written.entries import WrittenError
from symgd.views.written.problem import WrittenProblem, problem_of

# The entries that an error of a stage is about; the first one that is there is named.
_ABOUT: tuple[tuple[type[SymgdError], tuple[str, ...]], ...] = (
    (DataError, ("data", "start", "constants")),
    (TrainingError, ("batch_size", "iterations", "epochs")),
)


def fence_html(text: str, docs_folder: Path, prefix: str, language: str = "en") -> str:
    """The HTML of a problem written as YAML (:mod:`symgd.views.written.problem`), headings from level 2 on.

    Files of data stand below *docs_folder*. Ids begin with *prefix*; *language* is that of the words, unless the text
    names one. Nothing of the text is executed.

    Raises SymgdError that names the line of the text and what to write instead.
    """
    return rendered_fence(text, docs_folder, prefix, language).html


def rendered_fence(
    text: str, docs_folder: Path, prefix: str, language: str = "en", level: int = 2
) -> Rendered:
    """As :func:`fence_html`, with the files that were read; headings begin at *level*."""
    problem = problem_of(text, docs_folder)
    try:
        subject, *beside = _subjects(problem)
        shown = page(subject, problem.language or language, problem.show or SECTIONS, prefix, beside)
        return Rendered(shown.fragment(level), problem.files)
    except WrittenError:
        raise
    except SymgdError as error:
        raise _placed(error, problem) from error


def _subjects(problem: WrittenProblem) -> list[Any]:
    """The run, and those that differ from it in the learning rate; or the derivation alone."""
    derivation = derive(problem.loss)
    if not problem.trains:
        return [derivation]
    optimizer = problem.training["optimizer"]
    others = [replace(optimizer, learning_rate=rate) for rate in problem.rates]
    settings = {**problem.training, "progress": False}
    return [train(derivation, **{**settings, "optimizer": each}) for each in (optimizer, *others)]


def _placed(error: SymgdError, problem: WrittenProblem) -> WrittenError:
    """The error with the line of the entry that it is about: where that is not known, the loss."""
    about = next((keys for kind, keys in _ABOUT if isinstance(error, kind)), ("loss",))
    if "engine=" in str(error):
        about = ("engine",)
    if "section" in str(error) or "pages in" in str(error):
        about = ("show", "language")
    key = next((key for key in about if key in problem.lines), "loss")
    return WrittenError(f"{key}: {error}", problem.lines[key])
