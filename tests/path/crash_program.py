"""``duban`` in a fresh process each time that it is asked for, with a fault where it is told to have one.

The program loads the service once and forks for each request, so that a process costs no second of imports; what runs
in the fork is the real command, and what kills it is a real SIGKILL. A request is a line of JSON on stdin; the answers
are the number of the process and, when it has ended, its exit code.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, NoReturn

from sqlalchemy import event
from sqlalchemy.pool import Pool

import jobs.scheduler
from jobs.timetable import every
from service import cli, wiring
from service.channels import registry
from service.channels.email import Email
from service.channels.limits import Limits
from service.channels.opening import Opening
from service.channels.session import Session
from service.cli import intake
from service.domain import circuit
from service.flows import carry, close, remind
from service.store import carriage, deliveries, invites, obligations, runs

Change = Callable[[Any], Any]


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives SIGKILL")


def _before(turn: int, counts: Callable[..., bool] = lambda *_: True) -> Change:
    """Dies as the function is called for the ``turn``-th time, of the calls that count."""

    def change(original: Callable[..., Any]) -> Callable[..., Any]:
        turns = iter(range(1, 1_000_000))

        def changed(*given: Any, **named: Any) -> Any:
            if counts(*given) and next(turns) == turn:
                _die()
            return original(*given, **named)

        return changed

    return change


def _after(turn: int) -> Change:
    """Dies when the function has done its work for the ``turn``-th time, before its caller goes on."""

    def change(original: Callable[..., Any]) -> Callable[..., Any]:
        turns = iter(range(1, 1_000_000))

        def changed(*given: Any, **named: Any) -> Any:
            done = original(*given, **named)
            if next(turns) == turn:
                _die()
            return done

        return changed

    return change


def _half_way(_original: Any) -> Callable[..., Any]:
    """Writes the first half of the message, and dies."""

    async def changed(session: Any, content: bytes) -> NoReturn:
        session._transport.write(content[: len(content) // 2])
        _die()

    return changed


@dataclass(frozen=True)
class Point:
    """An instant at which a process dies: in which command, and where. ``accepted`` says whether the relay has then
    accepted letters of which our database does not know it."""

    name: str
    zh: str
    en: str
    command: str
    owner: Any
    function: str
    change: Change
    accepted: bool = False


POINTS = (
    Point("scan-planned", "一批已写，未提交", "planned, not committed", "scan", obligations, "look_next", _after(1)),
    Point("scan-between", "两批之间", "between two batches", "scan", obligations, "take_due", _before(2)),
    Point("scan-done", "全部提交，运行记录未结", "committed, run not ended", "scan", runs, "finish", _before(1)),
    Point("call", "已标记，未提交", "called, not committed", "deliver", carriage, "call", _after(1)),
    Point("called", "已提交，尚未认领", "called and committed, not claimed", "deliver", carriage, "claim", _before(1)),
    Point("claim", "已认领，未提交", "claimed, not committed", "deliver", invites, "offer", _after(1)),
    Point("claimed", "认领已提交", "claimed and committed", "deliver", carry, "_carried", _before(1)),
    Point("write", "撰写之中", "writing the letter", "deliver", carry, "write", _before(1)),
    Point("connect", "连接之前", "before connecting", "deliver", Opening, "session", _before(1)),
    Point("envelope", "已连接，信封之前", "before the envelope", "deliver", Session, "_announce", _before(1)),
    Point("data", "信封已收，正文之前", "before the message", "deliver", Session, "_hand_over", _before(1)),
    Point("half", "正文发出一半", "half of the message is out", "deliver", Session, "_hand_over", _half_way),
    Point(
        *("accepted", "中继已收，答复未读", "accepted, its answer unread", "deliver", Session, "data_received"),
        _before(12, lambda session, _data: session.content_sent),
        accepted=True,
    ),
    Point(
        *("answered", "答复已读，未写库", "answered, nothing written", "deliver", carry, "_settle", _before(2)),
        accepted=True,
    ),
    Point(
        *("settle", "结果已写，未提交", "settled, not committed", "deliver", carry, "undeliverable", _after(2)),
        accepted=True,
    ),
    Point("settled", "结果已提交", "settled and committed", "deliver", carry, "_settle", _after(2)),
    Point("escalate", "清单已写，未提交", "lists planned, not committed", "escalate", deliveries, "plan", _after(1)),
    Point("event", "办结已写，未提交", "closed, not committed", "event", close, "refresh", _after(1)),
    Point("event-done", "办结已提交", "closed and committed", "event", runs, "finish", _before(1)),
)
FAULTS = {point.name: point for point in POINTS}


def _hasten(asked: dict[str, Any]) -> None:
    """The same rules in less time: what a test would otherwise wait for."""
    day = date.fromisoformat(asked["day"])
    carriage.LEASE = timedelta(seconds=asked["lease"])
    if asked["connections"] > 1:  # a process alone with its letters need not fear that a slow machine ends its lease
        carry.LEASE = carriage.LEASE
    carry._RENEW_EVERY = asked["lease"] / 5
    carry.retry_after = lambda *_: timedelta(seconds=0.3)
    circuit._FIRST_REST.update(dict.fromkeys(circuit._FIRST_REST, timedelta(seconds=0.5)))
    wiring.business_day = intake.business_day = lambda: day
    limits = Limits(data=1.5, rest=0.2, close=3)
    registry.Email = partial(Email, connections=asked["connections"], limits=limits)
    timetable = (every(seconds=1, ring="call"), every(seconds=3600, ring="scan"))
    jobs.scheduler.Scheduler = partial(jobs.scheduler.Scheduler, timetable=timetable)


def _count_exactly() -> None:
    """Batches and groups by number alone, so that what was under way when a process died is the same every time."""
    remind._BATCH = 6
    carry._SETTLE_EVERY = timedelta(hours=1)


def _fill_the_disk() -> None:
    @event.listens_for(Pool, "connect")
    def no_new_page(connection: Any, _record: Any) -> None:
        [[pages]] = connection.execute("PRAGMA page_count").fetchall()
        connection.execute(f"PRAGMA max_page_count={pages}")


def _be_duban(asked: dict[str, Any]) -> NoReturn:
    nothing, said = os.open(os.devnull, os.O_RDONLY), os.open(asked["said"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for source, target in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(source, target)
    os.chdir(asked["folder"])
    os.environ.update(asked["environment"])
    _hasten(asked)
    if asked["connections"] == 1:
        _count_exactly()
    if asked["fault"] == "disk-full":
        _fill_the_disk()
    elif asked["fault"]:
        fault = FAULTS[asked["fault"]]
        setattr(fault.owner, fault.function, fault.change(getattr(fault.owner, fault.function)))
    sys.argv = ["duban", *asked["words"]]
    code = 1
    try:
        cli.main()
    except SystemExit as ended:
        code = int(ended.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    for line in sys.stdin:
        number = os.fork()
        if number == 0:
            _be_duban(json.loads(line))
        print(number, flush=True)
        _, status = os.waitpid(number, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
