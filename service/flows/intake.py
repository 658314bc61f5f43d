"""Intake: a sheet of certifications into the record, all of it or nothing; the same sheet again changes nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from service.domain.certification import Level, normalise_name
from service.domain.errors import DubanError
from service.domain.history import live
from service.domain.lifecycle import Event, Life
from service.domain.people import OwnerKind
from service.domain.statement import news
from service.flows.contacts import add_contacts
from service.flows.desk import Desk, Moment, Progress, moment, recorded
from service.flows.duties import refresh_duties
from service.flows.holders import contested_names, find_holders, unit_ids
from service.flows.imported import By, Imported, Kept, begin, finish, given
from service.flows.refresh import foresee, refresh
from service.sheets.certifications import check_certifications
from service.sheets.gaps import VALIDITY_NOT_SET
from service.sheets.grouping import SheetCertification, SheetRow
from service.sheets.people import SheetContact
from service.sheets.reading import File, read_file
from service.sheets.sheet import RowError, said
from service.store import certifications, intakes, obligations, people
from service.store.certifications import Author
from service.store.intakes import Change, Kind, On

_CHUNK = 500


def import_sheet(
    desk: Desk,
    source: Path | File,
    today: date,
    by: str | By,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Imported:
    """Take in a sheet, and keep it with all that it changed. ``by`` is an author, or more of whoever imports.

    Raises RequestRefused where the file is no sheet; faulty rows come back as ``errors``. A dry run keeps nothing.
    """
    by = By(by) if isinstance(by, str) else by
    with recorded(desk, "import", today) as tally:
        file = given(source)
        sheet = read_file(file)
        with moment(desk, dry_run=dry_run) as now:
            certifications.one_at_a_time(now.connection)
            known = [name for _, _, name in people.units(now.connection).values()]
            checked = check_certifications(sheet, known)
            done = Imported(errors=checked.errors, findings=checked.findings)
            if not checked.errors:
                id = begin(now, Kind.CERTIFICATIONS, file, by)
                _take_in(now, checked.certifications, today, Kept(id, by.author), done, progress)
                finish(now, id, done, by)
            if done.errors:
                done.undo()
                now.connection.rollback()
        tally.counts.update(**done.counts, errors=len(done.errors), dry_run=dry_run)
    return done


def _take_in(
    now: Moment,
    stated: Sequence[SheetCertification],
    today: date,
    kept: Kept,
    done: Imported,
    progress: Progress | None,
) -> None:
    units = unit_ids(now.connection, (each.stated.unit for each in stated))
    contested = contested_names(each.stated for each in stated)
    twice = _Twice({}, {})
    publishers: set[int] = set()
    for start in range(0, len(stated), _CHUNK):
        chunk = stated[start : start + _CHUNK]
        holders = find_holders(now.connection, [each.stated for each in chunk], contested)
        intakes.note(now.connection, kept.id, holders.renewed.values())
        on_record = _on_record(now, chunk, holders.ids)
        done.errors += [error for beside in on_record for error in twice.faults(beside)]
        compared = [_compare(now, beside, units, today, done) for beside in on_record]
        if not done.errors:
            changes = [change for change in compared if change is not None]
            _store(now, changes, set(holders.renewed), today, kept, done)
            publishers |= _publishers(changes)
            known = {change.beside.stated.stated.row for change in changes if _end_is_known(change.life)}
            done.findings = [each for each in done.findings if each.code != VALIDITY_NOT_SET or each.row not in known]
        if progress is not None:
            progress(start + len(chunk))
    if not done.errors:
        refresh_duties(now, publishers, today)


def _end_is_known(life: Life) -> bool:
    """Whether a rule of the unit's, or the record, gives the end that a row leaves out."""
    return bool(life.cycles) and life.cycles[-1].end is not None


def _publishers(changes: Iterable["_Change"]) -> set[int]:
    """The units whose advanced lists these changes are of, the former unit of a certification too."""
    units = [
        unit
        for change in changes
        if change.beside.stated.stated.level is Level.ADVANCED and (change.events or change.columns)
        for unit in (change.unit_id, None if change.beside.row is None else change.beside.row.unit_id)
    ]
    return {unit for unit in units if unit}


@dataclass(frozen=True)
class _Beside:
    """What a sheet states of a certification beside its row and log on record; no row where it is new."""

    stated: SheetCertification
    holder: int
    row: Any
    log: list[Event]


@dataclass(frozen=True)
class _Change:
    """What a certification's record has to become; ``columns`` are empty where they stay as they are."""

    beside: _Beside
    unit_id: int
    life: Life
    events: list[Event]
    columns: dict[str, Any]


@dataclass(frozen=True)
class _Twice:
    """What the sheet has stated so far, to find what only the record shows to be the same: by holder, not by name."""

    certifications: dict[tuple[int, str, str, str], int]
    contacts: dict[tuple[int, str], tuple[int, SheetContact]]

    def faults(self, beside: _Beside) -> Iterator[RowError]:
        """The errors of a row that states a certification again, or another person at a known address."""
        stated = beside.stated.stated
        first = self.certifications.setdefault(_key(beside.holder, stated), stated.row)
        if first != stated.row:
            zh = f"与第 {first} 行是同一企业的同一认定，请核对企业名称与代码，只保留一行"
            en = f"the same certification of the same enterprise as row {first}: check name and code, keep one"
            yield RowError(stated.row, "enterprise", said(zh, en))
        for contact in beside.stated.contacts:
            row, known = self.contacts.setdefault((beside.holder, contact.address.casefold()), (stated.row, contact))
            if (known.name, known.role, known.language) != (contact.name, contact.role, contact.language):
                zh = f"与第 {row} 行是同一企业的同一邮箱，但姓名、角色或语言不一致"
                en = f"the same address of the same enterprise as row {row}, but name, role or language differ"
                yield RowError(stated.row, "contact_email", said(zh, en))


def _key(holder: int, stated: SheetRow) -> tuple[int, str, str, str]:
    return holder, normalise_name(stated.factory), stated.level, stated.batch


def _on_record(now: Moment, chunk: Sequence[SheetCertification], holders: Sequence[int]) -> list[_Beside]:
    keys = [_key(holder, each.stated) for each, holder in zip(chunk, holders, strict=True)]
    held = certifications.held(now.connection, set(holders), {factory for _, factory, _, _ in keys})
    rows = {(row.enterprise_id, row.factory_key, row.level, row.batch): row for row in held}
    logs = certifications.logs(now.connection, [rows[key].id for key in keys if key in rows])
    found = []
    for each, key in zip(chunk, keys, strict=True):
        row = rows.get(key)
        found.append(_Beside(each, key[0], row, logs.get(row.id, []) if row is not None else []))
    return found


def _compare(
    now: Moment, beside: _Beside, units: Mapping[str, int | None], today: date, done: Imported
) -> _Change | None:
    """The change that a statement makes; a statement that cannot be, or be planned for, is an error of its row."""
    stated = beside.stated.stated
    columns = _columns(beside, units)
    unit_id = (columns["unit_id"] if columns else beside.row.unit_id) or 0
    last = max((event.order for event in beside.log), default=0)
    try:
        footing = now.rulebook.footing(unit_id)
        events = news(live(stated.level, beside.log, footing), stated.facts, today, last)
        life = live(stated.level, [*beside.log, *events], footing)
        if events or columns:
            foresee(now, unit_id, life)
    except DubanError as fault:
        done.errors.append(RowError(stated.row, "", str(fault)))
        return None
    return _Change(beside, unit_id, life, events, columns)


def _columns(beside: _Beside, units: Mapping[str, int | None]) -> dict[str, Any]:
    """The certification's own columns as stated; what the sheet leaves empty stays as it is on record."""
    stated, row = beside.stated.stated, beside.row
    columns = {
        "unit_id": units[stated.unit],
        "proposed": stated.proposed,
        "date_basis": stated.date_basis,
        "source_url": stated.source_url,
    }
    if row is None:
        identity = {
            "enterprise_id": beside.holder,
            "factory": stated.factory,
            "factory_key": normalise_name(stated.factory),
            "level": stated.level,
            "batch": stated.batch,
        }
        return identity | columns
    # Proposed goes away by a listing, never comes back by a sheet that is older than the listing.
    columns["proposed"] = row.proposed and stated.proposed
    kept = {name: getattr(row, name) if value in ("", None) else value for name, value in columns.items()}
    return kept if any(getattr(row, name) != value for name, value in kept.items()) else {}


def _store(now: Moment, changes: Sequence[_Change], renewed: set[int], today: date, kept: Kept, done: Imported) -> None:
    connection = now.connection
    persons = [(change.beside.holder, contact) for change in changes for contact in change.beside.stated.contacts]
    told = add_contacts(connection, OwnerKind.ENTERPRISE, persons, kept.id)
    new = [change for change in changes if change.beside.row is None]
    old = [change for change in changes if change.beside.row is not None]
    ids = certifications.add(connection, [change.columns for change in new])
    numbered = [*zip(ids, new, strict=True), *((change.beside.row.id, change) for change in old)]
    certifications.change(
        connection, [{"key": change.beside.row.id, **change.columns} for change in old if change.columns]
    )
    events = [(id, event) for id, change in numbered for event in change.events]
    numbers = certifications.record(connection, events, Author(kept.author, now.now))
    intakes.note(connection, kept.id, [*_rows_changed(ids, old), *(Change(On.EVENT, id) for id in numbers)])
    passed_on = {c.beside.holder for c in old if c.columns and c.columns["unit_id"] != c.beside.row.unit_id}
    anew = {id: c.life for id, c in numbered if c.events or c.beside.row is None or c.beside.holder in passed_on}
    refresh(now, anew, today)
    obligations.look_again(connection, OwnerKind.ENTERPRISE, told | passed_on)
    touched = told | renewed
    changed = sum(bool(change.events or change.columns or change.beside.holder in touched) for change in old)
    done.added += len(new)
    done.changed += changed
    done.unchanged += len(old) - changed


def _rows_changed(added: Iterable[int], old: Iterable[_Change]) -> Iterator[Change]:
    """What becomes of the certifications' own rows."""
    yield from (Change(On.CERTIFICATION, id) for id in added)
    for change in old:
        row = change.beside.row
        was = {name: getattr(row, name) for name, value in change.columns.items() if getattr(row, name) != value}
        if was:
            yield Change(On.CERTIFICATION, row.id, was, {name: change.columns[name] for name in was})
