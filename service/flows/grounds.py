"""What the dates of each certification and unit lean on: the rulebook, overrides, and the rounds open to a factory."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from service.domain.certification import Certification, Level
from service.domain.counting import Counting
from service.domain.errors import RequestRefused
from service.domain.history import live
from service.domain.lifecycle import Life
from service.domain.obligation import Kind, Obligation, Subject, SubjectKind
from service.domain.override import Override
from service.domain.plan import stages
from service.domain.regulations import derive
from service.domain.regulations.annual_round import is_over, stands_in_the_way
from service.domain.rounds import AT_OR_ABOVE, FROM, Round
from service.flows.desk import Moment
from service.store import certifications, overrides


@dataclass(frozen=True)
class Ground:
    """What the dates of one subject lean on. RequestRefused names the certification that cannot be counted."""

    subject: Subject
    counting: Counting

    def implied(self, life: Life, today: date) -> list[Obligation]:
        """What a life has to do, but for what is over by itself."""
        with _named(self.subject):
            return [each for each in derive(life, self.counting) if not is_over(each, today)]

    def first_look(self, new: Obligation) -> date | None:
        """The day of the first stage; None for what is closed. RequestRefused beyond the working-day table."""
        if new.closed is not None:
            return None
        plan = self.counting.choices(new.kind, new.occurrence).plan
        with _named(self.subject):
            return stages(new.kind, new.dates, plan, self.counting.workdays)[0].on


@contextmanager
def _named(subject: Subject) -> Iterator[None]:
    """Say of which certification a refusal is; one that is not on record yet is named by the row that states it."""
    try:
        yield
    except RequestRefused as fault:
        if subject.kind is SubjectKind.UNIT or not subject.id:
            raise
        raise RequestRefused(f"认定 {subject.id}：{fault.zh}", f"certification {subject.id}: {fault.en}") from None


def lives_of(now: Moment, ids: Collection[int]) -> dict[int, Life]:
    """The life of each certification, by its log and its unit's rules. RequestRefused names the one that cannot be."""
    holders, logs = certifications.by_ids(now.connection, ids), certifications.logs(now.connection, ids)
    lives = {}
    for id, holder in holders.items():
        with _named(Subject(SubjectKind.CERTIFICATION, id)):
            lives[id] = live(holder.level, logs.get(id, []), now.rulebook.footing(holder.unit_id))
    return lives


def of_certifications(now: Moment, ids: Collection[int], today: date) -> dict[int, Ground]:
    """The ground of each certification."""
    holders = certifications.by_ids(now.connection, ids)
    set_by_hand = overrides.of_subjects(now.connection, SubjectKind.CERTIFICATION, ids)
    rounds = _rounds_open_to(now, holders.values(), _still_open(now, set_by_hand, today))
    found = {}
    for id, holder in holders.items():
        subject = Subject(SubjectKind.CERTIFICATION, id)
        counting = now.rulebook.counting(
            now.workdays, subject, holder.unit_id, rounds.get(id, ()), set_by_hand.get(id, ())
        )
        found[id] = Ground(subject, counting)
    return found


def of_new(now: Moment, unit_id: int) -> Ground:
    """The ground of a certification that is not on record yet; the days of rounds can be counted, or were refused."""
    subject = Subject(SubjectKind.CERTIFICATION, 0)
    return Ground(subject, now.rulebook.counting(now.workdays, subject, unit_id))


def of_units(now: Moment, ids: Collection[int]) -> dict[int, Ground]:
    """The ground of each unit's own duties."""
    set_by_hand = overrides.of_subjects(now.connection, SubjectKind.UNIT, ids)
    found = {}
    for id in ids:
        subject = Subject(SubjectKind.UNIT, id)
        counting = now.rulebook.counting(now.workdays, subject, id, overrides=set_by_hand.get(id, ()))
        found[id] = Ground(subject, counting)
    return found


def _still_open(now: Moment, set_by_hand: Mapping[int, Iterable[Override]], today: date) -> list[Round]:
    """The rounds whose day has not passed, for all or for one whose day a person has set: years of others add up."""
    by_hand = {each.occurrence for theirs in set_by_hand.values() for each in theirs if each.kind is Kind.ANNUAL_ROUND}
    return [round for round in now.rulebook.rounds if round.apply_by >= today or round.occurrence in by_hand]


def _rounds_open_to(
    now: Moment, holders: Iterable[Certification], rounds: Sequence[Round]
) -> dict[int, tuple[Round, ...]]:
    """The rounds of each certification's unit, but for those that the same factory has no use for.

    Factories are the same by enterprise and normalised name: those without a name are one, as far as lists tell.
    """
    by_level: dict[Level, list[Certification]] = defaultdict(list)
    for holder in holders:
        by_level[holder.level].append(holder)
    found: dict[int, list[Round]] = defaultdict(list)
    for level in {round.level for round in rounds}:
        theirs = by_level[FROM[level]]
        higher = _lives_above(now, theirs, level)
        of_level = [round for round in rounds if round.level is level]
        for holder in theirs:
            for round in (now.rulebook.round_of(holder.unit_id, each) for each in of_level):
                if not any(stands_in_the_way(life, round) for life in higher.get(holder.id, ())):
                    found[holder.id].append(round)
    return {id: tuple(rounds) for id, rounds in found.items()}


def _lives_above(now: Moment, holders: Sequence[Certification], level: Level) -> Mapping[int, list[Life]]:
    """The lives of the same factories at a level or above it, by the certification below."""
    pairs = certifications.same_factory(now.connection, [holder.id for holder in holders], AT_OR_ABOVE[level])
    lives = lives_of(now, {above for _, above in pairs}) if pairs else {}
    found: dict[int, list[Life]] = defaultdict(list)
    for below, above in pairs:
        found[below].append(lives[above])
    return found
