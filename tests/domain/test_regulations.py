"""The obligations of each kind: who, by which article, from which day to which, and what closes them."""

from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from service.domain.certification import Level
from service.domain.counting import Counting
from service.domain.errors import RequestRefused
from service.domain.history import live
from service.domain.lifecycle import ALLOWED_IN, Cause, Event, EventType, Life, Phase
from service.domain.obligation import MILESTONES, Closed, Holder, Kind, Obligation
from service.domain.regulations import derive
from service.store.official_days import official_workdays
from tests.builders import event, log

OFFICIAL = official_workdays()
A, E, P = Level.ADVANCED, Level.EXCELLENCE, Level.PIONEER
REVIEW, ACCEPTANCE, CHANGE = Kind.REVIEW_APPLICATION, Kind.ACCEPTANCE_APPLICATION, Kind.MAJOR_CHANGE_FILING
CULTIVATION_END, VALIDITY_END = Kind.CULTIVATION_END, Kind.VALIDITY_END
PRELIMINARY, OPENS = Kind.PRELIMINARY_ACCEPTANCE, Kind.REAPPLICATION_OPENS
INQUIRY, ORDER = Kind.INQUIRY_REPLY, Kind.RECTIFICATION

CULTIVATED = event("cultivation_listed", "2025-11-24", months="24")
ACCEPTANCE_APPLIED = event("acceptance_applied", "2027-06-01")
LISTED = event("listed", "2025-12-09")
REVIEW_APPLIED = event("review_applied", "2028-08-01")
REVIEW_PASSED = event("review_passed", "2028-11-20")
CHANGED = event("changed", "2026-07-01")
INQUIRED = event("inquiry_received", "2026-09-01", "2026-10-05")
ORDERED = event("rectification_ordered", "2026-09-02", "2026-09-20")


def obligations(level: Level, *events: Event) -> dict[tuple[Kind, str], Obligation]:
    return {(each.kind, each.occurrence): each for each in derive(live(level, log(*events)), Counting(OFFICIAL))}


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


@pytest.mark.parametrize(
    ("level", "events", "kind", "occurrence", "article", "anchor", "end", "due", "late", "lapse", "safe"),
    [
        (E, [LISTED], REVIEW, "0", "17(4)", "2025-12-09", "2028-12-09", "2028-09-09", "2028-09-09", "2028-12-11",
         "2028-09-07"),
        (P, [LISTED], REVIEW, "0", "18(6)", "2025-12-09", "2028-12-09", "2028-09-09", "2028-09-09", "2028-12-11",
         "2028-09-07"),
        (E, [event("listed", None, "2026-11-18")], REVIEW, "0", "17(4)", None, "2026-11-18", "2026-08-18",
         "2026-08-18", "2026-11-18", "2026-08-17"),
        (E, [LISTED, REVIEW_APPLIED, REVIEW_PASSED], REVIEW, "1", "17(4)", "2025-12-09", "2031-12-09", "2031-09-09",
         "2031-09-09", "2031-12-09", "2031-09-05"),
        (P, [CULTIVATED], ACCEPTANCE, "0", "18(5)", "2025-11-24", "2027-11-24", "2027-08-24", "2027-08-24", None,
         "2027-08-20"),
        (P, [event("cultivation_listed", "2025-11-24", "2027-11-23")], ACCEPTANCE, "0", "18(5)", "2025-11-24",
         "2027-11-23", "2027-08-23", "2027-08-23", None, "2027-08-20"),
        (E, [LISTED, CHANGED], CHANGE, "2026-07-01", "19", "2026-07-01", None, "2026-10-01", "2026-10-08", None,
         "2026-09-30"),
        (P, [CULTIVATED], CULTIVATION_END, "0", "18(3)", "2025-11-24", "2027-11-24", "2027-11-24", "2027-11-24", None,
         "2027-11-24"),
        (A, [event("listed", "2024-05-01", "2026-10-04")], VALIDITY_END, "0", "16(4)", "2024-05-01", "2026-10-04",
         "2026-10-04", "2026-10-04", None, "2026-09-30"),
        (E, [LISTED, INQUIRED], INQUIRY, "2026-09-01", "21", "2026-09-01", None, "2026-10-05", "2026-10-05", None,
         "2026-09-30"),
        (E, [LISTED, ORDERED], ORDER, "2026-09-02", "21", "2026-09-02", None, "2026-09-20", "2026-09-20", None,
         "2026-09-20"),
        (E, [event("listed", "2023-10-04")], VALIDITY_END, "0", "17(4)", "2023-10-04", "2026-10-04", "2026-10-04",
         "2026-10-04", "2026-10-08", "2026-09-30"),
        (P, [event("listed", "2023-10-04")], VALIDITY_END, "0", "18(6)", "2023-10-04", "2026-10-04", "2026-10-04",
         "2026-10-04", "2026-10-08", "2026-09-30"),
    ],
    ids=[
        "review of an excellence factory", "review of a pioneer", "review before a printed end",
        "review after a renewal", "acceptance before a counted end", "acceptance before a printed end",
        "filing of a major change", "end of cultivation", "end of an advanced validity",
        "reply to an inquiry", "rectification",
        "end of an excellence validity", "end of a pioneer's validity",
    ],
)  # fmt: skip
def test_the_days_of_each_kind(
    level: Level, events: list[Event], kind: Kind, occurrence: str, article: str, anchor: str | None, end: str | None,
    due: str, late: str, lapse: str | None, safe: str,
) -> None:  # fmt: skip
    found = obligations(level, *events)[kind, occurrence]
    assert (found.article, found.holder, found.closed, found.pending) == (article, Holder.ENTERPRISE, None, False)
    dates = found.dates
    assert (dates.anchor_on, dates.ends_on, dates.due_on) == (day(anchor), day(end), day(due))
    assert (dates.late_after, dates.lapse_after, dates.safe_due_on) == (day(late), day(lapse), day(safe))
    assert dates.trace[-1].output in {str(dates.safe_due_on), str(dates.lapse_after)}


@pytest.mark.parametrize("level", [E, P])
def test_a_validity_has_one_review_and_one_end_and_a_renewal_adds_one_of_each(level: Level) -> None:
    assert set(obligations(level, LISTED)) == {(REVIEW, "0"), (VALIDITY_END, "0")}
    renewed = obligations(level, LISTED, REVIEW_APPLIED, REVIEW_PASSED)
    assert set(renewed) == {(kind, turn) for kind in (REVIEW, VALIDITY_END) for turn in ("0", "1")}
    assert {key for key, each in renewed.items() if each.closed is None} == {(REVIEW, "1"), (VALIDITY_END, "1")}


def test_an_advanced_validity_of_which_no_end_is_set_yields_nothing() -> None:
    assert obligations(A, LISTED) == {}


def test_the_review_of_an_advanced_factory_is_its_units_own_and_not_counted_here() -> None:
    assert set(obligations(A, event("listed", "2025-12-09", "2028-12-31"))) == {(VALIDITY_END, "0")}


@pytest.mark.parametrize(
    ("level", "events"),
    [
        (E, []),
        (E, [event("listed", None)]),
        (P, [event("cultivation_listed", "2025-11-24")]),
        (P, [event("cultivation_listed", None, months="24")]),
    ],
    ids=["only proposed", "listed on no known day", "cultivated for no known time", "cultivated since no known day"],
)
def test_where_no_end_is_known_no_date_is_guessed(level: Level, events: list[Event]) -> None:
    assert obligations(level, *events) == {}


def test_a_cultivation_that_ends_in_a_list_has_its_closed_matters_beside_the_new_ones() -> None:
    found = obligations(
        P, CULTIVATED, ACCEPTANCE_APPLIED, event("accepted", "2027-10-01"), event("listed", "2027-12-01")
    )
    assert {key: each.closed for key, each in found.items()} == {
        (ACCEPTANCE, "0"): Closed.FILED,
        (CULTIVATION_END, "0"): Closed.ENDED,
        (PRELIMINARY, "2027-06-01"): Closed.FILED,
        (REVIEW, "0"): None,
        (VALIDITY_END, "0"): None,
    }


# What closes each kind, and what does not.

CANCELLED = event("cancelled", "2028-12-01", cause="accident")
FAILED = event("review_failed", "2028-11-20")
ACCEPTED, NOT_ACCEPTED = event("accepted", "2027-10-01"), event("acceptance_failed", "2027-10-01")
FILED = event("change_filed", "2026-09-01")
OPEN, PENDING = (None, False), (None, True)


@pytest.mark.parametrize(
    ("level", "events", "kind", "closed", "pending"),
    [
        (E, [LISTED, REVIEW_APPLIED], REVIEW, Closed.FILED, False),
        (E, [LISTED, REVIEW_APPLIED], VALIDITY_END, *PENDING),
        (E, [LISTED, REVIEW_APPLIED, REVIEW_PASSED], REVIEW, Closed.FILED, False),
        (E, [LISTED, REVIEW_APPLIED, REVIEW_PASSED], VALIDITY_END, Closed.RENEWED, False),
        (E, [LISTED, REVIEW_APPLIED, FAILED], REVIEW, Closed.NOT_PASSED, False),
        (E, [LISTED, REVIEW_APPLIED, FAILED], VALIDITY_END, Closed.NOT_PASSED, False),
        (E, [LISTED, CANCELLED], REVIEW, Closed.CANCELLED, False),
        (E, [LISTED, CANCELLED], VALIDITY_END, Closed.CANCELLED, False),
        (E, [LISTED, REVIEW_APPLIED, CANCELLED], VALIDITY_END, Closed.CANCELLED, False),
        (P, [CULTIVATED, ACCEPTANCE_APPLIED], ACCEPTANCE, Closed.FILED, False),
        (P, [CULTIVATED, ACCEPTANCE_APPLIED], CULTIVATION_END, *PENDING),
        (P, [CULTIVATED, ACCEPTANCE_APPLIED, ACCEPTED], CULTIVATION_END, Closed.ENDED, False),
        (P, [CULTIVATED, ACCEPTANCE_APPLIED, NOT_ACCEPTED], CULTIVATION_END, Closed.ENDED, False),
        (P, [CULTIVATED, ACCEPTANCE_APPLIED, NOT_ACCEPTED], ACCEPTANCE, Closed.FILED, False),
        (P, [CULTIVATED, event("listed", "2027-12-01")], ACCEPTANCE, Closed.ENDED, False),
        (P, [CULTIVATED, event("listed", "2027-12-01")], CULTIVATION_END, Closed.ENDED, False),
        (P, [event("cultivation_listed", None, "2027-11-24"), event("listed", None, "2030-11-30")], ACCEPTANCE,
         Closed.ENDED, False),
        (P, [CULTIVATED, CANCELLED], ACCEPTANCE, Closed.CANCELLED, False),
        (P, [CULTIVATED, CANCELLED], CULTIVATION_END, Closed.CANCELLED, False),
        (P, [CULTIVATED, ACCEPTANCE_APPLIED, CANCELLED], CULTIVATION_END, Closed.CANCELLED, False),
        (E, [LISTED, CHANGED, FILED], CHANGE, Closed.FILED, False),
        (E, [LISTED, CHANGED, CANCELLED], CHANGE, Closed.CANCELLED, False),
        (E, [LISTED, CHANGED, FILED, CANCELLED], CHANGE, Closed.FILED, False),
        (E, [LISTED, CHANGED, CANCELLED, event("change_filed", "2028-12-02")], CHANGE, Closed.FILED, False),
        (E, [LISTED, CHANGED, REVIEW_APPLIED, REVIEW_PASSED], CHANGE, *OPEN),
        (E, [LISTED, CHANGED, REVIEW_APPLIED, FAILED], CHANGE, *OPEN),
        (E, [LISTED, event("inquiry_received", "2026-05-01"), event("inquiry_answered", "2026-05-09"),
             event("rectification_ordered", "2026-06-01"), event("rectified", "2026-07-01"),
             event("renamed", "2026-08-01", name="演示（虚构）")], REVIEW, *OPEN),
        (P, [CULTIVATED, event("acceptance_applied", "2027-12-24")], CULTIVATION_END, *PENDING),
        (E, [LISTED, event("review_applied", "2028-12-01")], VALIDITY_END, *PENDING),
        (E, [LISTED, INQUIRED], INQUIRY, *OPEN),
        (E, [LISTED, INQUIRED, event("inquiry_answered", "2026-09-08")], INQUIRY, Closed.FILED, False),
        (E, [LISTED, INQUIRED, event("inquiry_answered", "2026-11-08")], INQUIRY, Closed.FILED, False),
        (E, [LISTED, INQUIRED, ORDERED, event("rectified", "2026-09-19")], INQUIRY, *OPEN),
        (E, [LISTED, INQUIRED, CANCELLED], INQUIRY, Closed.CANCELLED, False),
        (E, [LISTED, INQUIRED, REVIEW_APPLIED, FAILED], INQUIRY, *OPEN),
        (E, [LISTED, ORDERED, event("rectified", "2026-09-19")], ORDER, Closed.FILED, False),
        (E, [LISTED, ORDERED, CANCELLED], ORDER, Closed.CANCELLED, False),
        (P, [CULTIVATED, ACCEPTANCE_APPLIED], PRELIMINARY, *OPEN),
        (P, [CULTIVATED, ACCEPTANCE_APPLIED, event("preliminarily_accepted", "2027-06-20")], PRELIMINARY,
         Closed.FILED, False),
        (P, [CULTIVATED, ACCEPTANCE_APPLIED, ACCEPTED], PRELIMINARY, Closed.FILED, False),
        (P, [CULTIVATED, ACCEPTANCE_APPLIED, NOT_ACCEPTED], PRELIMINARY, Closed.FILED, False),
        (P, [CULTIVATED, ACCEPTANCE_APPLIED, event("listed", "2027-12-01")], PRELIMINARY, Closed.FILED, False),
        (P, [event("cultivation_listed", None, "2027-11-24"), ACCEPTANCE_APPLIED, event("listed", None, "2030-11-30")],
         PRELIMINARY, Closed.FILED, False),
        (P, [CULTIVATED, ACCEPTANCE_APPLIED, CANCELLED], PRELIMINARY, Closed.CANCELLED, False),
        (E, [LISTED, CANCELLED], OPENS, *OPEN),
    ],
)  # fmt: skip
def test_what_closes_a_matter_and_what_leaves_it_open(
    level: Level, events: list[Event], kind: Kind, closed: Closed | None, pending: bool
) -> None:
    began = {CHANGE: CHANGED, INQUIRY: INQUIRED, ORDER: ORDERED, PRELIMINARY: ACCEPTANCE_APPLIED}
    turn = str(began[kind].on) if kind in began else "0"
    found = obligations(level, *events)[kind, turn]
    assert (found.closed, found.pending) == (closed, pending)


def test_each_major_change_is_a_matter_of_its_own() -> None:
    second = event("changed", "2026-08-01")
    found = obligations(E, LISTED, CHANGED, second, event("change_filed", "2026-09-01", changed_on="2026-08-01"))
    assert {turn: each.closed for (kind, turn), each in found.items() if kind is CHANGE} == {
        "2026-07-01": None,
        "2026-08-01": Closed.FILED,
    }


def test_each_inquiry_is_a_matter_of_its_own_and_an_answer_closes_one() -> None:
    second = event("inquiry_received", "2026-09-03", "2026-09-25")
    found = obligations(E, LISTED, INQUIRED, second, event("inquiry_answered", "2026-09-09", received_on="2026-09-03"))
    assert {turn: each.closed for (kind, turn), each in found.items() if kind is INQUIRY} == {
        "2026-09-01": None,
        "2026-09-03": Closed.FILED,
    }


@pytest.mark.parametrize("type", ["inquiry_received", "rectification_ordered"])
def test_a_letter_that_names_no_day_leads_to_no_date(type: str) -> None:
    assert set(obligations(E, LISTED, event(type, "2026-09-01"))) == {(REVIEW, "0"), (VALIDITY_END, "0")}


@pytest.mark.parametrize("field", ["reply_by", "rectify_by"])
def test_the_day_of_the_newest_letter_can_be_corrected_or_given_later(field: str) -> None:
    type, kind = ("inquiry_received", INQUIRY) if field == "reply_by" else ("rectification_ordered", ORDER)
    first, second = event(type, "2026-09-01", "2026-09-18"), event(type, "2026-09-03")
    correction = event("corrected", "2026-09-04", field=field, value="2026-09-30")
    found = obligations(E, LISTED, first, second, correction)
    assert {turn: str(each.dates.due_on) for (of, turn), each in found.items() if of is kind} == {
        "2026-09-01": "2026-09-18",
        "2026-09-03": "2026-09-30",
    }


def test_the_preliminary_acceptance_is_the_units_and_due_on_the_twentieth_working_day() -> None:
    """[policy] From Friday 4 September 2026: 10 to Sunday the 20th, worked, and on over two holidays."""
    found = obligations(P, CULTIVATED, event("acceptance_applied", "2026-09-04"))[PRELIMINARY, "2026-09-04"]
    assert (found.holder, found.article, found.dates.anchor_on) == (Holder.UNIT, "18(5)", date(2026, 9, 4))
    assert {found.dates.due_on, found.dates.late_after, found.dates.safe_due_on} == {date(2026, 10, 9)}
    assert (found.dates.ends_on, found.dates.lapse_after) == (None, None)


def test_an_application_after_a_failed_acceptance_is_a_matter_of_its_own() -> None:
    again = event("acceptance_applied", "2027-10-11")
    found = obligations(P, CULTIVATED, ACCEPTANCE_APPLIED, NOT_ACCEPTED, again)
    assert {turn: each.closed for (kind, turn), each in found.items() if kind is PRELIMINARY} == {
        "2027-06-01": Closed.FILED,
        "2027-10-11": None,
    }


@pytest.mark.parametrize(
    ("cause", "article"),
    [
        ("accident", "20"),
        ("violation", "20"),
        ("falsification", "20"),
        ("no_reply", "21"),
        ("lapse", None),
        ("review_failed", None),
    ],
)
def test_only_a_cancellation_that_carries_a_ban_leads_to_a_day_to_apply_again(cause: str, article: str | None) -> None:
    found = obligations(E, LISTED, event("cancelled", "2026-07-03", cause=cause))
    assert {kind for (kind, _), each in found.items() if each.closed is None} == ({OPENS} if article else set())
    if article:
        opens = found[OPENS, "0"]
        assert (opens.article, opens.holder, opens.pending) == (article, Holder.ENTERPRISE, False)
        assert (opens.dates.anchor_on, opens.dates.due_on) == (date(2026, 7, 3), date(2029, 7, 4))
        assert opens.dates.safe_due_on == date(2029, 7, 4)


def test_a_correction_of_the_listing_moves_the_matter_and_keeps_its_identity() -> None:
    before = obligations(E, LISTED)
    after = obligations(E, LISTED, event("corrected", "2026-01-05", field="listed_on", value="2025-12-31"))
    assert set(before) == set(after)
    assert after[REVIEW, "0"].dates.ends_on == date(2028, 12, 31)


def test_a_day_beyond_the_horizon_of_the_working_days_is_refused_not_guessed() -> None:
    with pytest.raises(RequestRefused, match="2099"):
        obligations(E, event("listed", "2025-12-09", "2099-12-09"))


# Any log: whatever is taken, in whatever order, keeps what the obligations promise.

_LATEST = date(2040, 12, 31)
_ASKS = {
    EventType.INQUIRY_RECEIVED: EventType.INQUIRY_ANSWERED,
    EventType.RECTIFICATION_ORDERED: EventType.RECTIFIED,
}
_CHANGES_LITTLE = {"renamed", "inquiry_received", "inquiry_answered", "rectification_ordered", "rectified", "cancelled"}


class AnyLog(RuleBasedStateMachine):
    """Events likely and unlikely, recorded in any order; ``log`` holds what was taken."""

    def __init__(self) -> None:
        super().__init__()
        self.log: list[Event] = []
        self.level = E

    @initialize(level=st.sampled_from(Level))
    def begin(self, level: Level) -> None:
        self.level = level

    @rule(data=st.data(), gap=st.integers(0, 200))
    def record_what_can_follow(self, data: st.DataObject, gap: int) -> None:
        phase = self.life().phase
        can = [each for each, phases in ALLOWED_IN.items() if phase in phases and each not in _CHANGES_LITTLE]
        if self.level is P and phase is Phase.PROPOSED:
            can = [EventType.CULTIVATION_LISTED]
        self.record(data, data.draw(st.sampled_from(can or [EventType.RENAMED])), self.last_day() + timedelta(days=gap))

    @precondition(lambda self: self.stated())
    @rule(data=st.data(), gap=st.integers(-40, 40), months=st.integers(1, 24))
    def correct_what_was_stated(self, data: st.DataObject, gap: int, months: int) -> None:
        field = data.draw(st.sampled_from(sorted(self.stated())))
        stated = self.stated()[field]
        value = stated + timedelta(days=gap) if isinstance(stated, date) else months
        details = {"field": field, "value": str(value)}
        self.add(Event(EventType.CORRECTED, self.last_day(), None, details, len(self.log) + 1))

    @rule(data=st.data(), type=st.sampled_from(EventType), gap=st.integers(-2000, 400) | st.none())
    def record_anything(self, data: st.DataObject, type: EventType, gap: int | None) -> None:
        self.record(data, type, None if gap is None else self.last_day() + timedelta(days=gap))

    def record(self, data: st.DataObject, type: EventType, on: date | None) -> None:
        until = data.draw(st.none() | st.integers(-10, 1500), label="until")
        happened = Event(
            type,
            on and min(on, _LATEST),
            None if until is None else min((on or self.last_day()) + timedelta(days=until), _LATEST),
            self.details(data, type),
            len(self.log) + 1,
        )
        self.add(happened)

    def add(self, happened: Event) -> None:
        log_before, before = list(self.log), self.life()
        try:
            after = live(self.level, [*self.log, happened])
            derive(after, Counting(OFFICIAL))  # refuses what lies beyond the table of working days
        except RequestRefused:
            assert self.log == log_before
            assert self.life() == before
            return
        self.log.append(happened)
        self.taken(happened, before, after)

    def details(self, data: st.DataObject, type: EventType) -> dict[str, str]:
        if type is EventType.CULTIVATION_LISTED:
            return {"months": data.draw(st.sampled_from(["6", "24", "25", "two"]))}
        if type is EventType.CHANGE_FILED and data.draw(st.booleans(), label="named"):
            changes = [str(change.on) for change in self.life().changes]
            return {"changed_on": data.draw(st.sampled_from([*changes, "2026-02-30"]))}
        if type is EventType.CORRECTED:
            fields = ["listed_on", "valid_through", "reply_by", "rectify_by", "level"]
            return {"field": data.draw(st.sampled_from(fields)), "value": "2027-02-28"}
        if type is EventType.CANCELLED:
            return {"cause": data.draw(st.sampled_from([*Cause, "", "of no kind"]))}
        if type in (EventType.INQUIRY_ANSWERED, EventType.RECTIFIED) and data.draw(st.booleans(), label="named"):
            life, key = self.life(), "received_on" if type is EventType.INQUIRY_ANSWERED else "ordered_on"
            asked = life.inquiries if type is EventType.INQUIRY_ANSWERED else life.rectifications
            return {key: data.draw(st.sampled_from([*(str(each.on) for each in asked), "2026-02-30"]))}
        return {}

    def taken(self, happened: Event, before: Life, after: Life) -> None:
        was, now = self.matters(before), self.matters(after)
        if happened.type is not EventType.CORRECTED:
            reopened = [key for key, each in was.items() if each.closed and (key not in now or not now[key].closed)]
            assert reopened == []
        if happened.type is EventType.REVIEW_APPLIED:
            assert {each.closed for each in now.values() if each.kind is REVIEW} <= {Closed.FILED, Closed.CANCELLED}
        if happened.type is EventType.ACCEPTANCE_APPLIED:
            assert {each.closed for each in now.values() if each.kind is ACCEPTANCE} <= {Closed.FILED}

    def stated(self) -> dict[str, date | int]:
        return {name: value for name, value in vars(self.life().stated).items() if value is not None}

    def life(self) -> Life:
        return live(self.level, self.log)

    def matters(self, life: Life) -> dict[tuple[Kind, str], Obligation]:
        found = derive(life, Counting(OFFICIAL))
        keyed = {(each.kind, each.occurrence): each for each in found}
        assert len(keyed) == len(found)
        return keyed

    def last_day(self) -> date:
        return max((each.on for each in self.log if each.on), default=date(2026, 1, 1))

    @rule(data=st.data(), asked=st.sampled_from(sorted(_ASKS)), gap=st.integers(0, 60), days=st.integers(-1, 90))
    def ask_for_something_and_perhaps_answer_it(
        self, data: st.DataObject, asked: EventType, gap: int, days: int
    ) -> None:
        on = min(self.last_day() + timedelta(days=gap), _LATEST)
        self.add(Event(asked, on, on + timedelta(days=days), {}, len(self.log) + 1))
        if data.draw(st.booleans(), label="answered"):
            answer = _ASKS[asked]
            self.add(Event(answer, on, None, self.details(data, answer), len(self.log) + 1))

    @invariant()
    def each_answer_on_record_has_met_one_demand(self) -> None:
        life = self.life()
        for asked, known in (
            (EventType.INQUIRY_RECEIVED, life.inquiries),
            (EventType.RECTIFICATION_ORDERED, life.rectifications),
        ):
            answers = [each for each in self.log if each.type is _ASKS[asked]]
            assert len(answers) == sum(demand.met for demand in known)
            assert len(known) == sum(each.type is asked for each in self.log)

    @invariant()
    def a_unit_has_at_most_one_preliminary_acceptance_open_and_only_while_one_is_applied_for(self) -> None:
        life = self.life()
        waiting = [each for each in self.matters(life).values() if each.kind is PRELIMINARY and each.closed is None]
        assert len(waiting) <= (life.phase is Phase.ACCEPTANCE_PENDING)
        assert all(each.holder is Holder.UNIT for each in waiting)

    @invariant()
    def a_ban_is_told_of_where_the_cause_carries_one_and_nowhere_else(self) -> None:
        life = self.life()
        told = [each for each in self.matters(life).values() if each.kind is OPENS]
        assert len(told) == (life.cancelled_for not in (None, Cause.LAPSE, Cause.REVIEW_FAILED))
        assert all(each.closed is None and each.dates.safe_due_on >= each.dates.due_on for each in told)

    @invariant()
    def a_cancelled_life_has_nothing_open_but_what_it_is_told_and_only_a_milestone_awaits_a_result(self) -> None:
        life = self.life()
        found = self.matters(life).values()
        if life.phase is Phase.CANCELLED:
            assert {each.kind for each in found if each.closed is None} <= {OPENS}
        for each in found:
            assert not each.pending or (each.kind in MILESTONES and each.closed is None)

    @invariant()
    def the_order_in_which_the_log_is_handed_over_does_not_count(self) -> None:
        assert live(self.level, self.log[::-1]) == self.life()

    @invariant()
    def every_beginning_of_the_log_as_recorded_is_a_life_of_its_own(self) -> None:
        for length in range(len(self.log)):
            live(self.level, self.log[:length])

    @invariant()
    def every_beginning_of_the_log_by_days_is_a_life_of_its_own(self) -> None:
        if all(each.on is not None and each.type is not EventType.CORRECTED for each in self.log):
            by_day = sorted(self.log, key=lambda each: (each.on or date.min, each.order))
            phases = [live(self.level, by_day[:length]).phase for length in range(len(by_day) + 1)]
            for each, phase in zip(by_day, phases, strict=False):
                assert phase in ALLOWED_IN[each.type]


TestAnyLog = AnyLog.TestCase
TestAnyLog.settings = settings(max_examples=40, stateful_step_count=25)
