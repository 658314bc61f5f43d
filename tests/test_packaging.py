"""What is shipped: the wheel holds what the program reads, and the containers run commands that exist."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
DUBAN = Path(sys.executable).with_name("duban")
ROLES = {"migrate", "worker", "scheduler"}


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


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    """The services of compose.yml."""
    parsed: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "compose.yml").read_text(encoding="utf-8"))["services"]
    return parsed


def test_every_role_runs_as_a_service_with_a_command_that_exists(
    services: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    commands = {name: service["command"] for name, service in services.items() if name != "database"}
    assert commands == {role: [role] for role in ROLES}
    for role in ROLES:
        subprocess.run([DUBAN, role, "--help"], cwd=tmp_path, check=True, capture_output=True)


def test_no_service_may_write_to_its_file_system_or_gain_rights(services: dict[str, dict[str, Any]]) -> None:
    for service in services.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_every_service_that_stays_up_has_a_health_check(services: dict[str, dict[str, Any]]) -> None:
    assert {name for name, service in services.items() if "healthcheck" not in service} == {"migrate"}


def test_compose_holds_no_secret_and_demands_those_it_needs(services: dict[str, dict[str, Any]]) -> None:
    for service in services.values():
        for name, value in service["environment"].items():
            if re.search("PASSWORD|SECRET|URL|FROM", name):
                assert re.search(r"\$\{\w+:\?[^}]+\}", value), name


def test_the_image_runs_the_command_without_root() -> None:
    last_stage = (ROOT / "Dockerfile").read_text(encoding="utf-8").rpartition("FROM ")[2]
    assert re.search(r"^USER (?!root|0\b)\w+$", last_stage, re.MULTILINE)
    assert 'ENTRYPOINT ["duban"]' in last_stage


def test_the_image_is_built_from_what_the_build_may_see() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    visible = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    assert {word for line in copied for word in line.split()} == set(visible)
