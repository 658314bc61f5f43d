"""The real commands as processes of their own, over letters that wait and a relay that takes its time."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from service import wiring
from service.store.database import open_engine, reading
from service.store.tables import delivery
from tests.house import EXCELLENCE, House
from tests.smtp import SmtpServer

_PROGRAM = [sys.executable, "-P", "-c", "from service.cli import main; main()"]
_LISTED_AGO = timedelta(days=913)  # its first reminder is due today


class Slowly(dict[str, str]):
    """Answers to messages, each given after a while; nothing else goes on at the server meanwhile."""

    def get(self, recipient: str, usual: str = "") -> str:  # type: ignore[override]
        time.sleep(0.03)
        return super().get(recipient, usual)


class Service:
    """Roles that share a database, a broker and a relay."""

    def __init__(self, folder: Path, database_url: str, broker_url: str, relay: SmtpServer) -> None:
        self.engine = open_engine(database_url)
        self.broker_url = broker_url
        self.relay = relay
        self._folder = folder
        self._started: list[subprocess.Popen[bytes]] = []
        self._environment = {
            **os.environ,
            "DUBAN_DATABASE_URL": database_url,
            "DUBAN_BROKER_URL": broker_url,
            "DUBAN_MAIL_URL": relay.url(),
            "DUBAN_SECRET_KEY": "0123456789abcdef",
            "DUBAN_QUIET_HOURS": "",
        }

    def plan(self, numbers: range) -> None:
        """Plan letters, due today, to one person for each of these numbers."""
        today = wiring.business_day()
        house = House(self.engine, self._folder)
        house.clock.now = datetime.now(UTC)
        listed = {"listed_on": (today - _LISTED_AGO).isoformat()}
        house.take_in(
            *(
                EXCELLENCE
                | listed
                | {"enterprise": f"甲方演示有限公司{number}", "contact_email": f"handler@a{number}.example"}
                for number in numbers
            )
        )
        assert house.scan(today).planned == len(numbers)

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        """``duban`` with these words; what it says goes into the file ``said``."""
        with (self._folder / "said").open("ab") as said:
            process = subprocess.Popen(
                [*_PROGRAM, *words], cwd=self._folder, env=self._environment, stdout=said, stderr=said
            )
        self._started.append(process)
        return process

    @property
    def said(self) -> str:
        """What all of them said."""
        said = self._folder / "said"
        return said.read_text() if said.exists() else ""

    def states(self) -> dict[str, int]:
        """How many deliveries are in each state, those superseded left out: earlier stages."""
        with reading(self.engine) as connection:
            states = Counter(connection.scalars(select(delivery.c.state)).all())
        states.pop("superseded", None)
        return dict(states)

    def taken(self) -> Counter[str]:
        """How many messages the relay took for each recipient."""
        return Counter(message.recipient for message in self.relay.received)

    def end(self) -> None:
        for process in self._started:
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()
        self.engine.dispose()


@contextmanager
def running_service(folder: Path, database_url: str, broker_url: str) -> Iterator[Service]:
    """A service with nothing started yet; whatever was started is ended."""
    with SmtpServer() as relay:
        service = Service(folder, database_url, broker_url, relay)
        try:
            yield service
        finally:
            service.end()
            print(service.said)  # shown where the test failed


def children(pid: int) -> list[int]:
    """The processes that a process started and that still run."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in found.stdout.split()]
