"""The rulebook: policy, units' rules and acts, yearly notices and overrides, as they stand."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, insert, select, text

from service.domain.certification import Level
from service.domain.obligation import Kind
from service.domain.policy import Policy
from service.domain.policy_document import parsed
from service.domain.rounds import Round
from service.domain.rulebook import Rulebook
from service.domain.unit_rules import UnitRule, month_and_day
from service.store.certifications import Author
from service.store.database import put
from service.store.rulebook import policy, round_notice, unit_act, unit_round, unit_rule
from service.store.tables import unit


def load(connection: Connection) -> Rulebook:
    """The rulebook as it stands."""
    rules: dict[int, list[UnitRule]] = defaultdict(list)
    for row in connection.execute(_RULES):
        rules[row.unit_id].append(
            UnitRule(
                effective_on=row.effective_on,
                validity_months=row.validity_months,
                review_months_before=row.review_months_before,
                lapses=row.lapses,
                annual_report=row.annual_report and month_and_day(row.annual_report),
                basis=row.basis,
                order=row.id,
            )
        )
    rounds = tuple(
        Round(row.year, Level(row.level), row.notice, row.announced_on, row.apply_by, row.recommend_by)
        for row in connection.execute(_ROUNDS)
    )
    return Rulebook(
        policy=in_force(connection),
        names={row.id: row.name_key for row in connection.execute(_NAMES)},
        rules={id: tuple(theirs) for id, theirs in rules.items()},
        rounds=rounds,
        own_days={(row.unit_id, f"{row.year}-{row.level}"): row.apply_by for row in connection.execute(_OWN_DAYS)},
    )


_RULES = select(unit_rule).order_by(unit_rule.c.id)
_ROUNDS = select(round_notice).order_by(round_notice.c.year, round_notice.c.level)
_NAMES = select(unit.c.id, unit.c.name_key)
_OWN_DAYS = select(unit_round)
_POLICY = select(policy).order_by(policy.c.id.desc()).limit(1)


def in_force(connection: Connection) -> Policy:
    """The policy that was recorded last; the built-in one where none was."""
    return standing_policy(connection)[0]


def standing_policy(connection: Connection) -> tuple[Policy, Author | None]:
    """The policy in force, and who recorded it and when; None for the built-in one, in force where none was."""
    row = connection.execute(_POLICY).one_or_none()
    return (Policy(), None) if row is None else (parsed(row.document), Author(row.author, row.recorded_at))


def keep(connection: Connection) -> None:
    """Let the working-day table and the policy stay as they are until the transaction ends.

    To be called before any row is held in it: who waits for one of them to be changed must hold nothing that the
    change may need.
    """
    if connection.dialect.name == "postgresql":  # on SQLite every transaction that writes is alone
        connection.execute(text("LOCK TABLE workday, policy IN ACCESS SHARE MODE"))


def change_alone(connection: Connection) -> None:
    """Keep everybody else from the policy until the transaction ends; to be called before the rulebook is read in it.

    The working-day table is kept first, in the order in which every transaction begins. Whoever goes by the policy
    that was ends first: so nobody stores a date reckoned by the old one after all were reckoned by the new one.
    """
    if connection.dialect.name == "postgresql":  # on SQLite every transaction that writes is alone
        connection.execute(text("LOCK TABLE workday IN ACCESS SHARE MODE"))
        connection.execute(text("LOCK TABLE policy IN ACCESS EXCLUSIVE MODE"))


def record_policy(connection: Connection, version: str, document: str, author: Author) -> None:
    """Put a policy in force."""
    row = {"version": version, "document": document, "author": author.name, "recorded_at": author.at}
    connection.execute(insert(policy), row)


def known_versions(connection: Connection) -> list[str]:
    """The versions of every policy that was ever recorded, in order."""
    return list(connection.scalars(select(policy.c.version).order_by(policy.c.id)))


def acts(connection: Connection, unit_ids: Collection[int]) -> dict[int, dict[tuple[Kind, str], date]]:
    """What each unit has done of its own duties: the day, by kind and occurrence; what was taken back is not there."""
    newest: dict[int, dict[tuple[Kind, str], date | None]] = defaultdict(dict)
    for row in connection.execute(select(unit_act).where(unit_act.c.unit_id.in_(unit_ids)).order_by(unit_act.c.id)):
        newest[row.unit_id][Kind(row.kind), row.about] = row.on_day
    return {id: {what: day for what, day in theirs.items() if day is not None} for id, theirs in newest.items()}


@dataclass(frozen=True)
class Act:
    """What a unit has done: the duty by kind and occurrence, and its day; None takes an earlier entry back."""

    unit_id: int
    kind: Kind
    about: str
    on: date | None


def record_act(connection: Connection, act: Act, author: Author, note: str) -> None:
    """Note what a unit has done."""
    row = {"unit_id": act.unit_id, "kind": act.kind, "about": act.about, "on_day": act.on, "note": note}
    connection.execute(insert(unit_act), {**row, "author": author.name, "recorded_at": author.at})


def record_rule(connection: Connection, unit_id: int, rule: UnitRule, author: Author) -> None:
    """Note what a unit has set of its own."""
    day = None if rule.annual_report is None else "{:02d}-{:02d}".format(*rule.annual_report)
    connection.execute(
        insert(unit_rule),
        {
            "unit_id": unit_id,
            "effective_on": rule.effective_on,
            "validity_months": rule.validity_months,
            "review_months_before": rule.review_months_before,
            "lapses": rule.lapses,
            "annual_report": day,
            "basis": rule.basis,
            "author": author.name,
            "recorded_at": author.at,
        },
    )


def put_round(connection: Connection, round: Round, author: Author) -> None:
    """Note a year's notice, in the place of what was known of that year and level."""
    days = {"announced_on": round.announced_on, "apply_by": round.apply_by, "recommend_by": round.recommend_by}
    put(connection, round_notice, [{**_round(round), "notice": round.notice, **days, **_by(author)}])


def remove_round(connection: Connection, round: Round) -> None:
    """Forget a year's notice that was recorded by mistake, and the units' own days in it."""
    for table in (unit_round, round_notice):
        connection.execute(delete(table).where(table.c.year == round.year, table.c.level == round.level))


def put_own_day(connection: Connection, unit_id: int, round: Round, apply_by: date, author: Author) -> None:
    """Note a unit's own day in a round."""
    put(connection, unit_round, [{"unit_id": unit_id, **_round(round), "apply_by": apply_by, **_by(author)}])


def _round(round: Round) -> Mapping[str, Any]:
    return {"year": round.year, "level": round.level}


def _by(author: Author) -> Mapping[str, Any]:
    return {"author": author.name, "recorded_at": author.at}
