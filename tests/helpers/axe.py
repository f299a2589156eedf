"""axe-core, which finds what keeps people from reading a page; it comes from npm, by version and hash."""

import importlib.util
import io
import tarfile
from pathlib import Path

VERSION = "4.14.1"
# To renew: `npm view axe-core@VERSION dist.integrity`.
INTEGRITY = "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="

# The picture of a formula is hidden from readers of screens, and in the colour of the text around it.
RUN = """
const [only, done] = arguments;
const options = {resultTypes: ["violations"], preload: false, ...(only ? {runOnly: only} : {})};
axe.run({exclude: [".katex-html"]}, options).then((found) => done(
  found.violations.filter((each) => ["serious", "critical"].includes(each.impact)).map(
    (each) => `${each.id}: ${each.nodes[0].html.slice(0, 200)} (${each.nodes.length}x)`)));
"""
# What the colours of a page decide.
COLOURS = ["color-contrast", "link-in-text-block"]


def axe(folder: Path) -> str:
    """The script, kept in *folder*."""
    kept = folder / f"axe-{VERSION}.js"
    if not kept.is_file():
        build = _build_hook()
        package = build.fetch(f"axe-core@{VERSION}")
        build.verify(package, INTEGRITY)
        with tarfile.open(fileobj=io.BytesIO(package)) as archive:
            kept.write_bytes(archive.extractfile("package/axe.min.js").read())
    return kept.read_text(encoding="utf-8")


def _build_hook():
    """The module that fetches KaTeX for the build: it stands in no package."""
    path = Path(__file__).parents[2] / "hatch_build.py"
    spec = importlib.util.spec_from_file_location("hatch_build", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
