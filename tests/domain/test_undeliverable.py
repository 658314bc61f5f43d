"""Who is told instead, and when an address is held back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.people import Contact, Role, audience
from service.domain.undeliverable import DAYS_BEFORE_HELD_BACK, is_held_back, told_instead
from tests.builders import contact

HANDLER, SECOND = contact(Role.HANDLER, 1), contact(Role.HANDLER, 2)
BACKUP, DIRECTOR = contact(Role.BACKUP, 3), contact(Role.DIRECTOR, 4)
ALL = [DIRECTOR, BACKUP, SECOND, HANDLER]
NOON = datetime(2028, 6, 9, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failed", "told", "instead"),
    [
        (HANDLER, {1}, [SECOND]),
        (HANDLER, {1, 2}, [BACKUP]),
        (HANDLER, {1, 2, 3}, [DIRECTOR]),
        (HANDLER, {1, 2, 3, 4}, []),
        (HANDLER, {1, 2, 4}, [BACKUP]),
        (BACKUP, {1, 2, 3}, [DIRECTOR]),
        (DIRECTOR, {1, 2, 4}, []),
    ],
)
def test_the_next_who_was_not_told_is_told_instead(failed: Contact, told: set[int], instead: list[Contact]) -> None:
    assert told_instead(ALL, failed, told) == instead


def test_an_address_that_is_held_back_is_passed_over() -> None:
    assert told_instead([HANDLER, contact(Role.BACKUP, 3, working=False), DIRECTOR], HANDLER, {1}) == [DIRECTOR]


CONTACTS = st.lists(
    st.builds(lambda role, working: (role, working), st.sampled_from(Role), st.booleans()), min_size=1, max_size=6
).map(lambda each: [contact(role, id, working=working) for id, (role, working) in enumerate(each)])


@given(CONTACTS, st.data())
def test_if_everybody_fails_in_turn_everybody_after_the_first_is_told_once(
    people: list[Contact], data: st.DataObject
) -> None:
    told = {each.id for each in audience(people, director_too=data.draw(st.booleans()))}
    first, waiting = set(told), [each for each in people if each.id in told]
    while waiting:
        failed = waiting.pop(0)
        instead = told_instead(people, failed, told)
        assert all(each.working and each.id not in told for each in instead)
        told |= {each.id for each in instead}
        waiting += instead

    if first:
        assert told == {each.id for each in people if each.working}


def failures(*days: int, at: int = 0) -> list[tuple[datetime, date]]:
    return [(NOON + timedelta(days=day, hours=at), date(2028, 6, 9) + timedelta(days=day)) for day in days]


@pytest.mark.parametrize(
    ("days", "success", "held"),
    [
        ([0, 1, 2], None, True),
        ([0, 30, 300], None, True),
        ([0, 0, 0, 0, 1], None, False),
        ([0, 1], None, False),
        ([], None, False),
        ([0, 1, 2], NOON + timedelta(hours=1), False),
        ([0, 1, 2, 3], NOON + timedelta(hours=1), True),
        ([0, 1, 2], NOON - timedelta(days=1), True),
        ([0, 1, 2], NOON + timedelta(days=9), False),
    ],
)
def test_an_address_is_held_back_after_answers_on_three_days_without_a_success(
    days: list[int], success: datetime | None, held: bool
) -> None:
    assert DAYS_BEFORE_HELD_BACK == 3
    assert is_held_back(failures(*days), success) is held
