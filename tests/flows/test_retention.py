"""Retention: what is old is let go, and no reminder comes back to life by it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from service import settings
from service.domain.delivery import Refused, State
from service.domain.errors import RequestRefused
from service.domain.lifecycle import EventType
from service.domain.undeliverable import Meaning
from service.domain.visitors import VisitorRole
from service.flows import accounts, remind, retention, sign_in
from service.store import audit as chain
from service.store import returned as mail
from service.store.audit import Intact
from service.store.doors import audit, session
from service.store.doors import sign_in as link
from service.store.kept import letter
from service.store.postal import returned
from service.store.tables import attempt, delivery, event, invite, obligation, run
from tests.house import DIRECTOR, EXCELLENCE, TODAY, House, house
from tests.site import OPERATOR

__all__ = ["house"]

SECOND = EXCELLENCE | {"enterprise": "乙方演示有限公司", "contact_email": "handler@b.example"}
LATE = TODAY + timedelta(days=80)
KEPT = (delivery, invite, event, audit)


@pytest.fixture
def busy(house: House) -> House:
    """Years of work in a day: reminders sent, refused and superseded, a list, returned mail, sessions."""
    house.take_in(EXCELLENCE, EXCELLENCE | DIRECTOR, SECOND)
    house.sent()
    house.record(EventType.CHANGED, TODAY)
    house.wire.answer = lambda parcel: Refused("550 no", 550)
    house.sent(LATE)
    house.escalate(LATE)
    signed = house.desk.links.id_in(
        "sign-in", accounts.add(house.desk, "ops", VisitorRole.OPS, None, OPERATOR).rpartition("/")[2]
    )
    assert signed is not None
    sign_in.by_link(house.desk, house.desk.links.token("sign-in", signed))
    with house.engine.begin() as connection:
        mail.add(connection, "a", house.clock(), 1, Meaning.DELAYED, "4.0.0", "", mail.BY_ITSELF)
        mail.add(connection, "b", house.clock(), None, Meaning.UNREAD, "", "", "")
    return house


def counts(house: House) -> dict[str, int]:
    with house.engine.begin() as connection:
        tables = (letter, attempt, run, returned, session, link)
        return {each.name: int(connection.scalar(select(func.count()).select_from(each)) or 0) for each in tables}


def everything(house: House) -> list[Any]:
    return [house.rows(table) for table in KEPT]


def prune_all(house: House) -> Any:
    house.clock.step(days=2)
    return retention.prune(house.desk, 1, LATE)


def test_everything_that_is_old_is_let_go_but_what_keeps_a_letter_from_going_twice(busy: House) -> None:
    before, sizes = everything(busy), counts(busy)
    assert min(sizes.values()) > 0
    gone = prune_all(busy)
    assert everything(busy) == before
    left = counts(busy)
    assert (left["letter"], left["attempt"], left["session"], left["sign_in"]) == (0, 0, 0, 0)
    assert [row.settled_by for row in busy.rows(returned)] == [""], "what waits for a person waits on"
    assert {name: gone[name] for name in ("letters", "attempts", "sessions", "links", "returned_mail")} == {
        "letters": sizes["letter"],
        "attempts": sizes["attempt"],
        "sessions": sizes["session"],
        "links": sizes["sign_in"],
        "returned_mail": 1,
    }


@pytest.mark.parametrize("day", [TODAY, LATE])
def test_no_reminder_comes_back_to_life(busy: House, day: Any) -> None:
    busy.scan(LATE)
    prune_all(busy)
    with busy.engine.begin() as connection:
        connection.execute(update(obligation).where(obligation.c.closed == "").values(check_on=day))
    before = len(busy.rows(delivery))
    busy.wire.carried.clear()
    scanned = busy.scan(LATE)
    busy.deliver(LATE)
    assert (scanned.planned, scanned.superseded) == (0, 0)
    assert (len(busy.rows(delivery)), busy.wire.carried) == (before, [])


def test_the_audit_still_holds(busy: House) -> None:
    with busy.engine.begin() as connection:
        noted = chain.verify(connection)
    assert isinstance(noted, Intact)
    prune_all(busy)
    with busy.engine.begin() as connection:
        assert chain.verify(connection, noted) == noted


def test_of_each_job_the_newest_good_run_stays(busy: House) -> None:
    busy.scan(LATE)
    last = max(row.id for row in busy.rows(run) if row.job == "scan")
    prune_all(busy)
    left = [(row.job, row.id) for row in busy.rows(run)]
    assert len({job for job, _ in left}) == len(left)
    assert ("scan", last) in left


def test_a_dry_run_is_no_good_run_whichever_way_its_job_says_so(busy: House) -> None:
    assert {str(row.counts["dry_run"]) for row in busy.rows(run) if "dry_run" in row.counts} == {"False", "0"}
    busy.take_in(EXCELLENCE, dry_run=True)
    remind.scan(busy.desk, LATE, dry_run=True)
    prune_all(busy)
    kept = {row.job: row.counts.get("dry_run") for row in busy.rows(run)}
    assert not kept["scan"]
    assert not kept["import"]


def test_a_run_tells_what_was_let_go(busy: House) -> None:
    gone = prune_all(busy)
    [row] = [row for row in busy.rows(run) if row.job == "prune"]
    assert (row.outcome, row.counts) == ("done", gone)
    assert retention.prune(busy.desk, 1, LATE)["letters"] == 0


def test_what_is_not_old_or_not_settled_stays(busy: House) -> None:
    sizes = counts(busy)
    retention.prune(busy.desk, 1, LATE)
    assert counts(busy) == sizes | {"run": sizes["run"] + 1}
    with busy.engine.begin() as connection:
        connection.execute(update(delivery).where(delivery.c.state == State.REFUSED).values(state=State.UNKNOWN))
    unsettled = [row for row in busy.rows(delivery) if row.state == State.UNKNOWN]
    prune_all(busy)
    assert {row.delivery_id for row in busy.rows(letter)} == {row.digest_id or row.id for row in unsettled}
    assert {row.delivery_id for row in busy.rows(attempt)} == {row.id for row in unsettled}


def test_with_no_days_given_everything_is_kept_for_ever(busy: House) -> None:
    busy.clock.step(days=36500)
    sizes = counts(busy)
    assert retention.prune(busy.desk, 0, LATE) == {}
    assert counts(busy) == sizes | {"run": sizes["run"] + 1}


def test_more_than_goes_at_once_is_let_go_in_parts(busy: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_AT_ONCE", 1)
    sizes = counts(busy)
    assert prune_all(busy)["attempts"] == sizes["attempt"]
    assert counts(busy)["attempt"] == 0


@pytest.mark.parametrize("days", ["-1", "x", "36501"])
def test_a_number_of_days_that_cannot_be_is_refused_by_its_name(days: str) -> None:
    with pytest.raises(RequestRefused, match="DUBAN_KEEP_DAYS"):
        settings.load(keep_days=days)


def test_three_years_are_kept_unless_said_otherwise() -> None:
    assert settings.load().keep_days == 1095
    assert {"name": "DUBAN_KEEP_DAYS", "value": "1095", "source": "default"} in settings.shown(settings.load())
