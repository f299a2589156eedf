"""How symgd's docstrings become Markdown: references and examples as the API reference shows them."""

import re
from typing import Any

from griffe import Extension, Object

_ROLE = re.compile(r":(?:class|data|func|meth|mod):`~?([^`]+)`")
_EXAMPLE = re.compile(r"(?:^>>> .*\n?(?:^(?!\s*$).*\n?)*)", re.MULTILINE)


class Docstrings(Extension):
    """Turns the marks of docstrings into Markdown's."""

    def on_object(self, *, obj: Object, **_: Any) -> None:
        """Called for each object when its members are known."""
        if obj.docstring:
            text = _ROLE.sub(r"`\1`", obj.docstring.value)
            obj.docstring.value = _EXAMPLE.sub(lambda found: f"```pycon\n{found[0].rstrip()}\n```\n", text)
