"""The ladder: which rungs a matter climbs, when it rises, and what it never does."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.certification import UnitKind
from service.domain.errors import RequestRefused
from service.domain.ladder import Ladder, begun, climbed, climbs_on, next_look, rungs_of
from service.domain.obligation import MILESTONES, Holder, Kind, Obligation
from service.domain.oversight import Oversight, check, told
from service.domain.periods import Dates
from service.domain.rungs import OVERSEEING, PLACE, Rung
from service.store.official_days import official_workdays

WORKDAYS = official_workdays()
DAY = timedelta(days=1)
SAFE = date(2026, 3, 13)
DATES = Dates(None, None, SAFE, SAFE, None, SAFE, False, ())
GROUP, PROVINCE = UnitKind.CENTRAL_GROUP, UnitKind.PROVINCIAL
ALL = tuple(Rung)[1:]
ARTICLES = {
    Kind.ANNUAL_REPORT: ("9(4), 10(4)",),
    Kind.LIST_REPORT: ("16(3)",),
    Kind.ANNUAL_ROUND: ("17(1)", "17(2)", "18(1)", "18(2)"),
}

chosen = st.lists(st.sampled_from(ALL), unique=True).map(lambda rungs: tuple(sorted(rungs, key=PLACE.__getitem__)))
days = st.dates(date(2016, 1, 4), date(2040, 12, 31))


@st.composite
def matters(draw: st.DrawFn) -> Obligation:
    kind = draw(st.sampled_from(Kind))
    article = draw(st.sampled_from(ARTICLES.get(kind, ("17(4)",))))
    return Obligation(kind, "0", article, draw(st.sampled_from(Holder)), DATES)


def of(kind: Kind, article: str, holder: Holder = Holder.UNIT) -> Obligation:
    return Obligation(kind, "0", article, holder, DATES)


@given(matters(), st.sampled_from([None, *UnitKind]), chosen)
def test_the_rungs_are_some_of_the_chosen_in_rising_order(
    matter: Obligation, kind: UnitKind | None, rungs: tuple[Rung, ...]
) -> None:
    found = rungs_of(matter, kind, rungs)
    assert list(found) == [rung for rung in rungs if rung in found]


@given(matters(), st.sampled_from([None, *UnitKind]), chosen)
def test_sasac_is_told_of_nothing_but_what_an_article_has_a_central_group_copy_to_it(
    matter: Obligation, kind: UnitKind | None, rungs: tuple[Rung, ...]
) -> None:
    copied = (Kind.ANNUAL_REPORT, Kind.LIST_REPORT, Kind.ANNUAL_ROUND)
    if Rung.SASAC in rungs_of(matter, kind, rungs):
        assert (kind, matter.holder) == (GROUP, Holder.UNIT)
        assert matter.kind in copied
        assert any(article in matter.article for article in ("10(4)", "16(3)", "17(2)"))


@pytest.mark.parametrize(
    ("matter", "kind", "rungs"),
    [
        (of(Kind.REVIEW_APPLICATION, "17(4)", Holder.ENTERPRISE), PROVINCE, "director unit city province ministry"),
        (of(Kind.REVIEW_APPLICATION, "17(4)", Holder.ENTERPRISE), GROUP, "director unit city province ministry"),
        (of(Kind.PRELIMINARY_ACCEPTANCE, "18(5)"), GROUP, "director ministry"),
        (of(Kind.ANNUAL_REPORT, "9(4), 10(4)"), PROVINCE, "director ministry"),
        (of(Kind.ANNUAL_REPORT, "9(4), 10(4)"), GROUP, "director ministry sasac"),
        (of(Kind.LIST_REPORT, "16(3)"), GROUP, "director ministry sasac"),
        (of(Kind.ANNUAL_ROUND, "17(2)"), GROUP, "director ministry sasac"),
        (of(Kind.ANNUAL_ROUND, "18(2)"), GROUP, "director ministry"),
        (of(Kind.ANNUAL_ROUND, "17(1)", Holder.ENTERPRISE), GROUP, ""),
        *((of(kind, "17(4)", Holder.ENTERPRISE), GROUP, "") for kind in MILESTONES),
    ],
)
def test_a_matter_climbs_past_whoever_it_is_owed_to(matter: Obligation, kind: UnitKind, rungs: str) -> None:
    assert rungs_of(matter, kind, ALL) == tuple(map(Rung, rungs.split()))


looks = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.none() | st.integers(0, 30),
        st.lists(st.sampled_from(ALL), unique=True),
    ),
    max_size=30,
)


@given(chosen, st.integers(1, 60), st.booleans(), days, looks)
def test_a_ladder_only_rises_one_rung_a_look_and_never_while_it_is_quiet(
    rungs: tuple[Rung, ...], grace: int, director: bool, day: date, looks: list[tuple[int, int | None, list[Rung]]]
) -> None:
    ladder = begun(rungs, grace, day, has_director=director)
    for later, quiet, manned in looks:
        day += later * DAY
        quiet_until = None if quiet is None else day + (quiet - 15) * DAY
        on = climbs_on(ladder, quiet_until, WORKDAYS)
        before = ladder
        if on is not None and on <= day:
            ladder = climbed(ladder, day, manned)
        if ladder.rung is not before.rung:
            assert PLACE[ladder.rung] > PLACE[before.rung]
            assert ladder.rung in manned
            assert ladder.rung in rungs
            assert not {rung for rung in before.above if PLACE[rung] < PLACE[ladder.rung]} & set(manned)
            assert quiet_until is None or quiet_until < day
            assert WORKDAYS.count(before.since, day) >= grace
            assert ladder.since == day
        else:
            assert ladder.since == before.since
        assert (ladder.rungs, ladder.grace) == (rungs, grace)
        assert set(ladder.passed) <= set(rungs)
        assert ladder.rung not in ladder.passed
        on = next_look(ladder, quiet_until, WORKDAYS)
        assert on is None or on > day, "no look is asked for that has been"


def test_a_long_holiday_is_no_silence() -> None:
    eve = Ladder((Rung.DIRECTOR, Rung.UNIT), 3, Rung.DIRECTOR, date(2026, 2, 13))
    assert climbs_on(eve, None, WORKDAYS) == date(2026, 2, 25)  # 02-14 is worked, 02-15 to 02-23 are not


def test_silence_counts_anew_after_the_last_quiet_day() -> None:
    ladder = Ladder((Rung.DIRECTOR, Rung.UNIT), 3, Rung.DIRECTOR, date(2026, 3, 2))
    assert climbs_on(ladder, None, WORKDAYS) == date(2026, 3, 5)
    assert climbs_on(ladder, date(2026, 3, 10), WORKDAYS) == date(2026, 3, 13)
    assert climbs_on(ladder, date(2026, 2, 1), WORKDAYS) == date(2026, 3, 5)


def test_without_a_director_the_handler_keeps_one_grace() -> None:
    ladder = begun((Rung.DIRECTOR, Rung.UNIT), 3, date(2026, 3, 2), has_director=False)
    assert (ladder.rung, ladder.passed) == (Rung.HANDLER, (Rung.DIRECTOR,))
    assert climbs_on(ladder, None, WORKDAYS) == date(2026, 3, 5)
    assert climbed(ladder, date(2026, 3, 5), [Rung.UNIT]).rung is Rung.UNIT


def test_empty_rungs_are_passed_at_once_and_known() -> None:
    ladder = Ladder(ALL, 3, Rung.UNIT, date(2026, 3, 2))
    risen = climbed(ladder, date(2026, 3, 5), [Rung.MINISTRY])
    assert (risen.rung, risen.passed, risen.since) == (Rung.MINISTRY, (Rung.CITY, Rung.PROVINCE), date(2026, 3, 5))
    assert risen.came_to(Rung.PROVINCE)
    assert not risen.came_to(Rung.SASAC)


def test_with_nobody_above_a_ladder_stays_and_rises_once_there_is_somebody() -> None:
    ladder = Ladder((Rung.UNIT, Rung.CITY), 3, Rung.HANDLER, date(2026, 3, 2))
    stays = climbed(ladder, date(2026, 3, 5), [])
    assert (stays.rung, stays.since, stays.stuck) == (Rung.HANDLER, date(2026, 3, 2), True)
    assert next_look(stays, None, WORKDAYS) is None
    assert climbed(stays, date(2026, 3, 9), [Rung.UNIT]) == replace(
        ladder, rung=Rung.UNIT, since=date(2026, 3, 9), passed=(Rung.CITY,)
    )


def test_an_overseer_is_told_of_what_it_oversees_alone() -> None:
    city = Oversight(1, Rung.CITY, unit_id=5, enterprise_id=7)
    province = Oversight(2, Rung.PROVINCE, unit_id=5, enterprise_id=None)
    both = [city, province]
    assert told(both, Rung.CITY, 5, 7) == [1]
    assert told(both, Rung.CITY, 5, 8) == []
    assert told(both, Rung.CITY, 6, 7) == []
    assert told(both, Rung.CITY, 5, 0) == [], "a unit's own duty is of no enterprise"
    assert told(both, Rung.PROVINCE, 5, 8) == [2]
    assert told(both, Rung.MINISTRY, 5, 8) == []


@pytest.mark.parametrize(
    ("rung", "kind", "enterprises", "said"),
    [
        (Rung.UNIT, PROVINCE, False, "--rung"),
        (Rung.CITY, PROVINCE, False, "--enterprise"),
        (Rung.SASAC, PROVINCE, False, "central group"),
        (Rung.SASAC, GROUP, True, "central group"),
    ],
)
def test_an_overseer_that_there_cannot_be_is_refused(rung: Rung, kind: UnitKind, enterprises: bool, said: str) -> None:
    with pytest.raises(RequestRefused, match=said):
        check(rung, kind, enterprises=enterprises)


def test_an_overseer_may_be_of_every_rung_above_the_unit() -> None:
    for rung in OVERSEEING:
        check(rung, GROUP, enterprises=rung is Rung.CITY)
