"""The modules of symgd import one another as the stages allow, read from their source."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

# A stage imports itself and those of a lower rank: checking and training do not know each other.
RANKS = {"errors": 0, "notation": 1, "derivation": 2, "codegen": 3, "checking": 4, "training": 4, "views": 5}
# The public face and the command know every stage; no stage knows them.
FACES = {"", "__main__"}
# Slow to import, or optional: imported where they are used.
LAZY = {
    "IPython",
    "dask",
    "matplotlib",
    "mkdocs",
    "numba",
    "pandas",
    "polars",
    "quickjs",
    "sklearn",
    "tqdm",
    "yaml",
}
# The plugin is a subclass of a class of mkdocs; mkdocs alone imports it, through its entry point.
PLUGIN = "symgd.views.plugin"


class Import(NamedTuple):
    """A name that a module imports, and whether that happens when the module is imported."""

    name: str
    at_once: bool


def modules_of(package: Path) -> dict[str, Path]:
    modules = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        modules[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return modules


def imports_of(name: str, path: Path) -> Iterator[Import]:
    """Yield the full names that the module imports, wherever in it."""
    folder = name if path.name == "__init__.py" else name.rpartition(".")[0]

    def visit(node: ast.AST, at_once: bool) -> Iterator[Import]:
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, at_once) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = folder.split(".")[: len(folder.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            yield from (Import(f"{base}.{alias.name}", at_once) for alias in node.names)
        elif isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            for child in node.body:
                yield from visit(child, False)
            for child in node.orelse:
                yield from visit(child, at_once)
        else:
            inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            for child in ast.iter_child_nodes(node):
                yield from visit(child, at_once and not inside)

    return visit(ast.parse(path.read_text(encoding="utf-8")), True)


def module_named(name: str, modules: dict[str, Path]) -> str:
    """Return the module that a full name stands in: `symgd.errors` for `symgd.errors.SymgdError`."""
    while name not in modules and "." in name:
        name = name.rpartition(".")[0]
    return name


def import_graph(package: Path) -> dict[str, set[str]]:
    modules = modules_of(package)
    return {
        name: {module_named(used.name, modules) for used in imports_of(name, path)} & modules.keys()
        for name, path in modules.items()
    }


def stage_of(module: str) -> str:
    return module.partition(".")[2].partition(".")[0]


def wrong_stages(package: Path) -> list[str]:
    problems = []
    for name, used in import_graph(package).items():
        stage = stage_of(name)
        if stage in FACES:
            continue
        if stage not in RANKS:
            problems.append(f"{name} belongs to no stage")
            continue
        for target in sorted(used):
            other = stage_of(target)
            if other != stage and RANKS.get(other, len(RANKS)) >= RANKS[stage]:
                problems.append(f"{name} imports {target}")
    return problems


def cycle(package: Path) -> list[str]:
    """Return a cycle of imports, or nothing."""
    try:
        TopologicalSorter(import_graph(package)).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def early_imports(package: Path) -> list[str]:
    return [
        f"{name} imports {used.name}"
        for name, path in modules_of(package).items()
        for used in imports_of(name, path)
        if used.at_once and used.name.partition(".")[0] in LAZY - ({"mkdocs"} if name == PLUGIN else set())
    ]


def without_docstring(package: Path) -> list[str]:
    return [
        name
        for name, path in modules_of(package).items()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]


SYMGD = Path(__file__).parents[1] / "symgd"
PROBLEMS = pytest.mark.parametrize("problems", [wrong_stages, cycle, early_imports, without_docstring])


def test_no_module_imports_the_plugin():
    assert PLUGIN not in set().union(*import_graph(SYMGD).values())


def test_the_modules_are_found():
    assert modules_of(SYMGD).keys() >= {"symgd", "symgd.__main__", "symgd.errors"}
    assert "symgd.errors" in set().union(*import_graph(SYMGD).values())


@PROBLEMS
def test_symgd_has_no_problem(problems):
    assert problems(SYMGD) == []


SOUND = {
    "__init__": "from symgd.views import text\nfrom symgd import training",
    "__main__": "import symgd",
    "errors": "import sympy",
    "notation/__init__": "from .symbols import data\nfrom symgd.notation import losses",
    "notation/symbols": "from ..errors import SymgdError\nfrom sympy import views",
    "notation/losses": "from . import symbols",
    "derivation": "def f():\n    import symgd.notation.losses",
    "codegen": "import symgd.errors, symgd.derivation",
    "checking": "from symgd.codegen import program",
    "training": "def f():\n    import tqdm\nif TYPE_CHECKING:\n    import pandas",
    "views/__init__": "",
    "views/text": "from symgd import training, checking",
}


def write(folder: Path, bodies: dict[str, str]) -> Path:
    for name, body in bodies.items():
        path = folder / "symgd" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'"""A module."""\n{body}\n', encoding="utf-8")
    return folder / "symgd"


@PROBLEMS
def test_a_sound_package_has_no_problem(tmp_path, problems):
    assert problems(write(tmp_path, SOUND)) == []


@pytest.mark.parametrize(
    ("module", "body", "problem"),
    [
        ("errors", "import symgd.notation.losses", "symgd.errors imports symgd.notation.losses"),
        ("errors", "from symgd import __version__", "symgd.errors imports symgd"),
        ("codegen", "import symgd.__main__", "symgd.codegen imports symgd.__main__"),
        ("checking", "from .training import train", "symgd.checking imports symgd.training"),
        ("training", "def f():\n    from .checking import check", "symgd.training imports symgd.checking"),
        ("notation/losses", "from .. import derivation", "symgd.notation.losses imports symgd.derivation"),
        ("notation/losses", "from ..views.text import a", "symgd.notation.losses imports symgd.views.text"),
        ("derivation", "if TYPE_CHECKING:\n    from .views import a", "symgd.derivation imports symgd.views"),
        ("helpers", "", "symgd.helpers belongs to no stage"),
    ],
)
def test_a_wrong_stage_is_found(tmp_path, module, body, problem):
    assert wrong_stages(write(tmp_path, SOUND | {module: body})) == [problem]


@pytest.mark.parametrize("body", ["from .losses import l1", "def f():\n    from . import losses"])
def test_a_cycle_is_found(tmp_path, body):
    found = cycle(write(tmp_path, SOUND | {"notation/symbols": body}))
    assert set(found) == {"symgd.notation.symbols", "symgd.notation.losses"}


@pytest.mark.parametrize(
    "body",
    [
        "import matplotlib.pyplot as plt",
        "class A:\n    from matplotlib.pyplot import plot",
        "try:\n    from matplotlib.pyplot import plot\nexcept ImportError:\n    pass",
        "if TYPE_CHECKING:\n    pass\nelse:\n    import matplotlib.pyplot",
    ],
)
def test_an_early_import_is_found(tmp_path, body):
    [found] = early_imports(write(tmp_path, SOUND | {"views/plots": body}))
    assert found.startswith("symgd.views.plots imports matplotlib.pyplot")


def test_a_missing_docstring_is_found(tmp_path):
    package = write(tmp_path, SOUND)
    (package / "views" / "text.py").write_text("from symgd import training\n", encoding="utf-8")
    assert without_docstring(package) == ["symgd.views.text"]
