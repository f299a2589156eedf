"""A ```` ```symgd ```` block in anyone's Markdown: a formatter for ``pymdownx.superfences``.

::

    markdown_extensions:
      - pymdownx.superfences:
          custom_fences:
            - name: symgd
              class: symgd
              format: !!python/name:symgd.views.superfence.formatter

The plugin of MkDocs (:mod:`symgd.views.plugin`) does this by itself, and brings the styles too. A header such as
```` ```{.symgd #line level=3} ```` names the ids of the block and the level of its headings.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from symgd.views.cache import Cache
from symgd.views.fence import rendered_fence
from symgd.views.place import Place, place_of
from symgd.views.written.entries import WrittenError

# Ids begin with this while a piece is in the cache; each occurrence puts its own there.
OCCURRENCE = "sg-occurrence-"
# Of a refused fence no more characters than this stand on the page.
LONGEST = 2000

# MkDocs counts the warnings of loggers below its own, and with --strict fails for them.
log = logging.getLogger("mkdocs.plugins.symgd")


@dataclass(frozen=True)
class Formatter:
    """The formatter, with a cache or without; *hold* may put something in the place of the HTML."""

    cache: Cache | None = None
    language: str | None = None
    hold: Callable[[str], str] = str

    def __call__(
        self,
        source: str,
        _language: str,
        _class_name: str,
        _options: Mapping[str, Any],
        md: Any,
        *,
        classes: Sequence[str] = (),  # noqa: ARG002
        id_value: str = "",
        attrs: Mapping[str, str] | None = None,
        **_: Any,
    ) -> str:
        """The HTML of a fence; where MkDocs builds, a mistake is a warning and stands on the page."""
        place = place_of(md)
        try:
            html = self._html(source, place, _level(attrs or {}))
        except WrittenError as error:
            return _refused(source, place, error.reason, error.line)
        except Exception as error:
            # superfences would swallow it without a word.
            log.debug("symgd failed", exc_info=error)
            return _refused(source, place, f"{type(error).__name__}: {error}", 1)
        return self.hold(html.replace(OCCURRENCE, f"{id_value or f'sg-{_count(md)}'}-"))

    def _html(self, source: str, place: Place, level: int) -> str:
        language = self.language or place.language

        def make() -> Any:
            return rendered_fence(source, place.docs_folder, OCCURRENCE, language, level)

        if self.cache is None:
            return str(make().html)
        return self.cache.get((source, str(place.docs_folder), language, str(level)), make)


formatter = Formatter()


def _level(attrs: Mapping[str, str]) -> int:
    level = attrs.get("level", "2")
    if level not in set("23456"):
        raise WrittenError(f"level={level} in the header of the fence: headings have the levels 2 to 6.", 0)
    return int(level)


def _count(md: Any) -> int:
    """How many fences this page has had so far; a ``Markdown`` converts one page."""
    md.symgd_fences = getattr(md, "symgd_fences", 0) + 1
    return int(md.symgd_fences)


def _refused(source: str, place: Place, reason: str, line: int) -> str:
    """Tell of a mistake: MkDocs goes on building, others stop."""
    message = f"{place.page}, line {place.line_of(source) + line - 1}: {reason}"
    if not place.mkdocs:
        from pymdownx.superfences import SuperFencesException

        raise SuperFencesException(message)
    log.warning(message)
    shown = source if len(source) <= LONGEST else f"{source[:LONGEST]} …"
    return f'<div class="sg-page sg-refused"><p>{escape(message)}</p><pre>{escape(shown)}</pre></div>'
