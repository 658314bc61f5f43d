"""When the bells are rung, and that a late tick is still a tick."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import BackgroundScheduler

from jobs.scheduler import ticking
from jobs.timetable import TIMETABLE, Ring, daily, every
from tests.jobs.programs import until

SHANGHAI = ZoneInfo("Asia/Shanghai")
FRIDAY_NIGHT = datetime(2027, 8, 6, 23, 0, tzinfo=SHANGHAI)


def rung_after(moment: datetime, hours: int) -> dict[str, list[str]]:
    """The clock times in Shanghai at which each actor is rung in the hours after ``moment``."""
    times = defaultdict(list)
    for job in ticking(TIMETABLE, lambda _: None, SHANGHAI).get_jobs():
        at = job.trigger.get_next_fire_time(None, moment)
        while job.name != "call" and at <= moment + timedelta(hours=hours):
            times[job.name].append(f"{at.astimezone(SHANGHAI):%a %H:%M}")
            at = job.trigger.get_next_fire_time(at, at + timedelta(seconds=1))
    return dict(times)


def test_the_timetable_reads_in_the_time_of_shanghai() -> None:
    rung = rung_after(FRIDAY_NIGHT, hours=60)

    assert sorted(rung["scan"]) == ["Mon 08:30", "Sat 08:30", "Sat 14:00", "Sun 08:30", "Sun 14:00"]
    assert rung["escalate"] == ["Sat 08:00", "Sun 08:00", "Mon 08:00"]
    assert rung["prune"] == ["Sat 03:40", "Sun 03:40", "Mon 03:40"]
    assert rung["purge"] == ["Sat 03:10", "Sun 03:10", "Mon 03:10"]


def test_what_waits_is_called_every_ten_seconds() -> None:
    assert every(seconds=10, ring="call") in TIMETABLE


def test_returned_mail_is_read_every_five_minutes() -> None:
    assert every(seconds=300, ring="returned") in TIMETABLE


def test_a_timetable_is_made_of_values() -> None:
    assert daily("08:30", ring="scan") == Ring("scan", "cron", {"hour": 8, "minute": 30})


@contextmanager
def running(timetable: list[Ring], rung: list[str]) -> Iterator[BackgroundScheduler]:
    ticks = ticking(timetable, rung.append, SHANGHAI)
    ticks.start()
    yield ticks
    ticks.shutdown()


def test_a_tick_that_comes_hours_late_still_rings() -> None:
    rung: list[str] = []
    with running([daily("08:30", ring="scan")], rung) as ticks:
        ticks.get_jobs()[0].modify(next_run_time=datetime.now(UTC) - timedelta(hours=5))
        until(lambda: rung == ["scan"])


def test_many_missed_ticks_ring_once() -> None:
    rung: list[str] = []
    with running([every(seconds=30, ring="call"), daily("08:30", ring="last")], rung) as ticks:
        call, last = sorted(ticks.get_jobs(), key=lambda job: job.name)
        call.modify(next_run_time=datetime.now(UTC) - timedelta(hours=5))
        until(lambda: "call" in rung)
        last.modify(next_run_time=datetime.now(UTC))
        until(lambda: "last" in rung)

    assert rung == ["call", "last"]


def test_a_ring_that_fails_does_not_stop_those_after_it() -> None:
    rung: list[str] = []

    def due(actor: str) -> None:
        rung.append(actor)
        if actor == "bad":
            raise ValueError("invented")

    ticks = ticking([daily("08:30", ring="bad"), daily("08:30", ring="good")], due, SHANGHAI)
    ticks.start()
    for job in ticks.get_jobs():
        job.modify(next_run_time=datetime.now(UTC))
    until(lambda: sorted(rung) == ["bad", "good"])
    ticks.shutdown()
