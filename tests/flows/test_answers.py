"""What people answer from their letters, and what follows."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.answer import Answer, latest_quiet, quiet_until
from service.domain.errors import RequestRefused
from service.domain.lifecycle import Event, EventType
from service.domain.visitors import EVERYTHING, Actor, ActorKind, Scope
from service.flows import answers, close, forecast
from service.store import answers as stored
from service.store.answering import answer
from service.store.tables import contact, event, obligation
from tests.house import EXCELLENCE, LINKS, TODAY, House

SAFE = date(2028, 9, 7)
OPS = Actor(ActorKind.ACCOUNT, 1)
DAYS = st.dates(date(2026, 1, 1), date(2030, 1, 1))


def token(house: House) -> str:
    """The link of the newest letter."""
    [*_, letter] = house.sent(house_day(house))
    link = next(word for word in letter.text.split() if "/answer/" in word)
    assert link.startswith(LINKS.site)
    return link.rpartition("/")[2]


def house_day(house: House) -> date:
    return house.clock.now.date()


def on(house: House, day: date) -> date:
    """Let the clock show this day."""
    house.clock.step(days=(day - house.clock.now.date()).days)
    return day


def say(house: House, link: str, kind: Answer, **said: str) -> date | None:
    return answers.answer(house.desk, link, kind, said, house_day(house))


@pytest.fixture
def told(house: House) -> tuple[House, str]:
    """An enterprise that was told 90 days before, and the link of that letter."""
    house.take_in(EXCELLENCE)
    return house, token(house)


def stages_sent(house: House, until: date) -> list[tuple[date, str]]:
    """The day of each reminder from tomorrow on, and who got it."""
    sent = []
    while house_day(house) < until:
        day = on(house, house_day(house) + timedelta(days=1))
        sent += [(day, letter.to) for letter in house.sent(day)]
    return sent


@given(DAYS, DAYS)
def test_an_answer_never_keeps_a_reminder_back_within_seven_days_of_the_safe_day(safe: date, today: date) -> None:
    until = quiet_until(safe, today)
    assert until is None or today < until <= today + timedelta(14)
    assert until is None or until < safe - timedelta(7)


@given(DAYS, DAYS, DAYS)
def test_a_day_that_is_wished_for_is_granted_or_refused_never_changed(safe: date, today: date, wished: date) -> None:
    if today < wished <= latest_quiet(safe):
        assert quiet_until(safe, today, wished) == wished
    else:
        with pytest.raises(RequestRefused):
            quiet_until(safe, today, wished)


def test_acknowledging_keeps_reminders_back_for_two_weeks_and_silence_resumes_them(told: tuple[House, str]) -> None:
    house, _ = told
    on(house, date(2028, 8, 8))  # 30 days before
    link = token(house)
    assert say(house, link, Answer.ACKNOWLEDGED) == date(2028, 8, 22)
    sent = stages_sent(house, SAFE)
    assert sent[0][0] == date(2028, 8, 23), "15 days before is a working day after the quiet time"
    assert [day for day, _ in sent][1:] == [date(2028, 8, 31), date(2028, 9, 4), date(2028, 9, 6), SAFE]


def test_putting_off_leaves_out_what_falls_within_and_nothing_else(told: tuple[House, str]) -> None:
    house, link = told
    assert say(house, link, Answer.SNOOZED, until="2028-08-30") == date(2028, 8, 30)
    assert [day for day, _ in stages_sent(house, SAFE)] == [date(2028, 8, 31), date(2028, 9, 4), date(2028, 9, 6), SAFE]


def test_reminders_cannot_be_put_off_into_the_last_seven_days(told: tuple[House, str]) -> None:
    house, link = told
    with pytest.raises(RequestRefused, match="2028-08-30"):
        say(house, link, Answer.SNOOZED, until="2028-08-31")
    assert house.rows(answer) == []


def test_a_claim_waits_for_the_unit_and_its_confirmation_closes_the_matter(told: tuple[House, str]) -> None:
    house, link = told
    say(house, link, Answer.FILED, on="2028-06-08", receipt="回执-1")
    assert [row.closed for row in house.rows(obligation) if row.kind == "review_application"] == [""]
    answers.decide(house.desk, EVERYTHING, 1, OPS, TODAY, confirmed=True)
    assert [row.type for row in house.rows(event)] == ["listed", "review_applied"]
    assert house.rows(event)[-1].details == {"receipt": "回执-1"}
    house.deliver()
    [letter] = house.letters()
    assert letter.invite[0] == "CANCEL"
    assert stages_sent(house, SAFE + timedelta(30)) == []


def test_a_claim_that_is_reopened_lets_reminders_go_on_at_once(told: tuple[House, str]) -> None:
    house, _ = told
    on(house, date(2028, 8, 8))
    link = token(house)
    say(house, link, Answer.FILED, on="2028-08-07")
    on(house, date(2028, 8, 23))
    assert house.sent(house_day(house)) != [], "nobody confirmed it within two weeks"
    say(house, link, Answer.FILED, on="2028-08-07")
    on(house, date(2028, 8, 24))
    answers.decide(house.desk, EVERYTHING, 2, OPS, house_day(house), confirmed=False)
    assert [day for day, _ in stages_sent(house, date(2028, 8, 31))] == [date(2028, 8, 31)]


def test_an_unconfirmed_claim_does_not_stop_reminders_near_the_day(told: tuple[House, str]) -> None:
    house, link = told
    say(house, link, Answer.FILED, on="2028-06-08")
    assert {date(2028, 8, 31), SAFE} <= {day for day, _ in stages_sent(house, SAFE)}


def test_the_same_answer_cannot_be_decided_twice(told: tuple[House, str]) -> None:
    house, link = told
    say(house, link, Answer.FILED, on="2028-06-08")
    answers.decide(house.desk, EVERYTHING, 1, OPS, TODAY, confirmed=False)
    with pytest.raises(RequestRefused):
        answers.decide(house.desk, EVERYTHING, 1, OPS, TODAY, confirmed=True)
    assert [row.type for row in house.rows(event)] == ["listed"]


def test_another_unit_cannot_decide(told: tuple[House, str]) -> None:
    house, link = told
    say(house, link, Answer.FILED, on="2028-06-08")
    with pytest.raises(RequestRefused):
        answers.decide(house.desk, Scope.of_unit(2), 1, OPS, TODAY, confirmed=True)
    with house.engine.begin() as connection:
        assert stored.to_decide(connection, Scope.of_unit(2), 10) == []
        assert len(stored.to_decide(connection, EVERYTHING, 10)) == 1


def test_a_change_starts_its_own_three_months(told: tuple[House, str]) -> None:
    house, link = told
    say(house, link, Answer.CHANGED, on="2028-06-01", note="迁址")
    assert {row.kind: row.due_on for row in house.rows(obligation)}["major_change_filing"] == date(2028, 9, 1)
    assert [row.author for row in house.rows(event)][-1] == "contact:1"


def test_the_right_person_takes_the_place_of_the_wrong_one_once_somebody_has_confirmed(told: tuple[House, str]) -> None:
    house, link = told
    say(house, link, Answer.WRONG_PERSON, name="新经办人（演示）", address="new@a.example")
    assert [row.address for row in house.rows(contact)] == ["handler@a.example"], "until then nothing changes"
    answers.decide(house.desk, EVERYTHING, 1, OPS, TODAY, confirmed=True)
    assert [(row.address, row.working) for row in house.rows(contact)] == [
        ("handler@a.example", False),
        ("new@a.example", True),
    ]
    assert [letter.to for letter in house.sent()] == ["new@a.example"]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Answer.FILED, {"on": "2028-06-10"}),
        (Answer.FILED, {"on": "gestern"}),
        (Answer.FILED, {}),
        (Answer.SNOOZED, {"until": "2028-06-09"}),
        (Answer.CHANGED, {"on": "2020-01-01"}),
        (Answer.WRONG_PERSON, {"name": "甲", "address": "no address"}),
        (Answer.WRONG_PERSON, {"name": "甲"}),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(
    told: tuple[House, str], kind: Answer, said: dict[str, str]
) -> None:
    house, link = told
    before = house.sizes()
    with pytest.raises(RequestRefused):
        say(house, link, kind, **said)
    assert house.sizes() == before


def test_a_link_ends_with_its_time_by_being_revoked_and_with_its_address(told: tuple[House, str]) -> None:
    house, link = told
    assert answers.open_link(house.desk, link) is not None
    house.clock.step(days=181)
    assert answers.open_link(house.desk, link) is None
    house.clock.step(days=-181)
    with house.engine.begin() as connection:
        stored.revoke_links(connection, 1, house.clock.now + timedelta(seconds=1))
    assert answers.open_link(house.desk, link) is None


def test_a_link_of_another_letter_or_purpose_opens_nothing(told: tuple[House, str]) -> None:
    house, link = told
    assert answers.open_link(house.desk, f"99{link[link.index(chr(46)) :]}") is None
    assert answers.open_link(house.desk, LINKS.token("sign-in", 1)) is None
    assert answers.open_link(house.desk, "") is None


def test_what_is_foreseen_counts_the_quiet_time(told: tuple[House, str]) -> None:
    house, link = told
    say(house, link, Answer.SNOOZED, until="2028-08-30")
    foreseen = [row.day for row in forecast.foresee(house.desk, TODAY, SAFE) if row.kind == "review_application"]
    assert foreseen == [day for day, _ in stages_sent(house, SAFE)]


def test_once_the_day_moves_an_earlier_answer_keeps_nothing_back(told: tuple[House, str]) -> None:
    house, link = told
    say(house, link, Answer.SNOOZED, until="2028-08-30")
    house.take_in(EXCELLENCE | {"listed_on": "2025-12-01"})
    assert house.sent() != []


def test_a_claim_about_one_of_two_inquiries_closes_that_one(house: House) -> None:
    house.take_in(EXCELLENCE)
    for day in (date(2028, 6, 1), date(2028, 6, 2)):
        happened = Event(EventType.INQUIRY_RECEIVED, day, date(2028, 6, 20))
        close.record(house.desk, house.certification(), happened, "test", "", TODAY)
    links = [word for letter in house.sent() for word in letter.text.split() if "/answer/" in word]
    opened = {answers.open_link(house.desk, link.rpartition("/")[2]).matter.occurrence: link for link in links}
    say(house, opened["2028-06-02"].rpartition("/")[2], Answer.FILED, on="2028-06-08")
    answers.decide(house.desk, EVERYTHING, 1, OPS, TODAY, confirmed=True)
    closed = {row.occurrence: row.closed for row in house.rows(obligation) if row.kind == "inquiry_reply"}
    assert closed == {"2028-06-01": "", "2028-06-02": "filed"}
