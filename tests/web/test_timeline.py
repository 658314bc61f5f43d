"""The drawn life: in its place on both sheets, and the same in words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.certification import Level
from service.domain.delivery import Purpose, State
from service.domain.history import live
from service.domain.lifecycle import Event, EventType
from service.domain.obligation import Closed, Holder, Kind, Obligation, Subject, SubjectKind
from service.domain.people import Role
from service.domain.periods import Dates
from service.domain.why import LetterOnRecord
from service.letters.letter import Language
from service.letters.words import WORDS
from service.store.console.certification_page import LetterAbout
from service.store.obligations import Stored
from service.web.timeline import Story, Tongue, told
from service.web.timeline_drawn import BROAD, SLIM, Drawing, Sheet, drawn

TODAY = date(2028, 6, 9)
TONGUE = Tongue(WORDS[Language.ZH], lambda zh, _en: zh, lambda type: f"事件{type}")
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 1))
NAME = 73  # how wide 事件changed is at a size of 12
LISTED = Event(EventType.LISTED, date(2025, 12, 9), order=1)


def matter(id: int, safe: date, kind: Kind = Kind.REVIEW_APPLICATION, closed: Closed | None = None) -> Stored:
    dates = Dates(None, None, safe, safe + timedelta(days=2), None, safe, False, ())
    obligation = Obligation(kind, str(id), "17(4)", Holder.ENTERPRISE, dates, closed)
    return Stored(id, Subject(SubjectKind.CERTIFICATION, 1), 0, obligation, "2026-2", None, "")


def letter(about: int, on: date, state: State) -> LetterAbout:
    now = datetime(2028, 6, 9, tzinfo=UTC)
    return LetterAbout(
        about, LetterOnRecord(1, 1, Purpose.REMINDER, "30d", state, "", 1, now, now), "经办人", Role.HANDLER, on
    )


def story(*events: Event, matters: tuple[Stored, ...] = (), letters: tuple[LetterAbout, ...] = ()) -> Story:
    log = (LISTED, *events)
    return Story(live(Level.EXCELLENCE, log), log, matters, letters, TODAY)


def within(drawing: Drawing) -> bool:
    placed = [*drawing.ticks, *drawing.bars, *drawing.marks]
    return all(0 <= each.x <= drawing.sheet.width and 0 <= each.y <= drawing.height for each in placed)


@pytest.mark.parametrize("sheet", [BROAD, SLIM])
@given(days=st.lists(DAYS, max_size=12, unique=True), far=st.integers(0, 40000))
def test_everything_stands_on_the_sheet_and_no_two_names_of_events_on_one_another(
    sheet: Sheet, days: list[date], far: int
) -> None:
    events = [Event(EventType.CHANGED, day, order=2 + place) for place, day in enumerate(days)]
    drawing = drawn(story(*events, matters=(matter(1, TODAY + timedelta(days=far)),)), TONGUE, sheet)
    assert within(drawing)
    rows: dict[float, list[tuple[float, float]]] = {}
    for each in (mark for mark in drawing.marks if mark.sign == "event"):
        rows.setdefault(each.y, []).append((each.x - NAME, each.x) if each.left else (each.x, each.x + NAME))
    for row in rows.values():
        assert all(before[1] <= after[0] for before, after in pairwise(sorted(row)))


@pytest.mark.parametrize("sheet", [BROAD, SLIM])
def test_what_is_later_stands_further_right(sheet: Sheet) -> None:
    first, second = matter(1, date(2028, 7, 7)), matter(2, date(2028, 9, 7))
    drawing = drawn(story(matters=(second, first)), TONGUE, sheet)
    safe = [mark for mark in drawing.marks if mark.sign == "safe"]
    assert [mark.title[:10] for mark in safe] == ["2028-07-07", "2028-09-07"]
    assert drawing.today_x < safe[0].x < safe[1].x
    assert safe[0].y < safe[1].y
    [validity] = [bar for bar in drawing.bars if bar.sign == "validity"]
    assert validity.x < drawing.today_x < validity.until


def test_letters_that_went_and_that_failed_have_signs_of_their_own_and_waiting_ones_none() -> None:
    states = (State.SENT, State.BOUNCED, State.PLANNED, State.SENT)
    letters = tuple(letter(1, TODAY, state) for state in states)
    whole = story(matters=(matter(1, date(2028, 9, 7)),), letters=letters)
    signs = [mark.sign for mark in drawn(whole, TONGUE, BROAD).marks]
    assert (signs.count("sent"), signs.count("failed")) == (1, 1), "letters of one day and step to several are one"
    assert [each.words for each in told(whole, TONGUE) if each.sign == "failed"] == [
        "复核申请 · 信未送达（提前 30 天）"
    ]


def test_open_matters_are_drawn_before_closed_ones_where_there_is_no_room_for_all() -> None:
    closed = tuple(matter(id, date(2026, 1, 1) + timedelta(days=id), closed=Closed.FILED) for id in range(1, 20))
    drawing = drawn(story(matters=(*closed, matter(20, date(2028, 9, 7)))), TONGUE, BROAD)
    safe = [mark.sign for mark in drawing.marks if mark.sign.startswith("safe")]
    assert (len(safe), safe.count("safe")) == (12, 1)


def test_the_list_says_the_same_in_the_order_of_days_with_today_in_its_place() -> None:
    whole = story(matters=(matter(1, date(2028, 9, 7)), matter(2, date(2028, 12, 8), Kind.VALIDITY_END)))
    assert [(str(each.on), each.sign, each.words) for each in told(whole, TONGUE)] == [
        ("2025-12-09", "validity", "有效期"),
        ("2025-12-09", "event", "事件listed"),
        ("2028-06-09", "today", "今天"),
        ("2028-09-07", "safe", "复核申请 · 建议日期"),
        ("2028-09-09", "due", "复核申请 · 最晚日期"),
        ("2028-12-08", "safe", "有效期届满"),
    ]


def test_a_renewal_follows_the_period_before_it_and_an_unknown_end_draws_none() -> None:
    applied = Event(EventType.REVIEW_APPLIED, date(2028, 6, 1), order=2)
    passed = Event(EventType.REVIEW_PASSED, date(2028, 7, 1), order=3)
    periods = [each for each in told(story(applied, passed), TONGUE) if each.sign == "validity"]
    assert [(each.words, each.on, each.until) for each in periods] == [
        ("有效期", date(2025, 12, 9), date(2028, 12, 9)),
        ("续期", date(2028, 12, 9), date(2031, 12, 9)),
    ]
    unknown = live(Level.ADVANCED, [LISTED])
    assert drawn(replace(story(), life=unknown), TONGUE, SLIM).bars == []
