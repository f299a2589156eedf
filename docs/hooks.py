"""What the configuration of symgd's own site cannot say: wide pages, and the same page in the other language."""

import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

LANGUAGES = {"en": "English", "ko": "한국어"}


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Give a derivation the room of the list of headings, so that its code stands beside it."""
    if "\n```symgd\n" in markdown:
        page.meta.setdefault("hide", ["toc"])
    return markdown


def on_page_context(context: dict[str, Any], page: Page, config: MkDocsConfig, **_: Any) -> dict[str, Any]:
    """Link the page in each language: where a language lacks it, its start page."""
    config.extra["alternate"] = [
        {"name": name, "lang": language, "link": f"../{language}/{_url_in(language, page, config)}"}
        for language, name in LANGUAGES.items()
    ]
    return context


def on_post_page(output: str, **_: Any) -> str:
    """Mend the theme's HTML: for a link in the head its script would look for a sitemap, and its dialog has no name."""
    output = re.sub(r'<link rel="alternate"[^>]*>\s*', "", output)
    return output.replace('role="dialog"', 'role="dialog" aria-label="Search"', 1)


def _url_in(language: str, page: Page, config: MkDocsConfig) -> str:
    own = language == config.theme["language"]
    return page.url if own or Path(config.docs_dir, "..", language, page.file.src_uri).is_file() else ""
