"""A backup takes the place of a database that ran on for three days: those days are not said again, all else is."""

import shutil
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine

from service.domain.delivery import Purpose, Sent, TryAgain, Verdict
from service.domain.errors import RequestRefused
from service.domain.flood import Flood
from service.domain.lifecycle import EventType
from service.flows.deliver import call
from service.flows.restored import take_over
from service.flows.watch import watch
from service.store import carriage, deliveries, queue
from service.store.database import open_engine
from service.store.tables import certification, delivery, invite, run
from tests.house import DIRECTOR, EXCELLENCE, House, Received
from tests.postgres import Server, programs

BACKED_UP = date(2028, 6, 9)  # a Friday, in the evening
LOST = date(2028, 6, 14)  # the Wednesday after, the last day of the database that was lost
DAY = timedelta(days=1)
UNIT = {"owner_kind": "unit", "owner": "江苏省", "name": "联络员（演示）", "email": "handler@u.example"}
MANY: tuple[Mapping[str, str], ...] = tuple(
    EXCELLENCE
    | {
        "enterprise": f"甲方演示有限公司{number}",
        "listed_on": (date(2025, 12, 1) + number * DAY).isoformat(),
        "contact_email": f"handler@a{number}.example",
    }
    for number in range(20)
) + tuple(
    EXCELLENCE
    | DIRECTOR
    | {
        "enterprise": f"丙方演示有限公司{number}",
        "listed_on": (date(2025, 9, 14) + number * DAY).isoformat(),
        "contact_email": f"director@c{number}.example",
    }
    for number in range(10)
)


@dataclass(frozen=True)
class Told:
    """A letter: on which day to whom, and which it was."""

    on: date
    to: str
    purpose: str
    stage: str


Restoring = Callable[[], House]
"""A house on a new database from the backup, at the hour of the loss."""


@pytest.fixture
def back_up(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[House], Restoring]]:
    """Backs a house up, by the means that docs/backup.md names."""
    with ExitStack() as stack:

        def restored_house(engine: Engine) -> House:
            stack.callback(engine.dispose)
            house = House(engine, tmp_path)
            house.clock.now = datetime.combine(LOST + DAY, time(0, 10), UTC)
            return house

        def of(house: House) -> Restoring:
            if house.engine.dialect.name == "sqlite":
                copy, number = _sqlite_backup(house.engine, tmp_path / "backup.db"), count(1)
                return lambda: restored_house(
                    open_engine(f"sqlite:///{shutil.copyfile(copy, tmp_path / f'restored{next(number)}.db')}")
                )
            server: Server = request.getfixturevalue("postgres_server")
            dump = _dumped(house.engine, tmp_path / "backup.dump")
            return lambda: restored_house(open_engine(_restored_into(server, dump)))

        yield of


def _sqlite_backup(engine: Engine, copy: Path) -> Path:
    with closing(sqlite3.connect(str(engine.url.database))) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def _program(name: str) -> Path:
    install = programs()
    assert install is not None
    return install / "bin" / name


def _dumped(engine: Engine, dump: Path) -> Path:
    where = ["--host", str(engine.url.query["host"]), "--username", "duban"]
    subprocess.run(
        [_program("pg_dump"), *where, "--format=custom", "--file", dump, str(engine.url.database)], check=True
    )
    return dump


def _restored_into(server: Server, dump: Path) -> str:
    name = server.create()
    url = server.url(name)
    where = ["--host", url.partition("host=")[2], "--username", "duban"]
    subprocess.run([_program("pg_restore"), *where, "--exit-on-error", "--dbname", name, dump], check=True)
    return url


def days(first: date, last: date) -> list[date]:
    return [first + number * DAY for number in range((last - first).days + 1)]


def lived(house: House, first: date, last: date) -> list[tuple[Told, Received]]:
    """The letters of these days, each with its scan at 08:30, and its lists."""
    told = []
    for day in days(first, last):
        house.clock.now = datetime.combine(day, time(0, 30), UTC)
        house.scan(day)
        house.escalate(day)
        house.deliver(day)
        rows = {row.id: row for row in house.rows(delivery)}
        for letter in house.letters():
            row = rows[int(str(letter.mail["X-Duban-Delivery"]))]
            told.append((Told(day, letter.to, row.purpose, row.stage), letter))
    return told


def which(letters: list[tuple[Told, Received]]) -> Counter[Told]:
    return Counter(told for told, _ in letters)


def invited(letters: list[tuple[Told, Received]]) -> dict[str, int]:
    """The highest SEQUENCE that the calendar of each UID was told."""
    highest: dict[str, int] = {}
    for told, letter in letters:
        if told.purpose != Purpose.LIST:
            highest[letter.uid] = max(highest.get(letter.uid, 0), letter.invite[1])
    return highest


def newest(letters: Counter[Told]) -> dict[str, tuple[str, str]]:
    """Purpose and stage of the last letter to each person."""
    return {told.to: (told.purpose, told.stage) for told in sorted(letters, key=lambda told: told.on)}


def take(house: House, *rows: Mapping[str, str]) -> None:
    house.take_in(*rows)
    house.meet(UNIT)
    lived(house, BACKED_UP, BACKED_UP)


def test_three_lost_days_are_not_said_again_and_every_later_letter_goes_on_its_day(
    house: House, back_up: Callable[[House], Restoring]
) -> None:
    take(house, *MANY)
    restore = back_up(house)
    lost = which(lived(house, BACKED_UP + DAY, LOST))
    later = which(lived(house, LOST + DAY, LOST + 12 * DAY))
    second = restore()
    done = take_over(second.desk, LOST, LOST + DAY)
    again = which(lived(second, LOST + DAY, LOST + 12 * DAY))

    assert {told.on for told in lost} >= {date(2028, 6, 12), date(2028, 6, 13), date(2028, 6, 14)}
    assert {told.purpose for told in lost} == {Purpose.REMINDER, Purpose.LIST}
    assert done.assumed == Counter(newest(lost).values())
    assert later.total() > 10
    assert again == later


def test_without_the_word_of_a_person_a_restore_is_an_outage_and_all_are_reminded_again(
    house: House, back_up: Callable[[House], Restoring]
) -> None:
    take(house, *MANY)
    restore = back_up(house)
    lost = which(lived(house, BACKED_UP + DAY, LOST))
    caught_up = which(lived(restore(), LOST + DAY, LOST + DAY))

    assert {told.to for told in lost if told.purpose == Purpose.REMINDER} <= {told.to for told in caught_up}


def test_a_day_on_which_nothing_ran_between_the_loss_and_the_restore_is_caught_up_with(
    house: House, back_up: Callable[[House], Restoring]
) -> None:
    take(house, *MANY)
    restore = back_up(house)
    lived(house, BACKED_UP + DAY, LOST)
    on_time = which(lived(house, LOST + DAY, LOST + 2 * DAY))
    second = restore()
    second.clock.now = datetime.combine(LOST + 2 * DAY, time(0, 10), UTC)
    take_over(second.desk, LOST, LOST + 2 * DAY)
    late = which(lived(second, LOST + 2 * DAY, LOST + 2 * DAY))

    assert {told.on for told in on_time} == {LOST + DAY, LOST + 2 * DAY}
    assert newest(late) == newest(on_time)


def test_a_calendar_that_was_told_of_moves_in_the_lost_days_follows_what_it_is_told_afterwards(
    house: House, back_up: Callable[[House], Restoring]
) -> None:
    take(house, EXCELLENCE)
    restore = back_up(house)
    moves = [date(2025, 12, 12), date(2025, 12, 15), date(2025, 12, 10)]
    lost = []
    for day, listed_on in zip(days(date(2028, 6, 12), LOST), moves, strict=True):
        house.record(EventType.CORRECTED, day, field="listed_on", value=listed_on.isoformat())
        lost += lived(house, day, day)
    second = restore()
    second.record(EventType.CORRECTED, LOST, field="listed_on", value=moves[-1].isoformat())
    take_over(second.desk, LOST, LOST + DAY)
    assert lived(second, LOST + DAY, LOST + DAY) == []
    told = lived(second, LOST + 2 * DAY, LOST + 40 * DAY)
    later = [each for each in told if each[0].purpose != "list"]
    [(_, letter), *_] = later
    reached = invited(lost)

    assert max(reached.values()) >= 2
    assert set(reached) <= set(invited(later))
    assert all(invited(later)[uid] > sequence for uid, sequence in reached.items())
    assert letter.invite[2] == second.safe_days()["review_application"]
    assert "更正" not in letter.subject  # the move itself was told in the lost days


def test_who_was_first_invited_in_the_lost_days_is_told_on_with_a_higher_sequence(
    house: House, back_up: Callable[[House], Restoring]
) -> None:
    take(house, EXCELLENCE)
    restore = back_up(house)
    new = EXCELLENCE | {"enterprise": "乙方演示有限公司", "contact_email": "handler@b.example"}
    house.take_in(new)
    lost = lived(house, LOST, LOST)
    second = restore()
    second.take_in(new)
    take_over(second.desk, LOST, LOST + DAY)
    assert lived(second, LOST + DAY, LOST + DAY) == []
    second.record(EventType.REVIEW_APPLIED, LOST + DAY, of="乙方演示有限公司")
    cancelled = lived(second, LOST + DAY, LOST + DAY)

    assert [told.to for told, _ in lost] == ["handler@b.example"]
    assert [(told.to, told.purpose) for told, _ in cancelled] == [("handler@b.example", "cancellation")]
    assert invited(cancelled)[lost[0][1].uid] > invited(lost)[lost[0][1].uid]


@pytest.mark.parametrize("noted", [True, False], ids=["noted", "not noted"])
def test_who_is_invited_first_after_a_restore_may_have_been_invited_in_the_lost_days_and_is_told_on(
    house: House, back_up: Callable[[House], Restoring], noted: bool
) -> None:
    """In doubt the word is of the day before, so the last lost day's letters go again, as first invitations. Without
    the SEQUENCE that the restore noted they would begin at 0, and the calendar would keep the day that it was told."""
    take(house, EXCELLENCE | {"listed_on": "2026-03-13"})  # half a year before its date on the day of the loss
    restore = back_up(house)
    lost = lived(house, LOST, LOST)
    house.record(EventType.CORRECTED, LOST, field="listed_on", value="2026-03-20")
    lost += lived(house, LOST, LOST)
    second = restore()
    take_over(second.desk, LOST - DAY, LOST + DAY)
    if not noted:
        with second.engine.begin() as connection:
            connection.execute(run.delete().where(run.c.job == "restored"))
    second.record(EventType.CORRECTED, LOST + DAY, field="listed_on", value="2026-03-20")
    later = lived(second, LOST + DAY, LOST + 10 * DAY)
    [(uid, reached)] = invited(lost).items()

    assert [told.on for told, _ in lost] == [LOST, LOST]
    assert reached == 1
    assert (invited(later)[uid] > reached) is noted


def test_what_was_done_in_the_lost_days_is_recorded_again_and_not_told_again(
    house: House, back_up: Callable[[House], Restoring]
) -> None:
    take(house, *MANY[:1], EXCELLENCE)
    lived(house, BACKED_UP, BACKED_UP)
    restore = back_up(house)
    house.record(EventType.REVIEW_APPLIED, LOST, of=EXCELLENCE["enterprise"] + "0")
    lost = which(lived(house, LOST, LOST))
    second = restore()
    second.record(EventType.REVIEW_APPLIED, LOST, of=EXCELLENCE["enterprise"] + "0")
    done = take_over(second.desk, LOST, LOST + DAY)

    assert [told.purpose for told in lost] == [Purpose.CANCELLATION]
    assert done.assumed == {("cancellation", "closed"): 1}
    assert lived(second, LOST + DAY, LOST + 5 * DAY) == []


def test_no_number_of_the_lost_days_is_given_again_not_by_a_second_restore_either(
    house: House, back_up: Callable[[House], Restoring]
) -> None:
    take(house, *MANY)
    restore = back_up(house)
    carried = [letter.message_id for _, letter in lived(house, BACKED_UP + DAY, LOST)]
    new = []
    for hour in (1, 2):
        second = restore()
        second.clock.step(hours=hour)
        take_over(second.desk, LOST, LOST + DAY)
        second.take_in(EXCELLENCE | {"enterprise": "乙方演示有限公司"})
        new.append(second.rows(certification)[-1].id)
        carried += [letter.message_id for _, letter in lived(second, LOST + DAY, LOST + 5 * DAY)]

    assert len(carried) > 30
    assert len(set(carried)) == len(carried)
    assert new[0] > 1_000_000
    assert new[1] > new[0]


def test_what_counts_as_sent_is_before_a_person_who_may_send_it_after_all(
    house: House, back_up: Callable[[House], Restoring]
) -> None:
    take(house, EXCELLENCE)
    second = back_up(house)()
    second.clock.now = datetime(2028, 7, 10, tzinfo=UTC)
    done = take_over(second.desk, date(2028, 7, 9), date(2028, 7, 10))
    [ended] = [row for row in second.rows(delivery) if row.reason == "restored" and row.purpose == "reminder"]
    with second.engine.begin() as connection:
        assert deliveries.retry(connection, [ended.id], second.clock()) == [ended.id]
    [(told, _)] = lived(second, date(2028, 7, 10), date(2028, 7, 10))

    assert done.assumed == {("reminder", "60d"): 1, ("list", "2028-07"): 1}
    assert ended.state == "aborted"
    assert told.stage == "60d"


def test_a_letter_put_off_beyond_the_loss_still_goes(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.scan(BACKED_UP)
    house.wire.answer = lambda _parcel: TryAgain("452 4.2.2 mailbox full", 452, Verdict.MAILBOX_FULL)
    house.deliver(BACKED_UP)
    house.wire.answer = lambda _parcel: Sent("250")
    house.letters()
    house.clock.step(hours=23)
    done = take_over(house.desk, BACKED_UP, BACKED_UP + DAY)
    house.clock.step(hours=2)
    house.deliver(BACKED_UP + DAY)

    assert done.assumed == {}
    assert len(house.letters()) == 1


def test_what_a_killed_worker_was_carrying_counts_as_sent_and_a_second_time_nothing_does(house: House) -> None:
    house.take_in(EXCELLENCE, EXCELLENCE | DIRECTOR)
    house.scan(date(2028, 8, 8))
    [batch] = call(house.desk, house.post)
    with house.engine.begin() as connection:
        carriage.claim(connection, batch[:1], "gone", house.clock())
    house.clock.now = datetime(2028, 8, 9, tzinfo=UTC)
    first = take_over(house.desk, date(2028, 8, 8), date(2028, 8, 9))
    second = take_over(house.desk, date(2028, 8, 8), date(2028, 8, 9))

    assert first.assumed == {("reminder", "30d"): 2}
    assert second.assumed == {}
    assert lived(house, date(2028, 8, 9), date(2028, 8, 9)) == []
    assert [each.invariant for each in watch(house.desk, date(2028, 8, 9)) if not each.holds] == []


def test_a_flood_of_lost_days_is_no_flood_of_letters(house: House) -> None:
    house.desk = replace(house.desk, flood=Flood(letters=5, factor=1))
    house.take_in(*MANY)
    house.clock.now = datetime(2028, 6, 15, tzinfo=UTC)
    done = take_over(house.desk, LOST, LOST + DAY)

    assert sum(done.assumed.values()) == len(MANY)
    assert set(house.states()) == {"aborted", "superseded"}


def test_a_dry_run_tells_the_same_and_stores_nothing(house: House) -> None:
    house.take_in(*MANY)
    house.meet(UNIT)
    house.clock.now = datetime(2028, 6, 15, tzinfo=UTC)
    before = house.sizes(), house.rows(invite), house.rows(run)
    told = take_over(house.desk, LOST, LOST + DAY, dry_run=True)

    assert (house.sizes(), house.rows(invite), house.rows(run)) == before
    assert told == take_over(house.desk, LOST, LOST + DAY)
    assert told.assumed


def test_it_is_refused_where_it_cannot_be_meant(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.scan(BACKED_UP)
    before = house.states()
    with pytest.raises(RequestRefused, match="still ahead"):
        take_over(house.desk, BACKED_UP + DAY, BACKED_UP)
    with pytest.raises(RequestRefused, match="a scan of 2028-06-09"):
        take_over(house.desk, BACKED_UP - DAY, BACKED_UP)
    with house.engine.begin() as connection:
        queue.take_lead(connection, "scheduler", "somebody", house.clock(), timedelta(seconds=20))
    with pytest.raises(RequestRefused, match="stop all roles first"):
        take_over(house.desk, BACKED_UP, BACKED_UP)

    assert house.states() == before
