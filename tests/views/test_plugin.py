"""A site outside of the repository, built with the plugin of MkDocs."""

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers.outside import GOOD, SECOND, WRONG, WRONG_LINE, Requests, outside_requests, write_site
from mkdocs.commands.build import build
from mkdocs.config import load_config

from symgd.views import fence, superfence
from symgd.views.plugin import FOLDER

Build = Callable[..., str]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_site(tmp_path)


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of the fences that are rendered, one after the other."""
    texts: list[str] = []

    def render(text: str, *rest: object) -> object:
        texts.append(text)
        return fence.rendered_fence(text, *rest)

    monkeypatch.setattr(superfence, "rendered_fence", render)
    return texts


@pytest.fixture
def make(config: Path) -> Iterator[Build]:
    """Builds the site and returns its page."""

    def made(**settings: object) -> str:
        loaded = load_config(str(config), **settings)
        loaded.plugins.on_startup(command="build", dirty=False)
        build(loaded)
        return Path(loaded.site_dir, "index.html").read_text(encoding="utf-8")

    yield made
    logging.getLogger("mkdocs").handlers.clear()


def body(text: str) -> str:
    return "\n".join(text.splitlines()[1:-1])


def test_a_mistake_is_a_warning_with_file_line_and_remedy(
    make: Build, caplog: pytest.LogCaptureFixture
) -> None:
    html = make()
    [warning] = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert warning.name.startswith("mkdocs.")
    assert warning.getMessage() == (
        f"index.md, line {WRONG_LINE}: there is no entry 'learning_rat'; did you mean learning_rate?"
    )
    assert "did you mean learning_rate?" in html
    assert body(WRONG).splitlines()[0] in html


def test_strict_fails_for_a_mistake_and_for_nothing_else(make: Build, config: Path) -> None:
    from mkdocs.exceptions import Abort

    with pytest.raises(Abort):
        make(strict=True)
    page = config.parent / "docs" / "index.md"
    page.write_text(
        page.read_text(encoding="utf-8").replace("learning_rat:", "learning_rate:"), encoding="utf-8"
    )
    make(strict=True)


def test_fences_become_content_without_scripts_of_others_or_requests(make: Build) -> None:
    html = make()
    assert "0.000607" in html
    assert html.count('class="katex-html"') == html.count("<math") > 20
    assert outside_requests(html) == []
    ids = Requests(html).ids
    assert len(ids) == len(set(ids))


def test_assets_are_files_of_the_site(make: Build, config: Path) -> None:
    html = make()
    site = config.parent / "site"
    for name in ("page.css", "page.js", "katex/katex.min.css", "katex/LICENSE", "katex/fonts/OFL.txt"):
        assert (site / FOLDER / name).is_file()
    assert len(list((site / FOLDER / "katex" / "fonts").glob("*.woff2"))) > 10
    for name in ("page.css", "page.js", "katex/katex.min.css"):
        assert f"{FOLDER}/{name}" in html
    preloaded = re.findall(r'<link rel="preload" href="([^"]+)"', html)
    assert len(preloaded) == 2
    assert [path for path in preloaded if not (site / path).is_file()] == []
    styles = (site / FOLDER / "page.css").read_text(encoding="utf-8")
    assert outside_requests(styles) == []


def test_unchanged_fences_come_from_the_cache(make: Build, rendered: list[str]) -> None:
    first = make()
    assert rendered == [body(GOOD), body(SECOND), body(WRONG)]
    del rendered[:]
    assert make() == first
    # What was refused is not kept.
    assert rendered == [body(WRONG)]


def test_a_changed_fence_is_rendered_alone(make: Build, config: Path, rendered: list[str]) -> None:
    make()
    del rendered[:]
    page = config.parent / "docs" / "index.md"
    changed = SECOND.replace("100", "50")
    text = page.read_text(encoding="utf-8").replace(SECOND, changed).replace(WRONG, "")
    # One more fence above moves the others down, which changes their ids alone.
    page.write_text(text.replace("# A line\n", f"# A line\n\n{SECOND}\n"), encoding="utf-8")
    html = make()
    assert rendered == [body(changed)]
    assert {"sg-1-", "sg-2-", "sg-3-"} <= set(re.findall(r'id="(sg-\d-)', html))


def test_a_changed_file_of_data_renders_the_fence_that_reads_it(
    make: Build, config: Path, rendered: list[str]
) -> None:
    make()
    del rendered[:]
    points = config.parent / "docs" / "data" / "points.csv"
    points.write_text("x,y\n1,13\n2,24\n", encoding="utf-8")
    assert "2 samples" in make()
    assert rendered == [body(GOOD), body(WRONG)]


def test_the_cache_forgets_when_symgd_changes(
    make: Build, rendered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make()
    del rendered[:]
    monkeypatch.setattr("symgd.views.cache.libraries", lambda: ("another symgd",))
    make()
    assert len(rendered) == 3


def test_words_are_those_of_the_theme(make: Build, config: Path) -> None:
    text = config.read_text(encoding="utf-8").replace("font: false", "font: false, language: ko")
    config.write_text(text, encoding="utf-8")
    assert "미분 과정" in make()


def test_ids_and_headings_follow_the_header_of_a_fence(make: Build, config: Path) -> None:
    page = config.parent / "docs" / "index.md"
    page.write_text(SECOND.replace("symgd", "{.symgd #slope level=3}"), encoding="utf-8")
    config.write_text(
        config.read_text(encoding="utf-8") + "markdown_extensions: [attr_list]\n", encoding="utf-8"
    )
    assert '<h3 id="slope-derivation">' in make()


def test_formulas_between_dollars_are_set_if_the_site_wants(make: Build, config: Path) -> None:
    page = config.parent / "docs" / "index.md"
    page.write_text("From $5 to $6, $\\hat y = w_1 x_1$ and `$x$`.\n\n$$\\frac{1}{2}$$\n", encoding="utf-8")
    assert "katex-html" not in make()
    text = config.read_text(encoding="utf-8").replace("{symgd: {}}", "{symgd: {mathematics: true}}")
    config.write_text(text, encoding="utf-8")
    html = make()
    assert html.count('class="katex-html"') == 2
    assert "From $5 to $6, " in html
    assert "<code>$x$</code>" in html


def test_the_formatter_alone_raises_for_builders_that_do_not_count_warnings() -> None:
    from markdown import Markdown
    from pymdownx.superfences import SuperFencesException

    fences = [{"name": "symgd", "class": "symgd", "format": superfence.formatter}]
    settings = {"pymdownx.superfences": {"custom_fences": fences}}
    extensions = ["pymdownx.superfences"]
    assert "katex-html" in Markdown(extensions=extensions, extension_configs=settings).convert(SECOND)
    with pytest.raises(SuperFencesException, match=r"a page, line 4: .* did you mean learning_rate\?"):
        Markdown(extensions=extensions, extension_configs=settings).convert(WRONG)
