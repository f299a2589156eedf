r"""Mathematics in a page: LaTeX becomes HTML and MathML when the page is made, set by KaTeX.

KaTeX runs in QuickJS, so that a page needs no script for its formulas; its files stand in ``assets/katex``.

>>> from symgd.views import katex
>>> html = katex.render(r"\frac{\partial L}{\partial w}", display=False)
>>> '<span class="katex-html"' in html, "<math" in html
(True, True)
"""

from __future__ import annotations

import json
import os
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

from symgd.errors import PageError

ASSETS = Path(__file__).parent / "assets" / "katex"

_SECONDS = 10
# The worker of quickjs.Function has a stack of 8 MB; the default of 1 MB ends at 20 nested fractions.
_STACK = 4 * 2**20
_LONGEST_SHOWN = 200

# join: quickjs hands over no string that was put together from many. trust: KaTeX would show a refused command in red.
_TYPESET = r"""
const trusted = ["\\htmlClass", "\\htmlData"];
const options = {
  output: "htmlAndMathml",
  throwOnError: true,
  strict: (code, message, token) => {
    if (code === "htmlExtension") return "ignore";
    throw new katex.ParseError(message, token);
  },
  trust: ({command}) => {
    if (trusted.includes(command)) return true;
    throw new katex.ParseError(`${command} is not allowed in a page`);
  },
};
function typeset(request) {
  const {latex, display} = JSON.parse(request);
  try {
    const html = [katex.renderToString(latex, {...options, displayMode: display})].join("");
    return JSON.stringify({html});
  } catch (error) {
    const deep = error instanceof RangeError && "its parts stand too deeply in one another";
    return JSON.stringify({refusal: deep || error.rawMessage || error.message, position: error.position});
  }
}
"""

_starting = threading.Lock()


@lru_cache(maxsize=1024)
def render(latex: str, display: bool = True) -> str:
    r"""Return a formula as HTML, which is seen, and as MathML, which is read aloud and copied.

    *display* sets it on a line of its own; otherwise it stands in a sentence. ``\htmlClass{…}{…}`` and
    ``\htmlData{…}{…}`` give a part of it a class or a ``data-`` attribute. What KaTeX does not know, and what
    LaTeX would not take, raises :class:`~symgd.errors.PageError`.

    >>> render(r"\frac{1}{\m}")
    Traceback (most recent call last):
    symgd.errors.PageError: KaTeX refuses the formula \frac{1}{\m} at character 10: Undefined control sequence: \m
    """
    quickjs = _quickjs()
    with _starting:
        typeset = _typesetter(os.getpid())
    try:
        answer = json.loads(typeset(json.dumps({"latex": latex, "display": display}), run_gc=False))
    except quickjs.JSException as error:
        reason = str(error).partition("\n")[0]
        raise PageError(
            f"KaTeX gave up the formula {_shown(latex)}, for which it has {_SECONDS} seconds: {reason}"
        ) from None
    if "html" in answer:
        return str(answer["html"])
    where = f" at character {answer['position'] + 1}" if "position" in answer else ""
    raise PageError(f"KaTeX refuses the formula {_shown(latex)}{where}: {_printable(answer['refusal'])}")


@lru_cache(maxsize=1)
def _typesetter(_process: int) -> Any:
    """KaTeX, in a thread and behind a lock of its own; a forked process has no threads, so it starts another."""
    function = _quickjs().Function("typeset", asset("katex.min.js") + _TYPESET, own_executor=True)
    function.set_max_stack_size(_STACK)
    function.set_time_limit(_SECONDS)
    return function


def asset(name: str) -> str:
    """Return the text of one of KaTeX's files."""
    try:
        return (ASSETS / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PageError(
            f"KaTeX's {name} is missing beside {__name__}: `pip install --force-reinstall 'symgd[pages]'`, "
            "or in a checkout scripts/install, puts it there"
        ) from None


def _quickjs() -> Any:
    try:
        import quickjs
    except ImportError as error:
        raise PageError(
            "the formulas of a page are set by KaTeX, which runs in quickjs-ng: `pip install 'symgd[pages]'`"
        ) from error
    return quickjs


def _shown(latex: str) -> str:
    return _printable(latex if len(latex) <= _LONGEST_SHOWN else latex[:_LONGEST_SHOWN] + "…")


def _printable(text: str) -> str:
    """*text* with lone surrogates, which no file takes, spelled out."""
    return text.encode(errors="backslashreplace").decode()
