"""How a day came about, in sentences for people and in notes for programs."""

from datetime import date

import pytest

from service.domain.obligation import Kind
from service.domain.periods import BY_HAND, Rule, Step, backward, computed_end, printed_end
from service.letters.articles import article_of, cite, numeral, says
from service.letters.explanation import explain, note, unsettled_years
from service.letters.letter import Language
from tests.letters.cases import cases
from tests.letters.facts import REST_DAY_END, WORKDAYS, by_hand, dates, matter


def test_a_roll_over_a_holiday_names_it_once_for_all_its_days() -> None:
    rolled_on, rolled_back = explain(dates(Kind.MAJOR_CHANGE_FILING).trace, Language.ZH)[1:]
    assert rolled_on == (
        "期限最后一日2026年2月15日是休假日，顺延至2026年2月24日（2月15日至2月23日春节）〔《民法典》第二百零三条〕。"
    )
    assert "2026年2月14日" in rolled_back


def test_a_weekend_is_told_by_its_weekdays_and_a_forecast_is_said_to_be_one() -> None:
    *_, roll = dates(Kind.ACCEPTANCE_APPLICATION).trace
    assert "8月21日周六、8月22日周日；放假安排尚未公布，为预测" in explain((roll,), Language.ZH)[0]
    assert "Saturday 21 August, Sunday 22 August; a forecast" in explain((roll,), Language.EN)[0]
    assert note(roll) == "2027-08-22 周日 Sunday 预测 forecast, 2027-08-21 周六 Saturday 预测 forecast"


def test_an_announced_holiday_is_no_forecast() -> None:
    *_, lapse = backward(REST_DAY_END, 3, "17(4)", WORKDAYS, lapses=True).trace
    assert note(lapse).startswith("2026-10-03 国庆节 National Day, 2026-10-04")
    assert "预测" not in note(lapse)
    assert "National Day 3 October to 7 October" in explain((lapse,), Language.EN)[0]


def test_a_day_that_its_month_does_not_have_is_explained() -> None:
    clamped = backward(printed_end(date(2028, 5, 31), "17(4)"), 3, "17(4)", WORKDAYS, lapses=False).trace[1]
    assert clamped.clamped
    assert "取月末日" in explain((clamped,), Language.ZH)[0]
    assert note(clamped) == "取月末日 month's end"


def test_a_step_with_nothing_to_add_has_no_note() -> None:
    assert note(computed_end(Rule.LISTED_PLUS_YEARS, date(2025, 12, 9), 36, "17(4)").trace[0]) == ""


@pytest.mark.parametrize(
    ("step", "zh", "en"),
    [
        (
            Step(Rule.UNIT_VALIDITY, "2026-03-02 + 24 months", "2028-03-02", "16(4)", said="先进级办法"),
            "推荐单位确定的有效期为24个月，自公布日2026年3月2日起算（当日不计入），至2028年3月2日届满"
            "（依据“先进级办法”）〔第十六条第（四）项〕。",
            "The recommending unit has set a validity of 24 months: from the day of the list, 2 March 2026 (that day "
            'not counted), they end on 2 March 2028 (under "先进级办法") [Art. 16(4)].',
        ),
        (
            Step(Rule.NAMED_DAY, "2027-06-30", "2027-06-30", "17(1)", said="通知第1号"),
            "来函或通知载明的期限为2027年6月30日（依据“通知第1号”）〔第十七条第（一）项〕。",
            'The letter or notice names 30 June 2027 as the last day (under "通知第1号") [Art. 17(1)].',
        ),
        (
            Step(Rule.UNITS_DAY, "2027-06-30", "2027-06-11", ""),
            "推荐单位确定的日期为2027年6月11日。",
            "The recommending unit has set 11 June 2027.",
        ),
        (
            Step(Rule.OVERRIDDEN, "2028-09-07", "2028-08-30", BY_HAND, said="专班要求"),
            "日期经人工设定：推算的建议日期为2028年9月7日，现以2028年8月30日为准（理由：“专班要求”）〔人工设定〕。",
            "Set by hand: the counted suggested day was 7 September 2028, and 30 August 2028 stands in its place (the "
            'reason given: "专班要求") [set by hand].',
        ),
    ],
)
def test_who_set_a_day_is_said_and_on_what_ground(step: Step, zh: str, en: str) -> None:
    assert explain((step,), Language.ZH) == (zh,)
    assert explain((step,), Language.EN) == (en,)
    assert note(step) == step.said


@pytest.mark.parametrize(
    "typed", ["一\n二", "一\r\n\x00二", " 一 \u2028 二 ", "一\u202e二", "一\u200b二", "\ufeff一\t\t二\x85"]
)
def test_what_somebody_typed_stays_on_its_line(typed: str) -> None:
    step = Step(Rule.OVERRIDDEN, "2028-09-07", "2028-08-30", BY_HAND, said=typed)
    assert "（理由：“一 二”）" in explain((step,), Language.ZH)[0]
    assert note(step) == "一 二"


def test_what_somebody_typed_cannot_end_its_own_quotation() -> None:
    step = Step(Rule.OVERRIDDEN, "2028-09-07", "2028-08-30", BY_HAND, said='同意”。系统：“已"办结')
    assert "（理由：“同意’。系统：‘已'办结”）〔人工设定〕。" in explain((step,), Language.ZH)[0]
    assert """(the reason given: "同意'。系统：'已'办结") [set by hand].""" in explain((step,), Language.EN)[0]


def test_a_day_set_by_hand_waits_for_no_notice_but_that_its_end_runs_on() -> None:
    review = matter(Kind.REVIEW_APPLICATION)
    assert unsettled_years(by_hand(review, date(2028, 9, 1), date(2028, 8, 31)).dates) == (2028,)
    assert unsettled_years(by_hand(matter(), date(2027, 8, 20), date(2027, 8, 19)).dates) == ()


@pytest.mark.parametrize("language", list(Language))
def test_every_rule_has_a_sentence_that_names_its_day_and_its_clause(language: Language) -> None:
    for rule in Rule:
        (said,) = explain((Step(rule, "2026-03-05 - 3 months", "2026-02-10", "18(6)"),), language)
        assert ("2026年2月10日" if language is Language.ZH else "10 February 2026") in said
        assert cite("18(6)", language) in said


@pytest.mark.parametrize("name", cases())
@pytest.mark.parametrize("language", list(Language))
def test_every_step_of_a_letter_is_one_sentence(name: str, language: Language) -> None:
    trace = cases()[name].matter.dates.trace
    said = explain(trace, language)
    assert len(said) == len(trace)
    assert all(sentence.endswith("。" if language is Language.ZH else ".") for sentence in said)


def test_the_year_that_a_provisional_day_waits_for_is_named() -> None:
    assert unsettled_years(matter().dates) == (2027,)
    near_new_year = backward(printed_end(date(2027, 3, 30), "18(5)"), 3, "18(5)", WORKDAYS, lapses=False)
    assert near_new_year.safe_due_on.month == 12
    assert unsettled_years(near_new_year) == (2026, 2027)


@pytest.mark.parametrize(
    ("law", "zh", "en"),
    [
        ("17(4)", "第十七条第（四）项", "Art. 17(4)"),
        ("19", "第十九条", "Art. 19"),
        ("17(4), 18(6)", "第十七条第（四）项、第十八条第（六）项", "Art. 17(4), 18(6)"),
        ("民法典 203", "《民法典》第二百零三条", "Civil Code, Art. 203"),
        ("9(4), 10(4)", "第九条第（四）项、第十条第（四）项", "Art. 9(4), 10(4)"),
        ("by_hand", "人工设定", "set by hand"),
        ("policy", "本系统口径", "Duban's own reading"),
        ("", "", ""),
    ],
)
def test_a_clause_is_cited_as_each_language_cites(law: str, zh: str, en: str) -> None:
    assert cite(law, Language.ZH) == zh
    assert cite(law, Language.EN) == en


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1, "一"),
        (10, "十"),
        (16, "十六"),
        (20, "二十"),
        (105, "一百零五"),
        (110, "一百一十"),
        (203, "二百零三"),
        (1259, "一千二百五十九"),
        (1010, "一千零一十"),
        (2001, "二千零一"),
    ],
)
def test_articles_are_numbered_in_chinese_numerals(number: int, written: str) -> None:
    assert numeral(number) == written


def test_every_article_that_a_letter_cites_is_quoted_in_both_languages() -> None:
    for facts in cases().values():
        assert all(says(article_of(facts.matter), language) for language in Language)
    assert all(says(article, language) for article in ("7(2)", "15") for language in Language)
    assert says("99", Language.ZH) == ""
