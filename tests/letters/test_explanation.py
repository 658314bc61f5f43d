"""How a day came about, in sentences for people and in notes for programs."""

from datetime import date

import pytest

from service.domain.obligation import Kind
from service.domain.periods import Rule, Step, backward, computed_end, printed_end
from service.letters.articles import cite, numeral, says
from service.letters.explanation import explain, note, unsettled_years
from service.letters.letter import Language
from tests.letters.facts import REST_DAY_END, WORKDAYS, cases, dates, matter


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
        assert all(says(facts.matter.article, language) for language in Language)
    assert says("99", Language.ZH) == ""
