"""Policy: a document put in force, and every open date counted anew by it, all of it or nothing.

Invariant: whose date moved is told by the next scan, and nobody else; no safe day comes after its statutory one.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from service.domain import policy as domain
from service.domain.errors import RequestRefused
from service.domain.obligation import Kind, Obligation, Subject, SubjectKind
from service.domain.policy import Policy, matter
from service.domain.policy_document import parsed
from service.domain.units import find_unit
from service.flows.desk import Desk, Moment, Progress, recorded
from service.flows.matters import About
from service.flows.recount import CLOSED, MOVED, OPENED, REPLANNED, UNCHANGED, Change, leaning, recount
from service.sheets.reading import read_bytes
from service.store import obligations, people, rules
from service.store.certifications import Author
from service.store.subjects import by_subjects


@dataclass(frozen=True)
class Days:
    """The statutory day, and the one to work towards."""

    due_on: date
    safe_due_on: date


@dataclass(frozen=True)
class Shift:
    """What becomes of one obligation: moved, opened or closed; None where it was not, or is not, open."""

    word: str
    subject: Subject
    kind: Kind
    occurrence: str
    before: Days | None
    after: Days | None

    @property
    def safe_due_on(self) -> date:
        """The safe day as it will be, or of what closes as it was."""
        days = self.after or self.before
        return days.safe_due_on if days else date.max


@dataclass(frozen=True)
class Effect:
    """What a policy does to the open obligations; it takes the place of the version ``was``.

    ``replanned``: the dates stay, the day of the next reminder is another. ``shifts`` are the first of those that
    moved, opened or closed by their new safe days, each with the certification or unit that it is of.
    """

    version: str
    was: str
    moved: int
    opened: int
    closed: int
    replanned: int
    unchanged: int
    shifts: list[tuple[Shift, About]]


def put_in_force(
    desk: Desk,
    path: Path,
    today: date,
    author: str,
    *,
    limit: int,
    dry_run: bool = False,
    over: str | None = None,
    progress: Progress | None = None,
) -> Effect:
    """Put a document in force, and tell the ``limit`` worst shifts. Raises RequestRefused, with nothing changed.

    ``over`` is the version that it is to take the place of, as a preview told it: where another was put in force
    meanwhile, what was previewed is not what would be.
    A dry run is the same work undone at its end, so that what it foretells is what would be.
    """
    with recorded(desk, "policy", today) as tally:
        document = _read(path)
        policy = parsed(document)
        with desk.engine.connect() as connection, connection.begin() as transaction:
            then = Moment(connection, desk.clock())
            rules.change_alone(connection)
            was = then.rulebook.policy.version  # read before the new one is there
            if over is not None and over != was:
                raise RequestRefused(
                    f"预览之后，版本 {was} 已经启用，预览的变动不再准确；请重新预览",
                    f"version {was} was put in force since the preview, which is not true any more: preview anew",
                )
            _check(connection, policy)
            rules.record_policy(connection, policy.version, document, Author(author, then.now))
            now = then.with_rulebook_changed()
            counts, shifts = _weighed(recount(then, now, *leaning(connection), today, progress))
            worst = sorted(shifts, key=lambda each: each.safe_due_on)[:limit]
            abouts = by_subjects(connection, {each.subject for each in worst})
            if dry_run:
                transaction.rollback()
        tally.counts.update(counts, dry_run=dry_run)
    kept = {word: counts[word] for word in (MOVED, OPENED, CLOSED, REPLANNED, UNCHANGED)}
    return Effect(policy.version, was, **kept, shifts=[(each, abouts[each.subject]) for each in worst])


def _read(path: Path) -> str:
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RequestRefused(
            f"“{path.name}”不是 UTF-8 文本，请另存为 UTF-8", f'"{path.name}" is no text in UTF-8: save it as such'
        ) from None


def _check(connection: Connection, policy: Policy) -> None:
    """What the document alone cannot tell: that the version is new, and its units and matters are on record."""
    if policy.version in (Policy().version, *rules.known_versions(connection)):
        raise RequestRefused(
            f"政策版本 {policy.version} 已经用过；每次修改须用新的版本号，日期才能说明出自哪一版",
            f"version {policy.version} of the policy was used before: a change takes a new one, "
            "so that each date can tell which made it",
        )
    units = people.units(connection)
    for name in policy.units:
        if name not in units and find_unit(name) is None:
            raise RequestRefused(
                f"[unit.{name!r}]：没有这个推荐单位；集团须先登记（duban unit add）",
                f"[unit.{name!r}]: there is no such recommending unit; register a group first (duban unit add)",
            )
    matters = {key: matter(key) for key in policy.single}
    known = _on_record(connection, [subject for subject, _, _ in matters.values()])
    for key, named in matters.items():
        if named not in known:
            raise RequestRefused(
                f"[obligation.{key!r}]：没有这项事项；编号和事项见 duban explain",
                f"[obligation.{key!r}]: no such matter is on record; duban explain tells them",
            )


def _on_record(connection: Connection, subjects: Collection[Subject]) -> set[tuple[Subject, Kind, str]]:
    found = set()
    for kind in SubjectKind:
        theirs = obligations.of_subjects(connection, kind, {each.id for each in subjects if each.kind is kind})
        for stored in (each for of_one in theirs.values() for each in of_one):
            found.add((stored.subject, stored.obligation.kind, stored.obligation.occurrence))
    return found


def _weighed(changes: Iterable[Change]) -> tuple[Counter[str], list[Shift]]:
    """How many changes are of each word, and those that people will see; RequestRefused where one must not be."""
    counts, shifts = Counter[str](), []
    for change in changes:
        before, after = _open_days(change.before), _open_days(change.after)
        if before is None and after is None:
            continue
        if after is not None:
            domain.check(change.subject, change.after)
        counts[change.word] += 1
        if change.word not in (REPLANNED, UNCHANGED):
            named = change.subject, change.after.kind, change.after.occurrence
            shifts.append(Shift(change.word, *named, before, after))
    return counts, shifts


def _open_days(obligation: Obligation | None) -> Days | None:
    if obligation is None or obligation.closed is not None:
        return None
    return Days(obligation.dates.due_on, obligation.dates.safe_due_on)
