"""The site of symgd, built once, and a browser that opens its pages."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from helpers.axe import axe
from helpers.browser import CHROMIUM, DRIVER, Browser, chromium

ROOT = Path(__file__).parents[2]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site, built as scripts/docs does."""
    folder = tmp_path_factory.mktemp("site")
    for language in ("en", "ko"):
        command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
        command += [
            "--config-file",
            str(ROOT / f"mkdocs.{language}.yml"),
            "--site-dir",
            str(folder / language),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    (folder / "index.html").write_bytes((ROOT / "docs" / "index.html").read_bytes())
    return folder


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the site is served."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if not (CHROMIUM and DRIVER):
        pytest.skip("needs chromium and chromedriver")
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="session")
def axe_script(pytestconfig: pytest.Config) -> str:
    return axe(pytestconfig.cache.mkdir("axe"))
