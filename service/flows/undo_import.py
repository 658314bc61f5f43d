"""Take an import back: what it added and changed goes, as far as nobody has changed it since; its letters follow.

Invariant: logs are only added to. An event that the import recorded is struck out by a correction; whoever recorded
something after it, or changed a row since, keeps what they did, and the row is named among those that are left.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime

from service.domain.certification import Certification, Level
from service.domain.errors import DubanError
from service.domain.history import live
from service.domain.lifecycle import Event, EventType, Life
from service.domain.people import OwnerKind
from service.domain.visitors import Actor
from service.flows.desk import Desk, Moment, Tally, moment, recorded
from service.flows.duties import refresh_duties
from service.flows.imported import SUBJECT
from service.flows.refresh import Refreshed, foresee, refresh
from service.flows.untie import untie
from service.store import audit, certifications, intakes, obligations, undoing
from service.store.certifications import Author
from service.store.intakes import Change, On

_CHUNK = 500


@dataclass(frozen=True)
class Left:
    """A row that stays as it is, and the sentence that says why."""

    on: On
    id: int
    zh: str
    en: str


@dataclass
class TakenBack:
    """What went: events struck out, certifications with their columns as before, enterprises with their former name or
    code, contacts removed, held back (letters went to them) and as before; what was ``left``; and what followed."""

    struck: int = 0
    certifications: int = 0
    enterprises: int = 0
    removed: int = 0
    held_back: int = 0
    contacts: int = 0
    left: list[Left] = field(default_factory=list)
    refreshed: Refreshed = field(default_factory=Refreshed)

    @property
    def counts(self) -> dict[str, int]:
        """The figures, by their names."""
        names = ("struck", "certifications", "enterprises", "removed", "held_back", "contacts")
        return {name: getattr(self, name) for name in names} | vars(self.refreshed) | {"left": len(self.left)}


def take_back(
    desk: Desk, id: int, author: str, today: date, *, actor: Actor | None = None, dry_run: bool = False
) -> TakenBack:
    """Take back the import of this number, all in one transaction. A dry run tells what would go and leaves it all.

    Raises RequestRefused where there is none, or it was taken back before.
    """
    with nullcontext(Tally()) if dry_run else recorded(desk, "take_back", today) as tally:
        with moment(desk, dry_run=dry_run) as now:
            certifications.one_at_a_time(now.connection)
            kept = intakes.end(now.connection, id, author, now.now)
            done = TakenBack()
            _Undoing(now, id, kept.at, Author(author, now.now), today, done).run()
            if actor is not None:
                audit.note(now.connection, actor, "import_taken_back", (SUBJECT, id), now.now, done.counts)
        tally.counts.update(done.counts)
    return done


@dataclass(frozen=True)
class _Undoing:
    """One import on its way back."""

    now: Moment
    id: int
    at: datetime
    author: Author
    today: date
    done: TakenBack

    def run(self) -> None:
        connection = self.now.connection
        renamed = self._rows(On.ENTERPRISE)
        back, left = undoing.enterprises_back(connection, renamed)
        self.done.enterprises = len(back)
        self._leave(On.ENTERPRISE, left)
        events = {change.id for change in intakes.changes(connection, self.id, On.EVENT)}
        columns = {change.id: change for change in intakes.changes(connection, self.id, On.CERTIFICATION)}
        ids = sorted({*columns, *undoing.certifications_of(connection, events)})
        units: set[int] = set()
        for start in range(0, len(ids), _CHUNK):
            units |= self._certifications(ids[start : start + _CHUNK], events, columns)
        self.done.refreshed += refresh_duties(self.now, units, self.today)
        people = untie(self.now, self.id, self.at, self._rows(On.CONTACT))
        self.done.removed, self.done.held_back, self.done.contacts = people.removed, people.held_back, people.restored
        self._leave(On.CONTACT, people.left)

    def _rows(self, on: On) -> list[Change]:
        return list(intakes.changes(self.now.connection, self.id, on))

    def _leave(self, on: On, ids: Iterable[int]) -> None:
        zh, en = "导入之后又有更改，保留现状", "changed since the import: left as it is"
        self.done.left += [Left(on, id, zh, en) for id in sorted(ids)]

    def _certifications(self, ids: Sequence[int], events: set[int], columns: Mapping[int, Change]) -> set[int]:
        """Take back what was recorded of these; the units whose lists that changes."""
        connection = self.now.connection
        certifications.hold(connection, ids)
        before, logs = certifications.by_ids(connection, ids), certifications.logs(connection, ids)
        certain: dict[int, list[Event]] = {}
        for id in ids:
            strikes = self._strikes(before[id], logs.get(id, []), events)
            if strikes is not None:
                certain[id] = strikes
        changed = [columns[id] for id in certain if id in columns and not columns[id].added]
        back, left = undoing.columns_back(connection, changed)
        self._leave(On.CERTIFICATION, left)
        self.done.certifications += len(back)
        certifications.record(
            connection, [(id, each) for id, theirs in certain.items() for each in theirs], self.author
        )
        self.done.struck += sum(map(len, certain.values()))
        after = certifications.by_ids(connection, certain)
        touched = {id for id, strikes in certain.items() if strikes} | set(back)
        lives = {id: self._life(after[id], [*logs.get(id, []), *certain[id]]) for id in sorted(touched)}
        self.done.refreshed += refresh(self.now, lives, self.today)
        moved = {after[id].enterprise_id for id in back if after[id].unit_id != before[id].unit_id}
        obligations.look_again(connection, OwnerKind.ENTERPRISE, moved)
        of_lists = [each for id in touched for each in (before[id], after[id]) if each.level is Level.ADVANCED]
        return {each.unit_id for each in of_lists if each.unit_id}

    def _strikes(self, about: Certification, log: Sequence[Event], events: set[int]) -> list[Event] | None:
        """The corrections that strike this import's events out of a log; None where that cannot be."""
        mine = [event.order for event in log if event.order in events]
        if not mine:
            return []
        if _standing_since(log, min(mine), events):
            self._leave(On.CERTIFICATION, [about.id])
            return None
        last = max(event.order for event in log)
        strikes = [
            Event(EventType.CORRECTED, self.today, None, {"field": "event", "value": str(number)}, last + place)
            for place, number in enumerate(sorted(mine, reverse=True), start=1)
        ]
        try:
            foresee(self.now, about.unit_id, self._life(about, [*log, *strikes]))
        except DubanError as fault:
            self.done.left.append(Left(On.CERTIFICATION, about.id, fault.zh, fault.en))
            return None
        return strikes

    def _life(self, about: Certification, log: list[Event]) -> Life:
        return live(about.level, log, self.now.rulebook.footing(about.unit_id))


def _standing_since(log: Sequence[Event], first: int, mine: set[int]) -> list[Event]:
    """What others recorded after the import, without what has been struck out again and the corrections that did so."""
    later = {event.order: event for event in log if event.order > first and event.order not in mine}
    for event in list(later.values()):
        if event.type is EventType.CORRECTED and event.details.get("field") == "event":
            struck = event.details.get("value", "")
            if struck.isdecimal() and int(struck) in later:
                later.pop(int(struck), None)
                later.pop(event.order, None)
    return list(later.values())
