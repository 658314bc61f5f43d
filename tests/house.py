"""A Duban of the tests' own: the real database, a clock that stands until it is moved, and a wire that does as told."""

import csv
import email
import email.policy
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import Engine, Row, Table, func, select

from service.channels.channel import FREELY, Pace, Parcel
from service.domain.certification import Certification
from service.domain.delivery import Outcome, Sent
from service.domain.lifecycle import Event, EventType
from service.flows import close, contacts, deliver, escalate, intake, remind
from service.flows.desk import Desk
from service.flows.imported import Imported
from service.flows.post import Post
from service.letters.links import Links
from service.store import certifications
from service.store.tables import attempt, delivery, invite, metadata, obligation

TODAY = date(2028, 6, 9)
"""A working Friday: 90 days before the safe day of what was listed on 2025-12-09, which is 2028-09-07."""

EXCELLENCE = {
    "enterprise": "甲方演示有限公司",
    "factory": "演示智能工厂",
    "level": "excellence",
    "recommending_unit": "江苏省",
    "batch": "2025年度",
    "listed_on": "2025-12-09",
    "contact_name": "经办人（演示）",
    "contact_email": "handler@a.example",
}
DIRECTOR = {"contact_name": "负责人（演示）", "contact_email": "director@a.example", "contact_role": "director"}
LINKS = Links("https://site.example", "a key of the tests alone")
USCC_A, USCC_B = "91111111000000006G", "91222222000000001B"


class Clock:
    """The real clock as the desk reads it (UTC); it moves only by ``step``."""

    def __init__(self) -> None:
        self.now = datetime(2028, 6, 9, 0, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def step(self, **by: float) -> None:
        """Move on, by the words of a timedelta."""
        self.now += timedelta(**by)


@dataclass
class Wire:
    """A channel that answers as it is told and keeps what it carried; an answer may raise, as a crash does."""

    answer: Callable[[Parcel], Outcome] = lambda _parcel: Sent("250 2.0.0 queued")
    carried: list[Parcel] = field(default_factory=list)
    name: str = "wire"
    pace: Pace = FREELY
    at_once: int = 8

    def carry(self, parcels: Iterable[Parcel]) -> Iterator[tuple[Parcel, Outcome]]:
        for parcel in parcels:
            self.carried.append(parcel)
            yield parcel, self.answer(parcel)

    def check(self) -> str:
        return self.name

    def close(self) -> None:
        pass


@dataclass(frozen=True)
class Received:
    """A message as an independent parser reads it."""

    mail: EmailMessage

    @property
    def to(self) -> str:
        return str(self.mail["To"].addresses[0].addr_spec)

    @property
    def subject(self) -> str:
        return str(self.mail["Subject"])

    @property
    def message_id(self) -> str:
        return str(self.mail["Message-ID"])

    @property
    def text(self) -> str:
        part = self.mail.get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    @property
    def calendar(self) -> Calendar:
        part = next(part for part in self.mail.walk() if part.get_content_type() == "text/calendar")
        return Calendar.from_ical(part.get_content())

    @property
    def invite(self) -> tuple[str, int, date]:
        """Method, SEQUENCE and day."""
        [event] = self.calendar.walk("VEVENT")
        return str(self.calendar["METHOD"]), int(str(event["SEQUENCE"])), event.decoded("DTSTART")

    @property
    def uid(self) -> str:
        return str(self.calendar.walk("VEVENT")[0]["UID"])

    @property
    def workbook(self) -> bytes:
        return bytes(next(self.mail.iter_attachments()).get_content())


def received(parcel: Parcel) -> Received:
    """What the recipient of a parcel gets."""
    return Received(email.message_from_bytes(parcel.message, _class=EmailMessage, policy=email.policy.default))


def others(count: int) -> list[dict[str, str]]:
    """Rows of as many enterprises, each with a handler of its own, so that no two of their letters go together."""
    return [
        EXCELLENCE | {"enterprise": f"甲方演示有限公司{number}", "contact_email": f"handler@a{number}.example"}
        for number in range(count)
    ]


def write_sheet(folder: Path, *rows: Mapping[str, str]) -> Path:
    """The rows as a file; a column is there where any row has it."""
    header = list(dict.fromkeys(column for row in rows for column in row))
    path = folder / "sheet.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


class House:
    """The use cases on one desk, with the columns of a sheet given as words."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        self.clock, self.wire = Clock(), Wire()
        self.desk = Desk(engine, self.clock, "督办", "duban@site.example", "site.example", LINKS)

    @property
    def post(self) -> Post:
        """The one wire as a post of relays."""
        return Post((self.wire,))

    def sheet(self, *rows: Mapping[str, str]) -> Path:
        """The rows as a file."""
        return write_sheet(self.folder, *rows)

    def take_in(self, *rows: Mapping[str, str], dry_run: bool = False) -> Imported:
        """Import certifications."""
        return intake.import_sheet(self.desk, self.sheet(*rows), TODAY, "test", dry_run=dry_run)

    def meet(self, *rows: Mapping[str, str]) -> Imported:
        """Import contacts."""
        return contacts.import_contacts(self.desk, self.sheet(*rows), TODAY, "test")

    def scan(self, today: date = TODAY) -> remind.Scanned:
        return remind.scan(self.desk, today)

    def escalate(self, today: date = TODAY) -> escalate.Escalated:
        return escalate.escalate(self.desk, today)

    def deliver(self, today: date = TODAY) -> Counter[str]:
        """Deliver what waits. Where a lease is held, move the clock first: it would be waited for."""
        return deliver.deliver_waiting(self.desk, self.post, today)

    def letters(self) -> list[Received]:
        """What the wire carried since it was last asked."""
        carried, self.wire.carried = self.wire.carried, []
        return [received(parcel) for parcel in carried]

    def sent(self, today: date = TODAY) -> list[Received]:
        """Scan, deliver, and what that carried."""
        self.scan(today)
        self.deliver(today)
        return self.letters()

    def certification(self, text: str = "1") -> Certification:
        with self.engine.begin() as connection:
            return certifications.matching(connection, text)[0]

    def record(self, type: EventType, on: date, /, *, of: str = "1", **details: str) -> close.Recorded:
        """Record what happened to a certification."""
        return close.record(self.desk, self.certification(of), Event(type, on, details=details), "test", "", TODAY)

    def rows(self, table: Table) -> list[Row[Any]]:
        with self.engine.begin() as connection:
            return list(connection.execute(select(table).order_by(*table.primary_key)))

    def states(self) -> dict[str, int]:
        """How many deliveries are in each state."""
        return Counter(row.state for row in self.rows(delivery))

    def stages(self) -> list[tuple[str, str]]:
        """Purpose or stage, and state, of each delivery."""
        return [(row.stage, row.state) for row in self.rows(delivery)]

    def outcomes(self) -> list[str]:
        """The outcome of each attempt."""
        return [row.outcome for row in self.rows(attempt)]

    def safe_days(self) -> dict[str, date]:
        return {row.kind: row.safe_due_on for row in self.rows(obligation)}

    def invites(self) -> list[tuple[int, str, date]]:
        """SEQUENCE, method and day of what each calendar was last told."""
        return [(row.sequence, row.method, row.on_day) for row in self.rows(invite)]

    def sizes(self) -> dict[str, int]:
        """How many rows each table has, but the job log, which notes also what was refused, and the sheets kept."""
        with self.engine.begin() as connection:
            return {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in metadata.sorted_tables
                if table.name not in ("run", "intake")
            }


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> House:
    """A house on an empty database, on each kind in turn."""
    return House(engine, tmp_path)
