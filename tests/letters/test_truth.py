"""What a letter must say, and what it may never say (domain.md, "What the service may say")."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.certification import Level
from service.domain.obligation import INFORMATION, MILESTONES, Holder, Kind
from service.letters.letter import Language, Letter, MatterLetter, Notice
from service.letters.words import WORDS
from service.letters.writing import write
from tests.letters.facts import cases, in_language, letter, matter

CASES = [
    pytest.param(in_language(facts, language), id=f"{name}-{language}")
    for name, facts in cases().items()
    for language in Language
]
LATE = re.compile(r"逾期|迟|\blate\b|\boverdue\b|\bmissed\b", re.IGNORECASE)


def _said(written: Letter) -> str:
    """The words of a letter's own, without what it quotes of the articles and the steps of the count."""
    said = re.sub(r"“[^”]*。”|It says: .*", "", f"{written.subject}\n{written.text}")
    return re.split(r"【日期是怎样得出的】|== How these dates", said)[0]


@pytest.mark.parametrize("facts", CASES)
def test_every_letter_names_the_matter_its_factory_its_days_and_its_clause(facts: MatterLetter) -> None:
    written = write(facts)
    words, about = WORDS[facts.envelope.to.language], facts.matter
    days = [] if about.kind in MILESTONES else [about.dates.safe_due_on, about.dates.late_after]
    days += [about.dates.due_on] if about.kind in INFORMATION else []
    days += [about.dates.ends_on] if about.dates.ends_on else []
    named = [words.kinds[about.kind].title, about.enterprise, about.factory, words.levels[about.level], about.batch]
    named += [about.unit, f"#{about.certification_id}", about.date_basis, *map(words.day, days)]
    named.append(f"Art. {about.article}" if words.language is Language.EN else "《智能工厂梯度培育管理办法（暂行）》")
    for body in (written.text, written.html):
        assert [name for name in named if name not in body] == []
    assert about.enterprise in written.subject
    assert "\n" not in written.subject


@pytest.mark.parametrize("facts", CASES)
def test_no_letter_says_that_anything_was_cancelled_or_calls_anybody_late(facts: MatterLetter) -> None:
    said = _said(write(facts))
    assert "已取消" not in said
    assert "has been cancelled" not in said
    assert not LATE.search(said)


@pytest.mark.parametrize("facts", CASES)
def test_a_letter_says_how_to_record_that_it_is_done_unless_it_is_over(facts: MatterLetter) -> None:
    text = write(facts).text
    told_only = facts.notice is Notice.CANCELLATION or facts.matter.kind in INFORMATION
    assert ("duban event 12 " in text) == (not told_only)
    assert ("--on YYYY-MM-DD" in text) == (not told_only)


@pytest.mark.parametrize("facts", CASES)
def test_a_provisional_day_says_so_and_why(facts: MatterLetter) -> None:
    text = write(facts).text
    expected = facts.matter.dates.provisional and facts.notice is not Notice.CANCELLATION
    assert (
        re.search(r"日期为暂定。20\d\d年的放假安排尚未公布|Provisional\. .* 20\d\d is not announced", text) is not None
    ) == (expected)


def test_a_lapse_says_only_that_validity_is_over_and_that_no_application_was_seen() -> None:
    about = matter(Kind.REVIEW_APPLICATION)
    text = write(letter(Notice.LAPSE, about, date(2028, 12, 13))).text
    assert "有效期已满，系统未见复核申请记录" in text
    assert "由主管部门依照第十七条第（四）项决定" in text


def test_an_acceptance_application_goes_to_its_unit_and_is_threatened_with_nothing() -> None:
    for today in (date(2027, 8, 6), date(2027, 8, 21), date(2027, 9, 1), date(2027, 11, 30)):
        for language, unit in (
            (Language.ZH, "推荐单位（江苏省工业和信息化厅）"),
            (Language.EN, "unit (江苏省工业和信息化厅)"),
        ):
            text = write(letter(about=matter(), today=today, language=language)).text
            assert unit in text
            assert not re.search(r"取消|撤销|不得|withdrawn from|recognition|cancel", text)


@pytest.mark.parametrize(
    ("today", "zh", "en"),
    [
        (date(2028, 9, 7), "今天是发起复核申请的建议日期", "Today is the suggested day"),
        (date(2028, 9, 8), "法定最晚日期2028年9月9日（周六）尚未过", "9 September 2028, has not"),
        (date(2028, 9, 9), "法定最晚日期2028年9月9日（周六）尚未过", "9 September 2028, has not"),
        (date(2028, 9, 10), "有效期届满前仍可发起复核申请", "Until validity ends an application can still be made"),
        (date(2028, 12, 9), "有效期届满前仍可发起复核申请", "Until validity ends an application can still be made"),
        (
            date(2028, 12, 11),
            "顺延至2028年12月11日（周一）；在此之前仍可",
            "until then an application can still be made",
        ),
        (date(2028, 12, 12), "有效期已满，系统未见复核申请记录", "no application for review is on our record"),
    ],
)
def test_a_review_can_still_be_applied_for_until_validity_ends(today: date, zh: str, en: str) -> None:
    about = matter(Kind.REVIEW_APPLICATION)
    assert zh in write(letter(about=about, today=today)).text
    assert en in write(letter(about=about, today=today, language=Language.EN)).text


def test_an_application_on_record_is_never_denied() -> None:
    for kind in (Kind.VALIDITY_END, Kind.CULTIVATION_END):
        for holder in Holder:
            about = matter(kind, holder=holder, pending=True)
            written = write(letter(Notice.MILESTONE, about, about.dates.ends_on))
            assert "正在等待结果" in written.text
            assert "未见" not in written.text + written.subject


def test_a_unit_is_spoken_to_as_the_unit() -> None:
    text = write(letter(Notice.MILESTONE, matter(Kind.CULTIVATION_END, holder=Holder.UNIT), date(2027, 11, 24))).text
    assert "贵单位推荐的南京钢铁股份有限公司" in text
    assert "请向建设单位了解情况" in text


@given(
    st.sampled_from(list(Kind)),
    st.sampled_from([Level.EXCELLENCE, Level.PIONEER, Level.ADVANCED]),
    st.sampled_from(list(Language)),
    st.integers(-400, 400),
)
def test_on_any_day_a_letter_can_be_written_and_calls_nobody_late(
    kind: Kind, level: Level, language: Language, shift: int
) -> None:
    about = matter(kind, level=level)
    today = about.dates.safe_due_on + timedelta(days=shift)
    notice = Notice.MILESTONE if kind in MILESTONES else Notice.REMINDER
    if kind in INFORMATION:
        notice = Notice.OPENING
    said = _said(write(letter(notice, about, today, language=language)))
    assert not LATE.search(said)
    passed = re.search(r"法定最晚日期[^，]*已过\d+天|statutory day, [^,]*, [^,]*, passed", said)
    assert passed is None or today > about.dates.late_after
