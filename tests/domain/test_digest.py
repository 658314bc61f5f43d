"""Which letters go together: each goes once, to its own reader, the urgent ones on their day."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.digest import Hours, Waiting, count, gather, urgent_until
from service.domain.errors import RequestRefused
from service.store.official_days import official_workdays

WORKDAYS = official_workdays()
ZONE = ZoneInfo("Asia/Shanghai")
READERS = st.sampled_from(["a@a.example", "b@b.example", "c@c.example"])


@st.composite
def batches(draw: st.DrawFn) -> list[Waiting]:
    """A batch: what was begun before keeps the reader of its letter."""
    found: dict[int, str] = {}
    batch = []
    for id in range(1, draw(st.integers(1, 30)) + 1):
        before = draw(st.none() | st.integers(100, 105))
        reader = draw(READERS) if before is None else found.setdefault(before, draw(READERS))
        batch.append(Waiting(id, reader, draw(st.booleans()), before))
    return batch


@given(batches(), st.dictionaries(READERS, st.integers(0, 9)), st.integers(0, 6))
def test_each_goes_once_or_waits_and_never_with_anothers(batch: list[Waiting], gone: dict[str, int], most: int) -> None:
    gathered = gather(batch, gone, most)
    by_id = {each.id: each for each in batch}
    told = [id for letter in gathered.letters for id in letter] + list(gathered.tomorrow)

    assert sorted(told) == sorted(by_id)
    for letter in gathered.letters:
        members = [by_id[id] for id in letter]
        assert len({(each.reader, each.before) for each in members}) == 1
        assert len(members) == 1 or members[0].before or len({each.urgent for each in members}) == 1
        assert letter == tuple(sorted(letter))


@given(batches(), st.dictionaries(READERS, st.integers(0, 9)), st.integers(0, 6))
def test_what_is_urgent_or_was_begun_never_waits_for_tomorrow(
    batch: list[Waiting], gone: dict[str, int], most: int
) -> None:
    by_id = {each.id: each for each in batch}
    waiting = [by_id[id] for id in gather(batch, gone, most).tomorrow]
    assert [each for each in waiting if each.urgent or each.before] == []
    assert most or not waiting


@given(batches(), st.dictionaries(READERS, st.integers(0, 9)), st.integers(1, 6))
def test_nobody_gets_more_than_so_many_but_one_for_the_urgent(
    batch: list[Waiting], gone: dict[str, int], most: int
) -> None:
    by_id = {each.id: each for each in batch}
    for reader in {each.reader for each in batch}:
        letters = [each for each in gather(batch, gone, most).letters if by_id[each[0]].reader == reader]
        begun = [each for each in letters if by_id[each[0]].before]
        urgent = any(each.urgent and each.before is None for each in batch if each.reader == reader)
        assert len(letters) <= max(most - gone.get(reader, 0), len(begun) + urgent)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=5), st.integers(0, 6))
def test_letters_are_counted_as_they_are_gathered(readers: list[tuple[int, int]], most: int) -> None:
    batch, id = [], 0
    for number, (urgent, calm) in enumerate(readers):
        for is_urgent in [True] * urgent + [False] * calm:
            batch.append(Waiting(id := id + 1, str(number), is_urgent, None))
    gathered = gather(batch, {}, most)
    waiting_readers = {each.reader for each in batch if each.id in gathered.tomorrow}
    assert count(readers, most) == len(gathered.letters) + len(waiting_readers)


def test_forty_calm_matters_are_one_letter_and_three_urgent_ones_three() -> None:
    calm = [Waiting(id, "a", urgent=False, before=None) for id in range(1, 41)]
    urgent = [Waiting(id, "a", urgent=True, before=None) for id in range(41, 44)]
    assert gather([*calm, *urgent], {}, 5).letters == ((41,), (42,), (43,), tuple(range(1, 41)))


def test_forty_urgent_matters_are_one_letter() -> None:
    urgent = [Waiting(id, "a", urgent=True, before=None) for id in range(1, 41)]
    assert gather(urgent, {}, 5).letters == (tuple(range(1, 41)),)


def test_what_no_mail_program_would_show_whole_is_several_letters() -> None:
    calm = [Waiting(id, "a", urgent=False, before=None) for id in range(1, 401)]
    gathered = gather(calm, {}, 5)
    assert [len(letter) for letter in gathered.letters] == [60] * 5
    assert len(gathered.tomorrow) == 100
    assert [len(letter) for letter in gather(calm, {}, 0).letters] == [60] * 6 + [40]
    assert count([(0, 400)], 0) == count([(400, 0)], 5) == 7


def test_urgent_is_what_is_near_by_the_next_working_day() -> None:
    friday, eve_of_spring_festival = date(2026, 6, 5), date(2026, 2, 14)
    assert urgent_until(friday, WORKDAYS) == date(2026, 6, 15)
    assert urgent_until(eve_of_spring_festival, WORKDAYS) == date(2026, 3, 3)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-06-05 08:00", "2026-06-05 08:00"),
        ("2026-06-05 19:59", "2026-06-05 19:59"),
        ("2026-06-05 07:59", "2026-06-05 08:00"),
        ("2026-06-05 20:00", "2026-06-08 08:00"),
        ("2026-06-06 12:00", "2026-06-08 08:00"),
        ("2026-02-14 12:00", "2026-02-14 12:00"),  # a Saturday that is worked
        ("2026-02-16 03:00", "2026-02-24 08:00"),
    ],
)
def test_what_can_wait_goes_in_the_next_working_hours(now: str, then: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=ZONE)
    assert Hours().next(at, WORKDAYS) == datetime.fromisoformat(then).replace(tzinfo=ZONE)


@given(st.dates(date(2026, 1, 1), date(2027, 11, 30)), st.times())
def test_the_next_hours_are_of_a_working_day_and_never_past(day: date, at: time) -> None:
    now = datetime.combine(day, at, ZONE)
    then = Hours().next(now, WORKDAYS)
    assert then >= now
    assert WORKDAYS.read(then.date()).working
    assert time(8) <= then.time() < time(20)
    assert then - now < timedelta(days=12)


def test_quiet_hours_are_read_as_from_evening_to_morning() -> None:
    assert Hours.outside("21:30-07:00") == Hours(time(7), time(21, 30))
    for wrong in ("", "20-8", "08:00-20:00", "24:00-08:00", "20:00-08:00 ", "20:00"):
        with pytest.raises(RequestRefused, match="DUBAN_QUIET_HOURS"):
            Hours.outside(wrong)
