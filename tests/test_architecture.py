"""The conventions of the house: floors, sizes, what is packed, and what only faces may do."""

from __future__ import annotations

import ast
import configparser
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from setuptools import find_packages

import explorer

ROOT = Path(__file__).parent.parent
PACKAGES = ("explorer", "graph", "cypher", "web")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
FACES = ("explorer/cli.py", "explorer/__main__.py", "explorer/commands/", "web/")
BELOW = [path for path in MODULES if not path.relative_to(ROOT).as_posix().startswith(FACES)]
LINES, FUNCTION_LINES = 300, 60
REGISTRIES = re.compile(
    r"pypi\.|pythonhosted|npmjs|registry\.|artifactory|nexus|(?<!code)mirror[s.]|maven\.|/simple\b"
)
"""Where packages come from is the business of the machine that installs them."""
TEXT = {".py", ".toml", ".cfg", ".md", ".svg", ".cypher", ".yml", ""}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def place(path: Path, node: ast.stmt | ast.expr | ast.ExceptHandler) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno}"


def nodes_below_faces() -> Iterator[tuple[Path, ast.AST]]:
    return ((path, node) for path in BELOW for node in ast.walk(tree(path)))


def test_imports_go_down_only():
    found = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stdout


def test_every_module_of_the_house_stands_on_a_floor():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", "utf-8")
    floors = re.split(r"[\s|]+", config["importlinter:contract:floors"]["layers"].strip())
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in MODULES]
    homeless = [
        name for name in names if name not in PACKAGES and not any(f"{name}.".startswith(f"{one}.") for one in floors)
    ]
    assert homeless == []


def test_nothing_below_the_faces_knows_click_or_a_web_framework():
    known = {"click", "flask", "tqdm", "pyvis"}
    found = [
        place(path, node)
        for path, node in nodes_below_faces()
        if (isinstance(node, ast.Import) and known & {one.name.partition(".")[0] for one in node.names})
        or (isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] in known)
    ]
    assert found == []


def test_nothing_below_the_faces_prints_exits_or_reads_the_environment():
    forbidden = {
        "print", "input", "exit", "quit", "sys.exit", "sys.argv", "sys.stdout", "sys.stderr", "sys.stdin", "os._exit",
        "os.environ", "os.getenv", "SystemExit",
    }  # fmt: skip
    found = [
        place(path, node)
        for path, node in nodes_below_faces()
        if isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node) in forbidden
    ]
    assert found == []


def test_nothing_below_the_faces_catches_just_anything():
    broad = {"Exception", "BaseException"}
    found = [
        place(path, node)
        for path, node in nodes_below_faces()
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or broad & {one.id for one in ast.walk(node.type) if isinstance(one, ast.Name)})
    ]
    assert found == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_modules_and_functions_stay_short(path: Path):
    long = [
        place(path, node)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES
    ]
    assert (len(path.read_text("utf-8").splitlines()) <= LINES, long) == (True, [])


def test_every_module_says_in_its_docstring_what_lives_there():
    silent = [path.relative_to(ROOT).as_posix() for path in MODULES if not ast.get_docstring(tree(path))]
    assert silent == []


def test_every_package_folder_and_its_data_are_in_the_wheel():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", "utf-8")
    packed = find_packages(str(ROOT), include=config["options.packages.find"]["include"].split())
    folders = {path.parent for path in MODULES}
    assert {".".join(folder.relative_to(ROOT).parts) for folder in folders} == set(packed)
    assert sorted(unpacked(config["options.package_data"])) == []


def unpacked(patterns: configparser.SectionProxy) -> Iterator[str]:
    """Files beside the modules that no pattern of package_data takes along."""
    for package in PACKAGES:
        taken = {path for one in patterns[package].replace(",", " ").split() for path in (ROOT / package).glob(one)}
        for path in (ROOT / package).rglob("*"):
            if path.is_file() and path.suffix not in (".py", ".pyc", ".nbi", ".nbc") and path not in taken:
                yield path.relative_to(ROOT).as_posix()


def test_the_version_is_the_newest_of_the_changelog():
    versions = re.findall(
        r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M
    )
    assert versions[0] == explorer.__version__


def test_no_file_names_a_registry_or_a_place_of_one_machine():
    named = [
        f"{path}: {found[0]}"
        for path in tracked()
        if path.suffix in TEXT and path.name != "LICENSE" and path != Path("tests/test_architecture.py")
        for found in [REGISTRIES.search((ROOT / path).read_text("utf-8"))]
        if found
    ]
    assert named == []


def tracked() -> list[Path]:
    """Files of the project: those git knows, or, outside a checkout, all beside this folder."""
    if not (ROOT / ".git").exists():
        return [path.relative_to(ROOT) for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [Path(name) for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
