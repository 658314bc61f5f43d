"""The shape of the project: sizes of modules and functions, and what no file may contain."""

import ast
import re
import statistics
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULE_LINES, FUNCTION_LINES, MEDIAN_LINES = 250, 40, 90

# Written in pieces, so that this file does not contain what it looks for.
_REGISTRIES = (
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.",
    "yarn" + "pkg.com",
    "docker" + ".io",
    "ghcr" + ".io",
)
_MACHINE_PATH = re.compile(r"(?<![\w.\-/$}])/(?:root|work|home|Users)/(?=[\w.])")
_MADE_HERE = {"var", "dist", "__pycache__"}


def _modules() -> Iterator[tuple[Path, str]]:
    """Every module of the program with its text; the migrations are a record of the past, not part of the shape."""
    for package in ("service", "jobs"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT), path.read_text(encoding="utf-8")


def _files() -> list[Path]:
    """What a clone contains: the files git knows or would add; outside a repository, all but what is made here."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]
    return [path for path in ROOT.rglob("*") if path.is_file() and not _is_made_here(path.relative_to(ROOT))]


def _is_made_here(path: Path) -> bool:
    """Whether a file is no part of a clone: environments and caches begin with a dot."""
    return any(part in _MADE_HERE or (part.startswith(".") and part != ".ci") for part in path.parts[:-1])


def _texts() -> Iterator[tuple[Path, str]]:
    for path in _files():
        content = path.read_bytes()
        if b"\0" not in content:
            yield path.relative_to(ROOT), content.decode("utf-8", errors="replace")


def _is_only_a_docstring(tree: ast.Module) -> bool:
    return all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in tree.body)


def test_no_module_is_longer_than_its_budget() -> None:
    lengths = {str(path): text.count("\n") for path, text in _modules()}
    assert {path: length for path, length in lengths.items() if length > MODULE_LINES} == {}


def test_no_function_is_longer_than_its_budget() -> None:
    too_long = {}
    for path, text in _modules():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION_LINES:
                    too_long[f"{path}:{node.lineno} {node.name}"] = length
    assert too_long == {}


def test_the_median_module_is_within_its_budget() -> None:
    lengths = [text.count("\n") for _, text in _modules() if not _is_only_a_docstring(ast.parse(text))]
    assert statistics.median(lengths) <= MEDIAN_LINES


def test_every_part_of_the_service_has_its_place_in_the_layers() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = {part.strip() for line in config["contracts"][0]["layers"] for part in line.split("|")}
    parts = {f"service.{path.stem}" for path in (ROOT / "service").iterdir() if not path.name.startswith("__")}
    assert layers == parts | {"jobs"}


def test_no_file_names_a_registry() -> None:
    named = [f"{path}: {registry}" for path, text in _texts() for registry in _REGISTRIES if registry in text]
    assert named == []


def test_no_file_contains_a_path_of_one_machine() -> None:
    found = [f"{path}: {match.group()}" for path, text in _texts() for match in _MACHINE_PATH.finditer(text)]
    assert found == []


@pytest.mark.parametrize("text", ["see /ro" + "ot/x", '"/wo' + 'rk/main"', "(/ho" + "me/someone)"])
def test_a_path_of_one_machine_is_recognised(text: str) -> None:
    assert _MACHINE_PATH.search(text)


@pytest.mark.parametrize("text", ["https://example.cn/wo" + "rk/1.html", "../wo" + "rk/x", "netwo" + "rk/home" + "/x"])
def test_an_address_on_the_web_is_not_taken_for_a_path_of_a_machine(text: str) -> None:
    assert not _MACHINE_PATH.search(text)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_every_package_by_hash_and_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    entries = re.split(r"\n(?=[A-Za-z0-9])", text)
    assert len(entries) > 20
    assert [
        entry.splitlines()[0] for entry in entries if not re.search(r"==\S+.*\\\n\s+--hash=sha256:[0-9a-f]{64}", entry)
    ] == []


def test_both_locks_pin_the_same_versions() -> None:
    run, develop = (
        dict(re.findall(r"^([\w.\-\[\]]+)==(\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))
        for lock in ("requirements.lock", "requirements-dev.lock")
    )
    assert {name: version for name, version in run.items() if develop.get(name) != version} == {}
