"""What letters are made of, and what a letter is: values, nothing that acts."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from service.domain.certification import Level, UnitKind
from service.domain.escalation import Cadence
from service.domain.listing import Mark, Said, Section
from service.domain.obligation import Closed, Holder, Kind
from service.domain.people import Role
from service.domain.periods import Dates
from service.domain.rungs import Rung


class Language(StrEnum):
    """The languages of letters; Chinese unless a contact asks for English."""

    ZH = "zh"
    EN = "en"


class Method(StrEnum):
    """The iTIP method of an invitation (RFC 5546): a new or updated day, or none any more."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Person:
    """Whom a letter is for."""

    name: str
    address: str
    language: Language


@dataclass(frozen=True)
class Matter:
    """One obligation as letters and lists tell it.

    ``obligation_id`` and ``certification_id`` are the numbers by which people name it to us. A unit's own duty is of no
    certification: the number is 0 and enterprise, factory and batch are empty. ``level`` is the one that the matter is
    about, None for a yearly report. ``occurrence`` tells turns of a kind apart: a day, a year, a round.
    ``date_basis`` is the source's own remark on its dates (assumed, unverified), empty where there is none.
    ``pending`` is true where an application is on record and its result is awaited. ``hour`` is that of a deadline,
    HH:MM in Asia/Shanghai.
    """

    obligation_id: int
    certification_id: int
    kind: Kind
    occurrence: str
    holder: Holder
    article: str
    enterprise: str
    uscc: str
    factory: str
    level: Level | None
    batch: str
    unit: str
    unit_kind: UnitKind | None
    date_basis: str
    dates: Dates
    pending: bool
    hour: str = "17:00"


@dataclass(frozen=True)
class Invite:
    """An all-day VEVENT on ``on`` (RFC 5545), for one recipient; ``sequence`` only rises while ``uid`` lives."""

    uid: str
    sequence: int
    method: Method
    on: date
    stamp: datetime


@dataclass(frozen=True)
class Envelope:
    """What every message carries: the sender's and recipient's addresses, and the delivery it is.

    ``message_id`` is bare, without angle brackets, and the same on every retry; ``sent_at`` is in UTC. ``returns_to``
    is the address of the envelope, to which what cannot be delivered returns: the sender's where it is empty.
    """

    delivery_id: int
    message_id: str
    sender_name: str
    sender: str
    to: Person
    sent_at: datetime
    returns_to: str = ""


class Notice(StrEnum):
    """Which letter about a matter: the folder of its templates."""

    REMINDER = "reminder"
    MILESTONE = "milestone"
    LAPSE = "lapse"
    CORRECTION = "correction"
    CANCELLATION = "cancellation"
    OPENING = "opening"
    ESCALATION = "escalation"


@dataclass(frozen=True)
class Silence:
    """What a letter of the ladder tells: the rung that it goes to, and how many reminders were sent since when, after
    the last answer if there was one (``answered``); 0 and None where none was."""

    rung: Rung
    reminders: int
    since: date | None
    answered: bool = False


@dataclass(frozen=True)
class MatterLetter:
    """The facts of a letter about one matter, read anew when it is written.

    ``today`` is the business day; ``working_days_left`` counts to ``safe_due_on`` (negative after it);
    ``moved_from`` is the day an earlier invitation named, where it was another; ``closed`` is why a cancellation goes
    out, None where only the reminders end. ``answer_link`` is where its reader answers, without a password. ``silence``
    is what a letter of the ladder is about.
    """

    envelope: Envelope
    notice: Notice
    matter: Matter
    today: date
    working_days_left: int
    moved_from: date | None
    invite: Invite | None
    closed: Closed | None = None
    answer_link: str = ""
    silence: Silence | None = None


@dataclass(frozen=True)
class DigestLetter:
    """The facts of one letter about several matters of its reader, who can stop such letters at ``stop_link``: it is
    empty for a superior body, which is told of others' matters alone."""

    envelope: Envelope
    letters: tuple[MatterLetter, ...]
    stop_link: str


@dataclass(frozen=True)
class ListRow:
    """A row of a unit's list: the matter, what the enterprise was told of it, and what it said.

    ``listed_on`` is when the list was published that its factory stands in, ``mark`` what is new since the last list,
    ``rung`` where its ladder has come to (None below the unit).
    """

    matter: Matter
    working_days_left: int
    reminders: int
    last_reminded_on: date | None
    contacts: str
    section: Section
    mark: Mark
    listed_on: date | None
    said: Said | None
    rung: Rung | None = None


@dataclass(frozen=True)
class ListLetter:
    """The facts of an escalation list 督办清单 for one unit on one day; rows in the order of their sections."""

    envelope: Envelope
    unit: str
    unit_kind: UnitKind
    today: date
    rows: tuple[ListRow, ...]
    cadence: Cadence


@dataclass(frozen=True)
class UndeliverableLetter:
    """The facts of a letter that tells a unit of an address that does not work, of an enterprise it recommends.

    ``failed`` is whose it is and ``role`` what that person is to the enterprise; ``held_back`` says that nothing is
    sent there any more, ``others`` that the enterprise has another address that works.
    """

    envelope: Envelope
    unit: str
    unit_kind: UnitKind
    enterprise: str
    role: Role
    failed: Person
    held_back: bool
    others: bool
    today: date


@dataclass(frozen=True)
class CanaryLetter:
    """The facts of the day's letter to ourselves, which shows that letters arrive."""

    envelope: Envelope
    today: date


@dataclass(frozen=True)
class SignInLetter:
    """The facts of a letter with a link to sign in: ``owner`` is the enterprise or unit whose person signs in."""

    envelope: Envelope
    owner: str
    link: str
    minutes: int


Facts = MatterLetter | DigestLetter | ListLetter | UndeliverableLetter | CanaryLetter | SignInLetter
"""What a letter is written from."""


@dataclass(frozen=True)
class Letter:
    """A written letter: its words, and the bytes that go with them.

    ``calendars`` are the invitations of a digest, each with its file's name; ``stop_link`` is where its reader stops
    digests.
    """

    subject: str
    text: str
    html: str
    calendar: bytes | None = None
    method: Method | None = None
    spreadsheet: bytes | None = None
    spreadsheet_name: str = ""
    calendars: tuple[tuple[str, Method, bytes], ...] = ()
    stop_link: str = ""
