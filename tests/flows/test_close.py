"""Recording what happened to a certification."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from time import sleep

import pytest

from service.domain.errors import RequestRefused
from service.domain.lifecycle import Event, EventType
from service.flows.desk import moment
from service.store import certifications
from service.store.certifications import Author
from service.store.tables import certification, enterprise, event, obligation, run
from tests.house import EXCELLENCE, TODAY, USCC_A, House


def test_an_event_closes_what_it_answers_and_leaves_its_row_in_the_job_log(house: House) -> None:
    house.take_in(EXCELLENCE)
    done = house.record(EventType.REVIEW_APPLIED, TODAY)

    assert (done.refreshed.closed, done.refreshed.moved, done.refreshed.cancellations) == (1, 0, 0)
    assert {row.kind: (row.closed, row.pending, row.idle) for row in house.rows(obligation)} == {
        "review_application": ("filed", False, "closed"),
        "validity_end": ("", True, ""),
    }
    last = house.rows(run)[-1]
    assert (last.job, last.outcome, last.counts["closed"]) == ("event", "done", 1)


def test_an_event_opens_the_obligation_that_follows_from_it(house: House) -> None:
    house.take_in(EXCELLENCE)
    done = house.record(EventType.CHANGED, date(2026, 7, 1))

    assert done.refreshed.opened == 1
    assert house.safe_days()["major_change_filing"] == date(2026, 9, 30)
    assert house.record(EventType.CHANGE_FILED, date(2026, 9, 1)).refreshed.closed == 1


@pytest.mark.parametrize("type", [EventType.REVIEW_PASSED, EventType.ACCEPTED, EventType.CHANGE_FILED])
def test_an_event_that_does_not_fit_is_refused_and_nothing_is_stored(house: House, type: EventType) -> None:
    house.take_in(EXCELLENCE)
    house.sent()
    before, obligations = house.sizes(), house.rows(obligation)
    with pytest.raises(RequestRefused):
        house.record(type, TODAY)

    assert house.sizes() == before
    assert house.rows(obligation) == obligations
    assert house.rows(run)[-1].outcome == "failed"


def test_two_people_who_record_the_same_at_once_leave_it_once(house: House) -> None:
    """The second has to wait and read the log anew, or the log would hold an order that cannot be, for good."""
    house.take_in(EXCELLENCE)
    applied = Event(EventType.REVIEW_APPLIED, TODAY)
    with ThreadPoolExecutor(1) as pool:
        with moment(house.desk) as now:
            certifications.hold(now.connection, [1])
            certifications.record(now.connection, [(1, applied)], Author("first", now.now))
            second = pool.submit(house.record, EventType.REVIEW_APPLIED, TODAY)
            sleep(0.3)
        with pytest.raises(RequestRefused):
            second.result(timeout=30)
    assert [row.type for row in house.rows(event)] == ["listed", "review_applied"]


def test_a_renaming_changes_the_holders_name_and_keeps_its_certifications(house: House) -> None:
    house.take_in(EXCELLENCE | {"uscc": USCC_A})
    house.record(EventType.RENAMED, TODAY, name=" 甲方新名称有限公司 ")
    [row] = house.rows(enterprise)

    assert (row.name, row.identity) == ("甲方新名称有限公司", USCC_A)
    assert house.certification("甲方新名称").id == 1
    assert "甲方新名称有限公司" in house.sent()[0].subject


@pytest.mark.parametrize("name", ["", "   ", "长" * 201, "甲\n乙", "乙方演示有限公司"])
def test_a_name_that_cannot_be_is_refused_and_nothing_is_stored(house: House, name: str) -> None:
    house.take_in(EXCELLENCE, EXCELLENCE | {"enterprise": "乙方演示有限公司", "contact_email": "b@b.example"})
    before, enterprises = house.sizes(), house.rows(enterprise)
    with pytest.raises(RequestRefused):
        house.record(EventType.RENAMED, TODAY, name=name)

    assert house.sizes() == before
    assert house.rows(enterprise) == enterprises


def test_a_correction_that_no_plan_can_follow_is_refused(house: House) -> None:
    house.take_in(EXCELLENCE)
    before = house.sizes()
    with pytest.raises(RequestRefused, match="2051"):
        house.record(EventType.CORRECTED, TODAY, field="valid_through", value="2050-12-29")

    assert house.sizes() == before
    assert house.scan().planned == 1


def test_a_listing_ends_the_publicity(house: House) -> None:
    house.take_in({"enterprise": "演示甲", "level": "excellence", "status": "proposed"})
    house.record(EventType.LISTED, date(2025, 12, 9))

    assert [row.proposed for row in house.rows(certification)] == [False]
    assert house.safe_days()["review_application"] == date(2028, 9, 7)
