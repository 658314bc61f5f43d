"""A unit's worklist: its list as it stands on a day, filtered and a page at a time, and its lists as files."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from service.domain.certification import RecommendingUnit
from service.domain.escalation import Cadence, window
from service.domain.listing import Section, Told
from service.domain.obligation import Kind
from service.domain.people import Contact
from service.domain.visitors import Scope
from service.flows.desk import Desk, Moment, looking
from service.flows.list_rows import letter_rows, widest
from service.letters.letter import Language, ListRow
from service.letters.spreadsheet import list_workbook
from service.store import chased, people
from service.store.console import past_lists, worklists

_CHUNK = 500


@dataclass(frozen=True)
class Wanted:
    """Which rows: of a section, of a kind, with words in the name of enterprise or factory; None and empty: all."""

    section: Section | None = None
    kind: Kind | None = None
    words: str = ""


@dataclass(frozen=True)
class Row:
    """A row as the page shows it: ``claim`` is the number of the answer that waits to be confirmed, 0 for none."""

    row: ListRow
    claim: int
    contacts: Sequence[Contact]


@dataclass(frozen=True)
class Worklist:
    """A page of a unit's list: how many rows each section has, how many fit what is wanted, and those of the page."""

    of: RecommendingUnit
    sections: Mapping[Section, int]
    fitting: int
    rows: Sequence[Row]


def worklist(
    desk: Desk, scope: Scope, unit_id: int, wanted: Wanted, today: date, first: int, most: int
) -> Worklist | None:
    """The rows from number ``first`` (0 is the worst) on, at most so many; None where the unit is not of the scope."""
    with looking(desk) as now:
        of = worklists.the_unit(now.connection, scope, unit_id)
        if of is None:
            return None
        told = widest(now, unit_id, today)
        found = _fitting(now, scope, told, wanted)
        shown = found[first : first + most]
        claims = worklists.claims(now.connection, scope, [each.obligation_id for each in shown])
        known = people.contacts_by_ids(now.connection, {id for each in shown for id in each.contact_ids})
        contacts = {each.obligation_id: [known[id] for id in each.contact_ids if id in known] for each in shown}
        rows = [
            Row(each, claims.get(each.matter.obligation_id, 0), contacts[each.matter.obligation_id])
            for each in letter_rows(now, shown, today)
        ]
        return Worklist(of, Counter(each.section for each in told), len(found), rows)


def overview(desk: Desk, scope: Scope, today: date) -> list[tuple[RecommendingUnit, int]]:
    """The units of the scope, with how many rows the list of each has today."""
    with looking(desk) as now:
        rows = chased.rows_by_unit(now.connection, window(Cadence.MONTHLY, today))
        return [(each, rows.get(each.id, 0)) for each in worklists.units(now.connection, scope)]


def _fitting(now: Moment, scope: Scope, told: Sequence[Told], wanted: Wanted) -> list[Told]:
    of_section = [each for each in told if wanted.section in (None, each.section)]
    if wanted.kind is None and not wanted.words:
        return of_section
    return [each for chunk in _chunks(of_section) for each in _within(now, scope, chunk, wanted.kind, wanted.words)]


def _within(
    now: Moment, scope: Scope, told: Sequence[Told], kind: Kind | None = None, words: str = ""
) -> Sequence[Told]:
    ids = worklists.fitting(now.connection, scope, [each.obligation_id for each in told], kind, words)
    return [each for each in told if each.obligation_id in ids]


def _chunks(told: Sequence[Told]) -> list[Sequence[Told]]:
    return [told[start : start + _CHUNK] for start in range(0, len(told), _CHUNK)]


@dataclass(frozen=True)
class File:
    """A list as a workbook: the day that it shows, and how many rows it has."""

    content: bytes
    on: date
    rows: int


def workbook(desk: Desk, scope: Scope, unit_id: int, today: date, language: Language) -> File | None:
    """Today's widest list as the letter would carry it; None where the unit is not of the scope."""
    with looking(desk) as now:
        of = worklists.the_unit(now.connection, scope, unit_id)
        return None if of is None else _file(now, of, widest(now, unit_id, today), today, language)


def workbook_told(desk: Desk, scope: Scope, list_id: int, language: Language) -> File | None:
    """A past list as it was told; None where it is not of the scope. Names and people are those on record now, and a
    row that has come to be another unit's since is left out."""
    with looking(desk) as now:
        found = past_lists.told(now.connection, scope, list_id)
        if found is None:
            return None
        of, told = found
        own = Scope.of_unit(of.id)
        still = [each for chunk in _chunks(told.rows) for each in _within(now, own, chunk)]
        return _file(now, of, still, told.on, language)


def _file(now: Moment, of: RecommendingUnit, told: Sequence[Told], on: date, language: Language) -> File:
    rows = letter_rows(now, told, on)
    return File(list_workbook(of.name, of.kind, on, rows, language), on, len(rows))
