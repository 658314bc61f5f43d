"""What is shipped: the wheel holds what the program reads, and the image is built from what it may see."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in a freshly built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("folder", ["service", "jobs", "templates", "service/sample", "service/store/migrations"])
def test_the_wheel_holds_every_file_of_the_packages(wheel: set[str], folder: str) -> None:
    files = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert files
    assert files - wheel == set()


def test_the_wheel_holds_nothing_but_the_packages(wheel: set[str]) -> None:
    tops = {name.partition("/")[0] for name in wheel if ".dist-info/" not in name}
    assert tops == {"service", "jobs", "templates"}


def test_the_image_runs_the_command_without_root() -> None:
    last_stage = (ROOT / "Dockerfile").read_text(encoding="utf-8").rpartition("FROM ")[2]
    assert re.search(r"^USER (?!root|0\b)\w+$", last_stage, re.MULTILINE)
    assert 'ENTRYPOINT ["duban"]' in last_stage


def test_the_image_is_built_from_what_the_build_may_see() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    visible = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    assert {word for line in copied for word in line.split()} == set(visible)
