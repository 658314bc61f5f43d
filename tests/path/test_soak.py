"""Thousands of letters to a relay that misbehaves, by workers that are killed: at the end every one has its end.

``SOAK_LETTERS`` sets how many; by hand 20000. On PostgreSQL; on SQLite too with the slow tests.
"""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import select

from service.store.database import reading
from service.store.tables import delivery
from tests.path.crashing import KILLED, Launcher, Scene, staged, twice
from tests.smtp import DROP, STALL, TAKE_AND_DROP

LETTERS = int(os.environ.get("SOAK_LETTERS", "1500"))
KILL_EVERY_SECONDS = 5.0
LETTERS_A_LIFE = LETTERS // 8
THREADS = 2
IN_DOUBT = THREADS * (2 * 8 + 8)
"""For each batch that a process carries: two letters for each of eight connections, and a group not settled yet."""
PATIENCE_SECONDS = 120 + LETTERS / 10
REFUSED = "550 5.1.1 no such user"
_MOODS = {"451 4.3.0 try again later": 100, REFUSED: 20, DROP: 5, TAKE_AND_DROP: 5, STALL: 10, "250 2.0.0 Ok": 860}


class Moody(dict[str, str]):
    """Answers each message by chance, of a seed of its own; counts what it said."""

    def __init__(self) -> None:
        super().__init__()
        self._chance = random.Random(7)  # noqa: S311 (nothing secret hangs on it)
        self.said: Counter[str] = Counter()

    def get(self, recipient: str, usual: str = "") -> str:  # type: ignore[override]
        [mood] = self._chance.choices(list(_MOODS), list(_MOODS.values()))
        self.said[mood] += 1
        return mood


@pytest.fixture
def launchers() -> Iterator[tuple[Launcher, Launcher]]:
    """One for the scheduler, one for the workers."""
    with ExitStack() as stack:
        made = Launcher(), Launcher()
        for each in made:
            stack.callback(each.close)
        yield made


def worked_off(scene: Scene, launcher: Launcher) -> int:
    """Workers, each killed after a while, until nothing waits; how many were killed."""
    kills, deadline = 0, time.monotonic() + PATIENCE_SECONDS
    while True:
        launcher.start(scene.asked("worker", "--threads", THREADS))
        until_then, enough = time.monotonic() + KILL_EVERY_SECONDS, len(scene.relay.received) + LETTERS_A_LIFE
        while time.monotonic() < until_then and len(scene.relay.received) < enough:
            time.sleep(0.2)
            if set(scene.states()) <= {"sent", "refused"}:
                launcher.signal(signal.SIGTERM)
                assert launcher.wait() == 0, scene.said
                return kills
        launcher.signal(signal.SIGKILL)
        assert launcher.wait() == KILLED
        kills += 1
        assert time.monotonic() < deadline, scene.states()


def ends(scene: Scene) -> dict[str, set[str]]:
    """The ids of the deliveries that were sent, and of those that were refused."""
    found: dict[str, set[str]] = {"sent": set(), "refused": set()}
    with reading(scene.engine) as connection:
        rows = connection.execute(select(delivery.c.id, delivery.c.state).where(delivery.c.state != "superseded"))
        for id, state in rows:
            found[state].add(str(id))
    return found


@pytest.mark.parametrize("database", ["postgresql", pytest.param("sqlite", marks=pytest.mark.slow)])
def test_no_letter_is_lost_to_a_bad_relay_and_workers_that_are_killed(
    database: str, request: pytest.FixtureRequest, tmp_path: Path, launchers: tuple[Launcher, Launcher]
) -> None:
    clockwork, workers = launchers
    moods, began = Moody(), time.monotonic()
    with staged(tmp_path, request.getfixturevalue(f"{database}_url"), lease=3, connections=8) as scene:
        scene.relay.script.after_data = moods
        scene.take_in(LETTERS)
        assert scene.run(clockwork, "scan") == 0
        assert scene.states() == {"planned": LETTERS}
        clockwork.start(scene.asked("scheduler"))
        kills = worked_off(scene, workers)
        clockwork.signal(signal.SIGTERM)
        assert clockwork.wait() == 0, scene.said
        ended, accepted = ends(scene), scene.accepted()
    message_ids = [id for each in accepted.values() for id in each]
    again, in_doubt = twice(accepted), kills * IN_DOUBT + moods.said[TAKE_AND_DROP]
    print(
        f"{database}: {LETTERS} letters, {kills} kills, {len(ended['refused'])} refused, {again} accepted twice "
        f"(at most {in_doubt}), {time.monotonic() - began:.0f} s; {dict(moods.said)}"
    )

    assert kills >= 3
    assert len(ended["sent"]) + len(ended["refused"]) == LETTERS
    assert len(ended["refused"]) <= moods.said[REFUSED]
    assert len(message_ids) == len(accepted), "each recipient under one Message-ID"
    assert {id.removeprefix("<delivery-").partition(".")[0] for id in message_ids} >= ended["sent"]
    assert again <= in_doubt
