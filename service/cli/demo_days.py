"""The two days of the demo: on the first all is taken in and sent, and one letter comes back; then the day itself."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from service import sample, wiring
from service.domain.delivery import Purpose, State
from service.domain.errors import WorkFaulty
from service.domain.obligation import Holder
from service.domain.visitors import EVERYTHING
from service.flows import contacts, deliver, escalate, intake, remind, returned
from service.flows.desk import LEGAL_ZONE, Clock, Progress
from service.flows.imported import Imported
from service.sample.returned import report
from service.store.console import deliveries, delivery
from service.store.console.deliveries import Wanted
from service.store.database import reading
from service.wiring import House

_BEGINS = time(8, 30)
_MOST = 1000


@dataclass(frozen=True)
class Lived:
    """What the two days came to, scans and letters of both together; ``clock`` goes on from the second morning."""

    imported: Imported
    met: int
    scanned: remind.Scanned
    escalated: escalate.Escalated
    sent: Counter[str]
    clock: Clock


def clock_of(day: date) -> Clock:
    """A clock that goes as the real one does, from 08:30 in Shanghai of a day."""
    began, morning = wiring.now(), datetime.combine(day, _BEGINS, LEGAL_ZONE).astimezone(UTC)
    return lambda: morning + (wiring.now() - began)


def by_clock(house: House, clock: Clock) -> House:
    """The house with a clock of the demo's, so that every page and letter bears the demo's days."""
    return replace(house, desk=replace(house.desk, clock=clock))


def live(house: House, today: date, folder: Path, progress: Progress) -> Lived:
    """Live through the day before and the day; ``folder`` is the Maildir that mail comes back to."""
    yesterday = today - timedelta(days=1)
    first = by_clock(house, clock_of(yesterday))
    contacts.add_group(first.desk, sample.DEMO_UNIT)
    imported = intake.import_sheet(first.desk, sample.sheet(), yesterday, "demo", progress=progress)
    met = contacts.import_contacts(first.desk, sample.contacts(), yesterday, "demo")
    if imported.errors or met.errors:
        raise WorkFaulty("内置名单有误，请报告此问题", "the bundled list is faulty: please report it")
    scanned = remind.scan(first.desk, yesterday, progress=progress)
    sent = deliver.deliver_waiting(first.desk, first.post, yesterday, progress=progress)
    _come_back(first, yesterday, folder)
    clock = clock_of(today)
    second = by_clock(house, clock)
    again = remind.scan(second.desk, today, progress=progress)
    sent += deliver.deliver_waiting(second.desk, second.post, today, progress=progress)
    escalated = escalate.escalate(second.desk, today)  # after the reminders, which the lists count
    sent += deliver.deliver_waiting(second.desk, second.post, today)
    return Lived(imported, met.added, _together(scanned, again), escalated, sent, clock)


def _come_back(house: House, today: date, folder: Path) -> None:
    """Let the last reminder that went to an enterprise come back as a mail system reports it, and take it in."""
    if house.mailbox is None or house.desk.returns is None:
        raise AssertionError  # the demo's own settings name both
    for part in ("new", "cur", "tmp"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    with reading(house.engine) as connection:
        sent = Wanted(states=(State.SENT,), purpose=Purpose.REMINDER)
        found = deliveries.listed(connection, EVERYTHING, sent, _MOST)
        last = next((each for each in found if each.holder is Holder.ENTERPRISE), None)
        whose = last and delivery.reader(connection, EVERYTHING, last.id).contact
    if last and whose:
        message = report(to=house.desk.returns.of(last.id), recipient=whose.address, at=house.desk.clock())
        (folder / "new" / "1.demo.returned").write_bytes(message)
    returned.take_in(house.desk, house.desk.returns, house.mailbox, today)


def _together(first: remind.Scanned, second: remind.Scanned) -> remind.Scanned:
    return remind.Scanned(
        examined=first.examined + second.examined,
        planned=first.planned + second.planned,
        superseded=first.superseded + second.superseded,
        quarantined=first.quarantined + second.quarantined,
        skipped=Counter(first.skipped) + Counter(second.skipped),
    )
