"""Fills the templates of pages."""

from __future__ import annotations

from typing import Any

from symgd.errors import SymgdError


def fill(template: str, content: Any, **values: Any) -> str:
    """A template with the fields of *content* and other *values* in their places, escaped for HTML.

    Raises SymgdError where the template engine is not installed.
    """
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError:
        raise SymgdError("pages need jinja2: pip install 'symgd[pages]'.") from None
    environment = Environment(
        loader=PackageLoader("symgd.views"),
        autoescape=template.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return str(environment.get_template(template).render(**vars(content), **values))
