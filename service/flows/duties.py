"""Duties: what the units have to do themselves, by their lists, rules and acts, and the rounds of the years."""

from collections.abc import Collection
from datetime import date

from service.domain import lunar
from service.domain.corrections import corrected
from service.domain.duties import Duties
from service.domain.lifecycle import EventType
from service.domain.obligation import Kind, SubjectKind
from service.domain.regulations import derive_unit
from service.flows import grounds
from service.flows.desk import Moment
from service.flows.refresh import Refreshed, refresh_alone, store
from service.store import certifications, duties, people, rules

_CHUNK = 500
_LAST_YEAR = lunar.LAST_YEAR - 1  # of what falls in it every reminder can still be counted


def refresh_duties(now: Moment, unit_ids: Collection[int], today: date) -> Refreshed:
    """Derive these units' own duties and store what differs from the record.

    A round whose day had passed before a unit came on record is none of its own. A report that was looked ahead to
    stays, also where a later day was looked from than ``today``.
    """
    if not unit_ids:
        return Refreshed()
    people.hold_units(now.connection, unit_ids)
    leans_on, done = grounds.of_units(now, unit_ids), rules.acts(now.connection, unit_ids)
    known = duties.yearly(now.connection, unit_ids)
    derived = {}
    for id in unit_ids:
        reports = [int(year) for kind, year in known[id] if kind is Kind.ANNUAL_REPORT]
        rounds = [
            round
            for round in now.rulebook.rounds
            if round.recommend_by >= today or (Kind.ANNUAL_ROUND, round.occurrence) in known[id]
        ]
        theirs = Duties(
            lists=_lists(now, id),
            rules=now.rulebook.rules.get(id, ()),
            rounds=tuple(rounds),
            until_year=max(min(today.year + 1, _LAST_YEAR), *reports, 0),
            done=done.get(id, {}),
        )
        derived[id] = (leans_on[id], derive_unit(theirs, leans_on[id].counting))
    return store(now, SubjectKind.UNIT, derived, today)


def open_coming(now: Moment, today: date) -> Refreshed:
    """Open what comes with the days: the coming year's report, and a round for a unit that is on record since.

    Raises RequestRefused where ``today`` is outside the working-day table: a scan of such a day would plan by guess.
    """
    now.workdays.read(today)
    coming = [round.occurrence for round in now.rulebook.rounds if round.recommend_by >= today]
    lacking = duties.lacking(now.connection, min(today.year + 1, _LAST_YEAR), coming)
    return refresh_duties(now, lacking, today)


def end_rounds(now: Moment, today: date) -> bool:
    """Close some of the applications whose round is over; whether there may be more."""
    over = duties.over(now.connection, today, _CHUNK) if now.rulebook.rounds else []
    if over:
        certifications.hold(now.connection, over)
        refresh_alone(now, grounds.lives_of(now, over), today)
    return bool(over)


def _lists(now: Moment, unit_id: int) -> tuple[date, ...]:
    """The days on which a unit published advanced factories: as listed, or as corrected since."""
    days, rewritten = certifications.advanced_lists(now.connection, unit_id)
    for start in range(0, len(rewritten), _CHUNK):
        for log in certifications.logs(now.connection, rewritten[start : start + _CHUNK]).values():
            listed = (event.on for event in corrected(log) if event.type is EventType.LISTED)
            days |= {day for day in listed if day is not None}
    return tuple(sorted(days))
