"""Why a letter has not gone: a test for each answer."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from service.domain.certification import Certification, Level, UnitKind
from service.domain.delivery import Purpose, State
from service.domain.lifecycle import Cultivation, Cycle, Demand, Life, Phase
from service.domain.obligation import Closed, Holder, Kind, Obligation
from service.domain.people import Contact, OwnerKind, Role
from service.domain.periods import Dates, End
from service.domain.plan import Stage
from service.domain.unit_rules import Terms
from service.domain.why import (
    Because,
    LetterOnRecord,
    MatterOnRecord,
    Reason,
    has_owner,
    of_certification,
    of_letter,
    of_matter,
)

TODAY = date(2028, 6, 9)
NOW = datetime(2028, 6, 9, 1, 0, tzinfo=UTC)
SAFE = date(2028, 7, 9)
HANDLER = Contact(1, OwnerKind.ENTERPRISE, 1, Role.HANDLER, "经办人（演示）", "handler@a.example", "zh", True)
DIRECTOR = replace(HANDLER, id=2, role=Role.DIRECTOR, address="director@a.example")
REACHED, COMING = Stage("30d", TODAY, False), Stage("15d", TODAY + timedelta(days=15), True)
HELD = Certification(
    *(1, 1, "甲方演示有限公司", "", "演示智能工厂", Level.EXCELLENCE, "2025年度", 1, "江苏省", UnitKind.PROVINCIAL),
    *(False, "", ""),
)
END = End(date(2025, 12, 9), date(2028, 12, 9), False, ())


def obligation(kind: Kind = Kind.REVIEW_APPLICATION, **changed: Any) -> Obligation:
    dates = Dates(None, None, SAFE, SAFE, None, SAFE, False, ())
    return replace(Obligation(kind, "0", "17(4)", Holder.ENTERPRISE, dates), **changed)


def matter(**changed: Any) -> MatterOnRecord:
    whole = MatterOnRecord(obligation(), COMING.on, "", [REACHED, COMING], [HANDLER], True, [])
    return replace(whole, **changed)


def letter(state: State, **changed: Any) -> LetterOnRecord:
    whole = LetterOnRecord(7, 1, Purpose.REMINDER, "30d", state, "", 1, NOW - timedelta(hours=1), NOW)
    return replace(whole, **changed)


def reasons(**changed: Any) -> list[Because]:
    return [each.because for each in of_matter(matter(**changed), TODAY, NOW)]


def test_what_is_closed_is_answered_by_how_it_closed() -> None:
    closed = obligation(closed=Closed.FILED)
    assert of_matter(matter(obligation=closed), TODAY, NOW) == [Reason(Because.CLOSED, said="filed")]


def test_a_matter_of_a_unit_that_nobody_knows_has_nobody_to_write_to() -> None:
    assert reasons(has_owner=False, contacts=[]) == [Because.NO_UNIT, Because.NEXT]
    of_unit = obligation(holder=Holder.UNIT)
    assert (has_owner(of_unit, HELD), has_owner(of_unit, replace(HELD, unit_id=0))) == (True, False)
    assert has_owner(obligation(), replace(HELD, unit_id=0))


def test_without_a_contact_there_is_nobody_to_write_to() -> None:
    assert reasons(contacts=[]) == [Because.NO_CONTACT, Because.NEXT]


def test_where_every_address_is_held_back_there_is_nobody_to_write_to() -> None:
    assert reasons(contacts=[replace(HANDLER, working=False)]) == [Because.ALL_HELD_BACK, Because.NEXT]


def test_an_address_that_is_held_back_says_what_its_last_letter_met() -> None:
    bounced = letter(State.BOUNCED, reason="550 5.1.1 no such user", contact_id=1)
    found = of_matter(matter(contacts=[replace(HANDLER, working=False), DIRECTOR], letters=[bounced]), TODAY, NOW)
    assert found[0] == Reason(Because.HELD_BACK, said="550 5.1.1 no such user", contact_id=1)


def test_before_the_first_stage_it_is_not_yet_due_and_the_day_is_named() -> None:
    found = of_matter(matter(stages=[COMING]), TODAY, NOW)
    assert found == [Reason(Because.NOT_YET, on=COMING.on, stage="15d")]


def test_a_milestone_is_told_on_its_day() -> None:
    end = obligation(Kind.VALIDITY_END)
    found = of_matter(matter(obligation=end, stages=[Stage("end", SAFE, True)]), TODAY, NOW)
    assert found == [Reason(Because.TOLD_ON_THE_DAY, on=SAFE, stage="end")]


def test_an_application_on_record_is_said_first() -> None:
    pending = obligation(Kind.VALIDITY_END, pending=True)
    assert reasons(obligation=pending, stages=[Stage("end", SAFE, True)])[0] is Because.PENDING


def test_a_stage_that_no_scan_has_seen_waits_for_one() -> None:
    found = of_matter(matter(check_on=TODAY), TODAY, NOW)
    assert found == [Reason(Because.TO_BE_LOOKED_AT, on=TODAY, stage="30d")]


def test_one_who_came_after_the_last_look_gets_the_next_reminder() -> None:
    assert reasons() == [Because.FROM_THE_NEXT_ON, Because.NEXT]


def test_a_director_is_not_asked_before_the_deadline_is_near() -> None:
    found = of_matter(matter(contacts=[HANDLER, DIRECTOR], letters=[letter(State.SENT)]), TODAY, NOW)
    assert [each.because for each in found] == [Because.SENT, Because.NOT_ASKED, Because.NEXT]
    assert (found[1].said, found[1].contact_id) == ("director", 2)


@pytest.mark.parametrize(
    ("idle", "because"), [("plan_finished", Because.PLAN_FINISHED), ("restored?", Because.UNWATCHED)]
)
def test_what_is_not_looked_at_again_says_why(idle: str, because: Because) -> None:
    assert reasons(check_on=None, idle=idle, letters=[letter(State.SENT)]) == [Because.SENT, because]


@pytest.mark.parametrize(
    ("state", "because"),
    [
        (State.HELD, Because.QUARANTINED),
        (State.PLANNED, Because.WAITS_FOR_WORKER),
        (State.CALLED, Because.ON_ITS_WAY),
        (State.SENDING, Because.ON_ITS_WAY),
        (State.SENT, Because.SENT),
        (State.REFUSED, Because.REFUSED),
        (State.UNKNOWN, Because.UNKNOWN),
        (State.BOUNCED, Because.BOUNCED),
        (State.WITHDRAWN, Because.WITHDRAWN),
        (State.SUPERSEDED, Because.SUPERSEDED),
        (State.ABORTED, Because.ABORTED),
    ],
)
def test_each_state_of_a_letter_is_answered_with_its_own_reason(state: State, because: Because) -> None:
    found = of_letter(letter(state, reason="why"), NOW)
    assert (found.because, found.said, found.delivery_id, found.contact_id) == (because, "why", 7, 1)
    assert reasons(letters=[letter(state)]) == [because, Because.NEXT]


def test_a_letter_put_off_says_until_when_and_by_which_answer() -> None:
    later = NOW + timedelta(minutes=5)
    tried = of_letter(letter(State.PLANNED, not_before=later, reason="451 later", settled_at=None), NOW)
    untried = of_letter(letter(State.PLANNED, not_before=later, reason="rate_limit", attempts=0), NOW)
    assert (tried.because, tried.at, tried.said) == (Because.WAITS_FOR_RETRY, later, "451 later")
    assert (untried.because, untried.at, untried.said) == (Because.PUT_OFF, later, "rate_limit")


def test_of_several_letters_to_one_person_the_newest_answers() -> None:
    older, newer = letter(State.REFUSED, id=7), letter(State.SENT, id=8)
    assert reasons(letters=[newer, older]) == [Because.SENT, Because.NEXT]


def about(life: Life, held: Certification = HELD, open_matters: int = 0) -> list[Because]:
    return [each.because for each in of_certification(held, life, open_matters)]


def test_a_certification_says_why_it_has_no_dates() -> None:
    valid = Life(Level.EXCELLENCE, Phase.VALID, cycles=(Cycle(0, None),))
    advanced = replace(HELD, level=Level.ADVANCED)
    cultivating = Life(Level.PIONEER, Phase.CULTIVATING, cultivation=Cultivation(None))
    assert about(Life(Level.EXCELLENCE), replace(HELD, proposed=True)) == [Because.ONLY_PROPOSED]
    assert about(Life(Level.EXCELLENCE)) == [Because.END_UNKNOWN]
    assert about(valid) == [Because.END_UNKNOWN]
    assert about(cultivating) == [Because.END_UNKNOWN]
    assert about(valid, advanced) == [Because.VALIDITY_NOT_SET]
    ended = replace(valid, cycles=(Cycle(0, END),), terms=Terms(36))
    assert about(ended, advanced, 1) == [Because.REVIEW_NOT_SET]
    assert about(replace(valid, phase=Phase.CANCELLED, cancelled_on=TODAY)) == [Because.CANCELLED]


def test_an_inquiry_that_names_no_day_and_nothing_open_are_said() -> None:
    whole = Life(Level.EXCELLENCE, Phase.VALID, cycles=(Cycle(0, END),), terms=Terms(36, 3))
    asked = replace(whole, inquiries=(Demand(TODAY), Demand(TODAY, SAFE), Demand(SAFE, None, met=True)))
    assert of_certification(HELD, asked, 1) == [Reason(Because.DAY_UNNAMED, on=TODAY)]
    assert about(whole) == [Because.NOTHING_OPEN]
    assert about(whole, open_matters=1) == []
