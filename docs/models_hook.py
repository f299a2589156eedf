"""The pages of models: each is made from a script in docs/models, which a reader can run as it is.

A script's docstring is the page's text. Its ``run`` gives derivation, code and check; ``facts``, ``tables`` and
``figures``, which take the run, what came out. Its own source ends the page.
"""

import ast
import json
import re
import runpy
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from symgd.views.cache import Cache, Rendered
from symgd.views.held import Held
from symgd.views.page import page
from symgd.views.plots.svg import inline_svg

SCRIPTS = Path(__file__).parent / "models"
# Tables with more columns than this get narrow ones.
NARROW = 8
SHOW = ("statement", "derivation", "code", "check", "run")
_held = Held()


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add a page for each script."""
    cache = Cache(Path(config.config_file_path).parent / config.plugins["symgd"].config.cache_dir)
    language = str(config.theme["language"])
    for script in sorted(SCRIPTS.glob("*.py")):
        source = script.read_text(encoding="utf-8")
        text, code = _split(source)
        key = ("model", Path(__file__).read_text(encoding="utf-8"), source, version("scikit-learn"), language)
        derived, found = json.loads(cache.get(key, lambda script=script: _made(script, language)))
        parts = (text, _held.hold(derived), "## What came out", _held.hold(found), _listing(script, code))
        files.append(File.generated(config, _page_of(script), content=_HEAD + "\n\n".join(parts)))
    return files


def on_post_page(output: str, **_: Any) -> str:
    """Put the pieces that waited into the page."""
    return _held.restored(output)


# What would be the list of headings is room for the code beside the derivation.
_HEAD = "---\nhide: [toc]\n---\n\n"


def _page_of(script: Path) -> str:
    return f"models/{script.stem.replace('_', '-')}.md"


def _split(source: str) -> tuple[str, str]:
    """The docstring of a script, and what follows it."""
    module = ast.parse(source)
    text = ast.get_docstring(module)
    assert text, "a script begins with the text of its page"
    return text, "".join(source.splitlines(keepends=True)[module.body[0].end_lineno :]).strip()


def _listing(script: Path, code: str) -> str:
    name = script.relative_to(SCRIPTS.parents[1]).as_posix()
    told = "## The script\n\nIt made this page; its docstring is the text above."
    return f'{told}\n\n```python title="{name}"\n{code}\n```\n'


def _made(script: Path, language: str) -> Rendered:
    """Two pieces of HTML: derivation, code and check; and what came out."""
    from matplotlib import style

    from symgd.views.plots.style import STYLE

    # Not the user's settings: a page looks the same on each machine.
    with style.context(["default", dict(STYLE)]):
        model = runpy.run_path(str(script))
        run = model["run"]
        tables = model["tables"](run) if "tables" in model else []
        plots = [_figure(*drawn, number) for number, drawn in enumerate(model["figures"](run), 1)]
    found = _facts(model["facts"](run)) + "".join(_table(*each) for each in tables)
    body = f'<div class="sg-page">{found}<div class="sg-plots">{"".join(plots)}</div></div>'
    return Rendered(json.dumps([page(run, language, SHOW).fragment(), body]))


def _facts(facts: dict[str, str]) -> str:
    rows = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{_cell(fact)}</dd></div>" for name, fact in facts.items()
    )
    return f'<dl class="sg-facts">{rows}</dl>'


def _cell(text: str) -> str:
    """A cell with a minus sign for the hyphen that begins a number or its exponent."""
    return escape(re.sub(r"(^|(?<=e))-(?=\d)", "−", text))


def _table(caption: str, head: list[str], rows: list[list[str]]) -> str:
    heads = "".join(f'<th scope="col">{escape(cell)}</th>' if cell else "<td></td>" for cell in head)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{_cell(cell)}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    kind = "sg-table sg-narrow" if len(head) > NARROW else "sg-table"
    table = f'<table class="{kind}"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'
    label = escape(caption)
    scroll = f'<div class="sg-scroll" tabindex="0" role="region" aria-label="{label}">{table}</div>'
    return f'<p class="sg-note">{label}</p>{scroll}'


def _figure(axes: Any, caption: str, alternative: str, number: int) -> str:
    drawn = Markup(inline_svg(axes.figure, caption, alternative, f"sg-model-{number}-"))
    return f'<figure class="sg-plot">{drawn}<figcaption>{escape(caption)}</figcaption></figure>'
