"""``compose.yml`` as it stands: its shape, and its roles started with the same commands and environment without it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy.engine import make_url

from service import wiring
from service.channels.relay import Relay
from service.domain.delivery import State
from service.settings import Settings
from tests.house import EXCELLENCE, write_sheet
from tests.jobs.programs import until
from tests.postgres import Server
from tests.smtp import SmtpServer

ROOT = Path(__file__).parents[1]
PARSED: dict[str, Any] = yaml.safe_load((ROOT / "compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = PARSED["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "duban"}
ROLES = {name: service for name, service in OURS.items() if name != "migrate"}
GIVEN = {"DUBAN_MAIL_FROM": "督办 <duban@unit.example>", "DUBAN_SITE_URL": "https://duban.unit.example"}
"""What docs/deployment.md asks an operator to set."""
CHANGED = {"DUBAN_QUIET_HOURS": ""}
"""What the test sets otherwise: it may run at night."""
LISTED_AGO = timedelta(days=913)  # a stage of its reminders is reached today
_IN_CONTAINER = "/run/secrets/"
_PROGRAM = [sys.executable, "-P", "-c", "from service.cli import main; main()"]
_SECRET = re.compile("PASSWORD|SECRET|KEY|TOKEN|_URL$|_URL_")


def seconds(span: str) -> int:
    """A span as compose writes it."""
    [(number, unit)] = re.findall(r"^(\d+)([sm])$", span)
    return int(number) * {"s": 1, "m": 60}[unit]


def test_it_has_the_services_of_a_production() -> None:
    assert set(SERVICES) == {"database", "broker", "migrate", "web", "scheduler", "worker", "catcher"}
    assert SERVICES["worker"]["deploy"]["replicas"] == 2
    assert {name: service["command"][0] for name, service in OURS.items()} == {name: name for name in OURS}
    assert [name for name, service in SERVICES.items() if "profiles" in service] == ["catcher"]
    assert SERVICES["catcher"]["profiles"] == ["try"]


def test_every_image_is_ours_or_of_a_named_version() -> None:
    others = [service["image"] for name, service in SERVICES.items() if name not in OURS]
    assert [image for image in others if not re.fullmatch(r"[a-z/]+:v?\d[\d.]*", image)] == []


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_may_write_to_its_file_system_be_root_or_gain_rights(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    if name not in OURS:  # the user of our image is a test of its own
        assert not re.match(r"(root|0)\b", str(service["user"]))


def test_what_stays_up_has_a_health_check_and_comes_back() -> None:
    stays = {name: service for name, service in SERVICES.items() if name != "migrate"}

    assert [name for name, service in stays.items() if not service["healthcheck"]["test"]] == []
    assert {service["restart"] for service in stays.values()} == {"unless-stopped"}


@pytest.mark.parametrize("name", ROLES)
def test_a_role_starts_after_the_migration_on_servers_that_answer(name: str) -> None:
    assert {after: of["condition"] for after, of in ROLES[name]["depends_on"].items()} == {
        "database": "service_healthy",
        "broker": "service_healthy",
        "migrate": "service_completed_successfully",
    }


def test_no_secret_stands_in_an_environment_or_a_command() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if _SECRET.search(name) and name not in GIVEN:
                assert name.endswith("_FILE"), name
                assert value == _IN_CONTAINER + value.removeprefix(_IN_CONTAINER), name
        named = re.findall(rf"{_IN_CONTAINER}(\w+)", str(service))
        assert set(named) == set(service.get("secrets", []))
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert {name: secret["file"] for name, secret in PARSED["secrets"].items()} == {
        name: f"secrets/{name}" for name in used
    }


def test_every_variable_is_that_of_a_setting() -> None:
    settings = {f"DUBAN_{name.upper()}" for name in Settings.model_fields}
    for service in OURS.values():
        assert {name.removesuffix("_FILE") for name in service["environment"]} <= settings


def test_the_database_and_the_broker_are_on_a_network_without_a_way_out_and_on_no_port() -> None:
    assert PARSED["networks"]["inside"]["internal"] is True
    for name in ("database", "broker"):
        assert SERVICES[name]["networks"] == ["inside"]
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert all(port.startswith("127.0.0.1:") for bound in ports.values() for port in bound)


def test_the_secrets_are_made_as_described_and_agree_with_each_other(made_secrets: Path) -> None:
    made = {path.name: path.read_text() for path in made_secrets.iterdir()}
    database, broker = make_url(made["database_url"].strip()), make_url(made["broker_url"].strip())

    assert set(made) == set(PARSED["secrets"])
    assert (database.password, f"requirepass {broker.password}\n") == (
        made["database_password"],
        made["broker_config"],
    )
    assert (database.username, database.database) == ("duban", SERVICES["database"]["environment"]["POSTGRES_DB"])
    assert {database.host, broker.host, Relay.parse(made["mail_url"].strip()).host} == {"database", "broker", "catcher"}
    assert re.fullmatch("[0-9a-f]{64}\n", made["secret_key"])
    assert {oct(path.stat().st_mode & 0o777) for path in made_secrets.iterdir()} == {"0o444"}
    assert oct(made_secrets.stat().st_mode & 0o777) == "0o700"


def test_secrets_that_are_there_are_not_overwritten(made_secrets: Path) -> None:
    before = {path.name: path.read_text() for path in made_secrets.iterdir()}

    assert _make_secrets(made_secrets.parent) != 0
    assert {path.name: path.read_text() for path in made_secrets.iterdir()} == before


@pytest.fixture
def made_secrets(tmp_path: Path) -> Path:
    """The folder of secrets that the steps of docs/deployment.md make."""
    assert _make_secrets(tmp_path) == 0
    return tmp_path / "secrets"


def _make_secrets(folder: Path) -> int:
    [steps] = re.findall(
        r"^```sh\n(.+?)^```", (ROOT / "docs/deployment.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    return subprocess.run(["sh", "-c", steps], cwd=folder, check=False, stderr=subprocess.DEVNULL).returncode


@dataclass
class Composed:
    """The services of compose.yml as processes of this machine, each with its own command and environment."""

    folder: Path
    secrets: Path
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def environment(self, name: str) -> dict[str, str]:
        """The environment of a service and nothing else, with its variables filled in as compose does."""
        given = {key: _filled_in(value) for key, value in OURS[name]["environment"].items()}
        here = {key: value.replace(_IN_CONTAINER, f"{self.secrets}/") for key, value in given.items()}
        return here | {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}

    def run(self, name: str, *words: str) -> "subprocess.CompletedProcess[str]":
        """``docker compose run`` a command in the container of a service."""
        command = [*_PROGRAM, *(words or SERVICES[name]["command"])]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment(name), capture_output=True, text=True, check=False
        )

    def is_healthy(self, name: str) -> bool:
        """Whether a health check that is a program of its own ends well, with the image's python as this one."""
        _, program, *words = ROLES[name]["healthcheck"]["test"]
        assert program == "python"
        return subprocess.run([sys.executable, *words], check=False, stderr=subprocess.DEVNULL).returncode == 0

    def up(self, name: str) -> None:
        """As many processes of a role as it has containers."""
        for _ in range(ROLES[name].get("deploy", {}).get("replicas", 1)):
            with (self.folder / "said").open("ab") as said:
                self.processes.append(
                    subprocess.Popen(
                        [*_PROGRAM, *ROLES[name]["command"]],
                        cwd=self.folder,
                        env=self.environment(name),
                        stdout=said,
                        stderr=said,
                    )
                )


def _filled_in(value: str) -> str:
    found = re.fullmatch(r"\$\{(\w+):?([?-])(.*)\}", value)
    if found is None:
        return value
    name, mark, default = found.groups()
    return GIVEN[name] if mark == "?" else CHANGED.get(name, default)


@pytest.fixture
def composed(
    made_secrets: Path, tmp_path: Path, postgres_server: Server, redis_url: str, relay: SmtpServer
) -> Iterator[Composed]:
    """Nothing started yet, on an empty database; only the addresses of the servers differ from what is described."""
    name = postgres_server.create()
    addresses = {"database_url": postgres_server.url(name), "broker_url": redis_url, "mail_url": relay.url()}
    for secret, address in addresses.items():
        (made_secrets / secret).chmod(0o600)
        (made_secrets / secret).write_text(address + "\n")
    running = Composed(tmp_path, made_secrets)
    yield running
    for process in running.processes:
        process.kill()
        process.wait()
    postgres_server.retire(name)


@pytest.fixture
def relay() -> Iterator[SmtpServer]:
    """A relay on this machine."""
    with SmtpServer() as server:
        yield server


@pytest.mark.slow
def test_its_roles_deliver_a_reminder_and_end_when_they_are_told_to(composed: Composed, relay: SmtpServer) -> None:
    assert composed.run("migrate").returncode == 0
    listed_on = (wiring.business_day() - LISTED_AGO).isoformat()
    sheet = write_sheet(composed.folder, EXCELLENCE | {"listed_on": listed_on})
    imported = composed.run("worker", "import", str(sheet))
    assert imported.returncode == 0, imported.stderr
    for role in ROLES:
        composed.up(role)
    until(lambda: len(relay.received) == 1, seconds=60)
    until(lambda: '"sent"' in composed.run("worker", "deliveries", "--state", State.SENT, "--json").stdout)
    check = composed.run("scheduler", *ROLES["scheduler"]["healthcheck"]["test"][2:])
    until(lambda: composed.is_healthy("web"))

    assert len(composed.processes) == 4
    assert relay.received[0].recipient == EXCELLENCE["contact_email"]
    assert b"@duban.unit.example>" in relay.received[0].content
    assert check.returncode == 0, check.stdout
    for process in composed.processes:
        process.send_signal(signal.SIGTERM)
    grace = min(seconds(role["stop_grace_period"]) for role in ROLES.values())
    assert [process.wait(grace) for process in composed.processes] == [0, 0, 0, 0]
