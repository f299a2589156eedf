"""A site that is not symgd's own: two good fences, and one that is wrong."""

import re
from html.parser import HTMLParser
from pathlib import Path

CONFIG = """site_name: Elsewhere
theme: {name: material, font: false}
plugins: {symgd: {}}
"""
GOOD = """```symgd
model: y_hat = w*x + b
loss: mean_squared_error(y_hat, y)
data: {csv: data/points.csv}
start: {w: 4, b: 1}
learning_rate: 0.01
iterations: 501
show: [statement, derivation, code, run, plots]
```
"""
SECOND = """```symgd
loss: (x - 1)**2/10
start: {x: 10}
learning_rate: 1
iterations: 100
show: [derivation, run]
```
"""
WRONG = """```symgd
loss: (x - 1)**2
start: {x: 10}
iterations: 10
learning_rat: 1
```
"""
# The third line of the fence, and what stands before it on the page.
WRONG_LINE = 3 + 6 + GOOD.count("\n") + SECOND.count("\n")
# What a fence may not do, and what it is told.
REFUSED = {
    "loss: __import__('os').system('touch harm')\nstart: {w: 1}": "cannot name",
    "loss: w.__class__\nstart: {w: 1}": "nothing is looked up inside of a name",
    f"loss: {'w+' * 5_000_000}w\nstart: {{w: 1}}": "at most 50,000",
    "loss: w**2\nstart: {w: 1}\niterations: 1000000000": "at most 200,000",
    "loss: mean(w*x)\nstart: {w: 1}\ndata: {csv: ../secret.csv}\niterations: 1": "leaves the folder",
}


def write_site(folder: Path, page: str | None = None) -> Path:
    """Write the site, and return its configuration."""
    data = folder / "docs" / "data"
    data.mkdir(parents=True)
    (data / "points.csv").write_text("x,y\n1,13\n2,23\n3,33\n4,43\n5,53\n", encoding="utf-8")
    page = page or f"# A line\n\n{GOOD}\n{SECOND}\n{WRONG}"
    (folder / "docs" / "index.md").write_text(page, encoding="utf-8")
    config = folder / "mkdocs.yml"
    config.write_text(CONFIG, encoding="utf-8")
    return config


class Requests(HTMLParser):
    """What a browser asks for when it opens a page: not the links that a reader may follow."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            followed = tag in {"a", "form"} or (tag == "link" and ("rel", "canonical") in attrs)
            if name in {"src", "href", "srcset", "data", "poster"} and not followed and value:
                self.found.append(value)
            if name == "id" and value:
                self.ids.append(value)


def outside_requests(html: str) -> list[str]:
    """The addresses elsewhere that a page asks for by itself, its styles included."""
    found = Requests(html).found + re.findall(r"(?:url\(|@import\s)[\"']?([^)\"';]+)", html)
    return [address for address in found if re.match(r"(?:https?:)?//", address)]
