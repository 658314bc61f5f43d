"""A Duban whose processes can be killed at a named instant, and a relay that outlives them and counts."""

import contextlib
import email
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import func, select

from service.store.database import open_engine, reading
from service.store.tables import delivery
from tests.house import EXCELLENCE, TODAY, House
from tests.smtp import SmtpServer

KILLED = -signal.SIGKILL
_ROOT = Path(__file__).parents[2]


class Launcher:
    """Starts one process of ``duban`` after the other; see ``crash_program``."""

    def __init__(self) -> None:
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tests.path.crash_program"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._running: int | None = None

    def start(self, asked: Mapping[str, object]) -> None:
        """Start a process; the one before has ended."""
        assert self._running is None
        assert self._program.stdin is not None
        self._program.stdin.write(json.dumps(asked) + "\n")
        self._program.stdin.flush()
        self._running = self._answer()

    def signal(self, number: int) -> None:
        """Send the process a signal."""
        assert self._running is not None
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._running, number)

    def wait(self) -> int:
        """The exit code of the process when it has ended; minus the signal that ended it."""
        code = self._answer()
        self._running = None
        return code

    def end(self) -> None:
        """End what runs."""
        if self._running is not None:
            self.signal(signal.SIGKILL)
            self.wait()

    def close(self) -> None:
        """End the program."""
        self.end()
        self._program.communicate()

    def _answer(self) -> int:
        assert self._program.stdout is not None
        return int(self._program.stdout.readline())


@dataclass
class Scene:
    """A database, a relay, and how the processes are to run: ``lease`` in seconds, connections to the relay, and the
    URL of a broker where the queue does not lie in the database."""

    folder: Path
    url: str
    relay: SmtpServer
    lease: float = 0.5
    connections: int = 1
    broker: str = ""
    day: date = TODAY

    def __post_init__(self) -> None:
        self.engine = open_engine(self.url)
        self.house = House(self.engine, self.folder)
        self.house.clock.now = datetime.now(UTC)

    def asked(self, *words: object, fault: str = "") -> dict[str, object]:
        """A request for a process of ``duban`` with these words."""
        environment = {
            "DUBAN_DATABASE_URL": self.url,
            "DUBAN_BROKER_URL": self.broker,
            "DUBAN_MAIL_URL": self.relay.url(),
            "DUBAN_SECRET_KEY": "0123456789abcdef",
            "DUBAN_QUIET_HOURS": "",
            "DUBAN_FLOOD_LETTERS": "0",
        }
        return {
            "words": list(map(str, words)),
            "fault": fault,
            "environment": environment,
            "folder": str(self.folder),
            "said": str(self.folder / "said"),
            "lease": self.lease,
            "connections": self.connections,
            "day": self.day.isoformat(),
        }

    def run(self, launcher: Launcher, *words: object, fault: str = "") -> int:
        """Run a command to its end; its exit code."""
        launcher.start(self.asked(*words, fault=fault))
        return launcher.wait()

    @property
    def said(self) -> str:
        """What all processes said."""
        file = self.folder / "said"
        return file.read_text() if file.exists() else ""

    def take_in(self, count: int) -> set[str]:
        """As many certifications, each with a reminder due to a person of its own; their addresses."""
        people = {number: f"handler@a{number}.example" for number in range(count)}
        self.house.take_in(
            *(
                EXCELLENCE | {"enterprise": f"甲方演示有限公司{number}", "contact_email": address}
                for number, address in people.items()
            )
        )
        return set(people.values())

    def states(self) -> dict[str, int]:
        """How many deliveries are in each state, those superseded left out: earlier stages."""
        counted = select(delivery.c.state, func.count()).where(delivery.c.state != "superseded")
        with reading(self.engine) as connection:
            rows = connection.execute(counted.group_by(delivery.c.state)).all()
        return dict(map(tuple, rows))

    def accepted(self) -> dict[str, Counter[str]]:
        """For each recipient, how often the relay accepted a message for it under each Message-ID."""
        found: dict[str, Counter[str]] = {}
        for message in tuple(self.relay.received):
            headers = email.message_from_bytes(message.content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
            found.setdefault(message.recipient, Counter())[str(headers["Message-ID"])] += 1
        return found


@contextmanager
def staged(folder: Path, url: str, lease: float = 0.5, connections: int = 1, broker: str = "") -> Iterator[Scene]:
    """A scene with nothing in it yet."""
    with SmtpServer() as relay:
        scene = Scene(folder, url, relay, lease, connections, broker)
        try:
            yield scene
        finally:
            scene.engine.dispose()


def twice(accepted: Mapping[str, Counter[str]]) -> int:
    """How many acceptances were of a message that the relay had already."""
    return sum(times - 1 for message_ids in accepted.values() for times in message_ids.values())


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until ``true``; fails the test where it never becomes so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)
