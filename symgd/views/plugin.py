"""The plugin of MkDocs: ``plugins: [symgd]`` in a site's mkdocs.yml.

It registers the fence, with a cache, and brings its styles, its script, and KaTeX's stylesheet and fonts as files of
the site. With ``gallery: true`` it generates a page for each loss, rule and optimizer. Data stand in the site's docs
folder, which ``mkdocs serve`` watches, so a change of a CSV file renders the fences that read it again.

MkDocs alone imports this module, through its entry point; hence it may import mkdocs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from symgd.views.cache import Cache
from symgd.views.gallery import contents, gallery
from symgd.views.held import Held
from symgd.views.katex import ASSETS
from symgd.views.katex_style import site_files
from symgd.views.superfence import Formatter
from symgd.views.words import LANGUAGES

SUPERFENCES = "pymdownx.superfences"
MATHEMATICS = "symgd.views.mathematics"
FOLDER = "assets/symgd"
STYLES = (f"{FOLDER}/katex/katex.min.css", f"{FOLDER}/page.css")
# Those of nearly every formula.
FONTS = ("KaTeX_Main-Regular", "KaTeX_Math-Italic")
SCRIPT = f"{FOLDER}/page.js"


class SymgdConfig(Config):  # type: ignore[no-untyped-call]
    """The plugin's options."""

    gallery = config_options.Type(bool, default=False)
    """Whether to generate a page for each loss, rule and optimizer."""
    language = config_options.Optional(config_options.Choice(LANGUAGES))
    """The language of the words on pages; otherwise that of the theme, or English."""
    mathematics = config_options.Type(bool, default=False)
    """Whether KaTeX sets formulas between dollar signs in all pages, when the site is built."""
    cache_dir = config_options.Type(str, default=".cache/plugin/symgd")
    """Where rendered fences are kept, from the folder of mkdocs.yml."""


class SymgdPlugin(BasePlugin[SymgdConfig]):  # type: ignore[no-untyped-call]
    """Registers the fence, brings its assets, generates the gallery."""

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Register the fence and the assets."""
        self._held = Held()
        cache = Cache(Path(config.config_file_path).parent / self.config.cache_dir)
        _add_fence(config, Formatter(cache, self.config.language, self._held.hold))
        if self.config.mathematics and MATHEMATICS not in config.markdown_extensions:
            config.markdown_extensions.append(MATHEMATICS)
        config.extra_css[:0] = STYLES
        config.extra_javascript.append(SCRIPT)
        end = "/" if config.use_directory_urls else ".html"
        self._gallery = gallery(self._language(config), cache, end) if self.config.gallery else ()
        if self._gallery and config.nav is not None:
            _add_gallery(config.nav, contents(self._gallery))
        return config

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Add the assets and the gallery's pages."""
        for name in ("page.css", "page.js"):
            files.append(_asset(config, name, ASSETS.parent / name))
        for path in site_files():
            files.append(_asset(config, f"katex/{path.as_posix()}", ASSETS / path))
        for page in self._gallery:
            text = page.markdown + self._held.hold(page.html)
            files.append(File.generated(config, page.path, content=text))
        return files

    def on_post_page(self, output: str, *, page: Page, **_: Any) -> str:
        """Put the pieces that waited into the page; where it has formulas, their fonts come with its styles."""
        whole = self._held.restored(output)
        if 'class="katex"' not in whole:
            return whole
        return whole.replace("</head>", "".join(_preloaded(font, page) for font in FONTS) + "</head>", 1)

    def _language(self, config: MkDocsConfig) -> str:
        found = self.config.language or dict(config.theme).get("language", "en")
        return found if found in LANGUAGES else "en"


def _add_fence(config: MkDocsConfig, formatter: Formatter) -> None:
    if SUPERFENCES not in config.markdown_extensions:
        config.markdown_extensions.append(SUPERFENCES)
    options: dict[str, Any] = config.mdx_configs.setdefault(SUPERFENCES, {})
    fences = [fence for fence in options.get("custom_fences", []) if fence["name"] != "symgd"]
    options["custom_fences"] = [*fences, {"name": "symgd", "class": "symgd", "format": formatter}]


def _add_gallery(nav: list[Any], pages: list[Any]) -> None:
    """Where the navigation says ``- Gallery: gallery/``, under that title, or at the end."""
    for entry in nav:
        if isinstance(entry, dict) and "gallery/" in entry.values():
            entry.update(dict.fromkeys(entry, pages))
            return
    nav.append({"Gallery": pages})


def _preloaded(font: str, page: Page) -> str:
    """What makes a browser load a font at once: a line that breaks anew when it comes moves what is below."""
    address = get_relative_url(f"{FOLDER}/katex/fonts/{font}.woff2", page.url)
    return f'<link rel="preload" href="{address}" as="font" type="font/woff2" crossorigin>\n'


def _asset(config: MkDocsConfig, name: str, path: Path) -> File:
    return File.generated(config, f"{FOLDER}/{name}", abs_src_path=str(path))
