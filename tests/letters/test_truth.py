"""What a letter must say, and what it may never say (domain.md, "What the service may say")."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.certification import Level, UnitKind
from service.domain.obligation import INFORMATION, MILESTONES, Holder, Kind
from service.domain.rungs import Rung
from service.letters.articles import article_of
from service.letters.letter import Language, Letter, MatterLetter, Notice
from service.letters.standing import is_voluntary
from service.letters.words import WORDS
from service.letters.writing import write
from tests.letters.cases import cases
from tests.letters.facts import by_hand, duty, in_language, letter, matter

EVERY = {f"{name}-{language}": in_language(facts, language) for name, facts in cases().items() for language in Language}
OF_UNITS = {name: facts for name, facts in EVERY.items() if not facts.matter.enterprise}
CHANCES = {name: facts for name, facts in EVERY.items() if is_voluntary(facts.matter)}
ADVANCED = {name: facts for name, facts in EVERY.items() if facts.matter.article == "16(4)"}
LATE = re.compile(r"逾期|迟|\blate\b|\boverdue\b|\bmissed\b", re.IGNORECASE)


def _said(written: Letter) -> str:
    """The words of a letter's own, without what it quotes of the articles and the steps of the count."""
    said = re.sub(r"“[^”]*。”|It says: .*", "", f"{written.subject}\n{written.text}")
    return re.split(r"【日期是怎样得出的】|== How these dates", said)[0]


@pytest.mark.parametrize("facts", EVERY.values(), ids=EVERY)
def test_every_letter_names_the_matter_its_factory_its_days_and_its_clause(facts: MatterLetter) -> None:
    written = write(facts)
    words, about = WORDS[facts.envelope.to.language], facts.matter
    days = [] if about.kind in MILESTONES else [about.dates.safe_due_on, about.dates.late_after]
    days += [about.dates.due_on] if about.kind in INFORMATION else []
    days += [about.dates.ends_on] if about.dates.ends_on else []
    named = [words.title_of(about), about.enterprise, about.factory, about.batch, about.unit, about.date_basis]
    named += [words.levels[about.level]] if about.level else []
    named += [words.number_of(about).removeprefix("编号"), *map(words.day, days)]
    zh = words.language is Language.ZH
    named.append("《智能工厂梯度培育管理办法（暂行）》" if zh else f"Art. {article_of(about)}")
    for body in (written.text, written.html):
        assert [name for name in named if name not in body] == []
    assert written.subject.endswith(about.enterprise or about.unit)
    assert "\n" not in written.subject


@pytest.mark.parametrize("facts", EVERY.values(), ids=EVERY)
def test_no_letter_says_that_anything_was_cancelled_or_calls_anybody_late(facts: MatterLetter) -> None:
    said = _said(write(facts))
    assert "已取消" not in said
    assert "has been cancelled" not in said
    assert not LATE.search(said)


@pytest.mark.parametrize("facts", EVERY.values(), ids=EVERY)
def test_a_letter_says_how_to_record_that_it_is_done_unless_it_is_over(facts: MatterLetter) -> None:
    letter = write(facts)
    about = facts.matter
    told_only = facts.notice in (Notice.CANCELLATION, Notice.ESCALATION)
    told_only = told_only or about.kind in INFORMATION or is_voluntary(about)
    for body in (letter.text, letter.html):
        assert (facts.answer_link in body and "/answer/" in body) == (not told_only)
        assert "duban " not in body, "its reader has no command line"


@pytest.mark.parametrize("facts", EVERY.values(), ids=EVERY)
def test_a_provisional_day_says_so_and_why(facts: MatterLetter) -> None:
    text = write(facts).text
    expected = facts.matter.dates.provisional and facts.notice is not Notice.CANCELLATION
    said = re.search(r"日期为暂定。20\d\d年的放假安排尚未公布|[Pp]rovisional\. .* 20\d\d is not announced", text)
    assert (said is not None) == expected


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


LADDER = {name: facts for name, facts in EVERY.items() if facts.notice is Notice.ESCALATION}


@pytest.mark.parametrize("facts", LADDER.values(), ids=LADDER)
def test_a_superior_body_is_asked_for_nothing_that_is_its_holders_and_told_that_it_is_a_copy(
    facts: MatterLetter,
) -> None:
    written = write(facts)
    assert (written.calendar, written.method) == (None, None)
    assert not re.search(r"https?://|回复本邮件|reply to this letter|贵集团|日历邀请|invitation", written.text)
    copied = facts.silence is not None and facts.silence.rung is Rung.SASAC
    assert written.subject.startswith(("【抄送】", "Copy: ") if copied else ("【督办】", "Escalation: "))
    assert ("故将本信抄送贵单位" in written.text or "gets a copy of this letter" in written.text) == copied
    assert not re.search(r"已取消|withdrawn|逾期", written.text.split("\n\n")[1])


def test_there_are_letters_of_each_sort() -> None:
    assert {facts.matter.kind for facts in OF_UNITS.values()} == {
        Kind.LIST_REPORT,
        Kind.ANNUAL_REPORT,
        Kind.ANNUAL_ROUND,
    }
    assert {facts.matter.kind for facts in ADVANCED.values()} == {Kind.REVIEW_APPLICATION, Kind.VALIDITY_END}
    assert {facts.notice for facts in CHANCES.values()} == {Notice.REMINDER, Notice.CORRECTION, Notice.CANCELLATION}


@pytest.mark.parametrize("facts", OF_UNITS.values(), ids=OF_UNITS)
def test_a_units_own_duty_is_told_without_an_enterprise_or_a_statutory_day(facts: MatterLetter) -> None:
    written = write(facts)
    said = f"{_said(written)}{written.html}"
    assert not re.search(r"建设单位|法定|有效期|培育期|复核|验收|编号#", re.sub(r"“[^”]*。”", "", said))
    assert not re.search(r"enterprise:|statutory|validity|review|#0", re.sub("It says: .*", "", said), re.IGNORECASE)
    assert ("17:00" in said) == (facts.matter.hour == "17:00")


@pytest.mark.parametrize("facts", OF_UNITS.values(), ids=OF_UNITS)
def test_only_a_central_group_sends_a_copy_and_not_of_what_article_18_2_asks(facts: MatterLetter) -> None:
    copied = facts.matter.unit_kind is UnitKind.CENTRAL_GROUP and facts.matter.article != "18(2)"
    said = _said(write(facts))
    if facts.notice is not Notice.CANCELLATION:
        assert bool(re.search("国务院国资委|SASAC", said)) == copied
    addressed = "贵集团" if facts.matter.unit_kind is UnitKind.CENTRAL_GROUP else "贵单位"
    to_its_superior = facts.notice is Notice.ESCALATION
    assert facts.envelope.to.language is Language.EN or to_its_superior or addressed in said


@pytest.mark.parametrize("facts", CHANCES.values(), ids=CHANCES)
def test_an_opportunity_is_no_duty(facts: MatterLetter) -> None:
    written = write(facts)
    said = _said(written)
    assert not re.search(r"应当|必须|务必|须于|立即|取消|要求整改", said)
    assert not re.search(r"\bmust\b|\bhave to\b|\bshall\b|\bat once\b|withdrawn from|\brequired\b", said)
    assert "duban " not in written.text
    if facts.notice is not Notice.CANCELLATION:
        calendar = re.sub(r"\r\n ", "", (written.calendar or b"").decode())
        for text in (written.text, written.html):
            assert re.search(r"无需回复|no answer is needed", text)
        assert re.search(r"无需回复|no answer is needed", calendar)


@pytest.mark.parametrize("facts", ADVANCED.values(), ids=ADVANCED)
def test_what_only_holds_for_the_national_levels_is_not_said_of_the_advanced_one(facts: MatterLetter) -> None:
    written = write(facts)
    for text in (written.text, written.html):
        assert not re.search(r"法定|直接取消认定|第十七条|第十八条|六部门|主管部门公布|主管部门依照|仍可发起", text)
        assert not re.search(r"[Ss]tatutory|Art\. 1[78]|six ministries|the authority|can still be made:", text)


def test_what_follows_a_lapse_of_the_advanced_level_is_for_its_unit_to_say() -> None:
    about = matter(Kind.REVIEW_APPLICATION, level=Level.ADVANCED)
    zh, en = (write(letter(Notice.LAPSE, about, date(2028, 12, 13), language=each)).text for each in Language)
    assert "后续如何处理以推荐单位（青岛市工业和信息化局）的规定为准" in zh
    assert "What follows is for the rules of your recommending unit (青岛市工业和信息化局) to say" in en


def test_the_yearly_report_rests_on_the_article_for_the_units_kind() -> None:
    for of, article, other in (
        (UnitKind.PROVINCIAL, "第九条第（四）项", "第十条"),
        (UnitKind.CENTRAL_GROUP, "第十条第（四）项", "第九条"),
    ):
        text = write(letter(about=duty(Kind.ANNUAL_REPORT, of=of))).text
        assert text.count(article) == 2  # the basis, and the step of the count
        assert other not in text


def test_the_hour_is_the_matters_own() -> None:
    for about in (matter(), matter(Kind.ANNUAL_ROUND), duty(Kind.LIST_REPORT)):
        for today in (about.dates.safe_due_on - timedelta(14), about.dates.safe_due_on):
            for language in Language:
                text = write(letter(about=replace(about, hour="11:30"), today=today, language=language)).text
                assert "17:00" not in text
                assert text.count("11:30") == 2


def test_a_day_set_by_hand_is_never_called_statutory_and_is_not_provisional() -> None:
    about = by_hand(matter(), date(2027, 8, 20), date(2027, 8, 19), "专班要求")
    text = write(letter(about=about)).text
    assert "法定" not in text
    assert "人工设定的最晚日期为2027年8月20日" in text
    assert "理由：“专班要求”" in text
    assert "日期为暂定" not in text


def test_the_day_that_a_letter_named_is_not_mixed_up_with_the_one_set_by_hand() -> None:
    about = by_hand(matter(Kind.INQUIRY_REPLY), date(2026, 10, 20), date(2026, 10, 20))
    text = write(letter(about=about)).text
    assert "来函载明的回复期限为2026年10月5日" in text
    assert "这一天也是人工设定的最晚日期" in text


@given(
    st.sampled_from(list(Kind)),
    st.sampled_from([Level.EXCELLENCE, Level.PIONEER, Level.ADVANCED]),
    st.sampled_from(list(Holder)),
    st.sampled_from(list(Language)),
    st.integers(-400, 400),
)
def test_on_any_day_a_letter_can_be_written_and_calls_nobody_late(
    kind: Kind, level: Level, holder: Holder, language: Language, shift: int
) -> None:
    about = matter(kind, level=level, holder=holder if kind is Kind.ANNUAL_ROUND else None)
    today = about.dates.safe_due_on + timedelta(days=shift)
    notice = Notice.MILESTONE if kind in MILESTONES else Notice.REMINDER
    if kind in INFORMATION:
        notice = Notice.OPENING
    said = _said(write(letter(notice, about, today, language=language)))
    assert not LATE.search(said)
    passed = re.search(r"法定最晚日期[^，]*已过\d+天|statutory day, [^,]*, [^,]*, passed", said)
    assert passed is None or today > about.dates.late_after
