"""The whole of it, as processes: an up that is scraped, that pings, and whose letter to itself comes home."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.jobs.programs import until
from tests.keeping import free_ports
from tests.monitor import monitoring

_PROGRAM = [sys.executable, "-P", "-c", "from service.cli import main; main()"]


@contextmanager
def running(folder: Path, environment: dict[str, str], *words: str) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen([*_PROGRAM, *words], cwd=folder, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def duban(folder: Path, environment: dict[str, str], *words: str) -> Any:
    """What a command that has to succeed prints, read as JSON where it is."""
    ended = subprocess.run([*_PROGRAM, *words], cwd=folder, env=environment, check=True, capture_output=True)
    return json.loads(ended.stdout) if "--json" in words else ended.stdout


def told(address: str) -> dict[str, float]:
    """The metrics without labels; none while nobody listens."""
    try:
        with urlopen(f"http://{address}/metrics", timeout=20) as answer:
            lines = answer.read().decode().splitlines()
    except URLError:
        return {}
    return {line.split()[0]: float(line.split()[1]) for line in lines if not line.startswith("#") and "{" not in line}


@pytest.mark.slow
def test_a_service_that_is_up_tells_its_measures_pings_and_hears_from_itself(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_ports(1)[0]}"
    for part in ("tmp", "new", "cur"):
        (tmp_path / "mail" / part).mkdir(parents=True)
    with monitoring() as monitor:
        environment = {
            **os.environ,
            "DUBAN_MAIL_URL": "maildir:mail",
            "DUBAN_BOUNCE_URL": "maildir:mail?address=bounce@site.example",
            "DUBAN_CANARY_ADDRESS": "canary@site.example",
            "DUBAN_HEARTBEAT_URL": monitor.url(),
            "DUBAN_METRICS_ADDRESS": address,
            "DUBAN_QUIET_HOURS": "",
        }
        duban(tmp_path, environment, "scan")
        with running(tmp_path, environment, "up", "--port", "0") as up:
            until(lambda: told(address).get("duban_up") == 1)
            until(lambda: monitor.asked == ["/ping/a-secret"])
            until(lambda: any((tmp_path / "mail").rglob("*.*")))
            duban(tmp_path, environment, "returned", "read")  # unless the service has read it already
            runs = duban(tmp_path, environment, "runs", "--job", "returned", "--json")
            assert sum(run["counts"].get("canary", 0) for run in runs) == 1
            until(lambda: "duban_canary_lateness_seconds" in told(address))
            up.terminate()
            assert up.wait(20) == 0
        assert told(address) == {}


@pytest.mark.slow
def test_of_several_worker_processes_the_one_that_started_them_tells(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_ports(1)[0]}"
    environment = {**os.environ, "DUBAN_METRICS_ADDRESS": address}
    with running(tmp_path, environment, "worker", "--processes", "2", "--threads", "1") as supervisor:
        until(lambda: told(address).get("duban_up") == 1)
        supervisor.terminate()
        assert supervisor.wait(30) == 0
