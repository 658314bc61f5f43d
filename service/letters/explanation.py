"""Why a day is what it is: the steps of a count as sentences, for letters and for ``duban explain``."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from itertools import groupby

from service.domain.periods import Dates, Rule, Step
from service.domain.workdays import Reading
from service.letters.articles import cite
from service.letters.letter import Language
from service.letters.spoken import in_quotes, on_one_line
from service.letters.standing import unsettled
from service.letters.words import WORDS, Words

# What reads the table has two sentences: for a day that no rest day moved, and for one that moved.
_ZH: Mapping[Rule, str | tuple[str, str]] = {
    Rule.PRINTED_END: "证书、名单或通知载明的截止日为{to}",
    Rule.LISTED_PLUS_YEARS: "自公布日{start}起算{n}个月（当日不计入），至{to}届满",
    Rule.IN_FORCE_PLUS_YEARS: (
        "办法施行前公布的认定（第二十七条），按本系统口径自施行之日{start}起算{n}个月（当日不计入），至{to}届满"
    ),
    Rule.UNIT_VALIDITY: "推荐单位确定的有效期为{n}个月，自公布日{start}起算（当日不计入），至{to}届满",
    Rule.LAST_DAY_BEFORE: "期间的最后一日取对应日的前一日，即{to}",
    Rule.RENEWED_FROM_LISTED: (
        "复核通过后有效期延长：自首个有效期的起算日{start}起算{n}个月（当日不计入），至{to}届满"
    ),
    Rule.RENEWED_FROM_PRINTED: "复核通过后有效期延长：自首次载明的截止日{start}起算{n}个月，至{to}届满",
    Rule.CULTIVATION_PLUS_MONTHS: "自培育期开始日{start}起算{n}个月（当日不计入），至{to}届满",
    Rule.MONTHS_BEFORE_END: "自截止日{start}倒推{n}个月为{to}，即最晚日期，遇休假日不顺延",
    Rule.STRICT_END: "为稳妥，以前一日{to}为最后一日",
    Rule.MONTHS_BEFORE_STRICT_END: "自{start}倒推{n}个月为{to}",
    Rule.STRICTLY_BEFORE: "“前”字从严理解为不含当日，再提前一日，为{to}",
    Rule.ROLL_BACK: ("{to}是工作日，无需提前", "{start}不是工作日，倒推至此前最近的工作日{to}"),
    Rule.MONTHS_AFTER_CHANGE: "自变化发生日{start}起算{n}个月（当日不计入），至{to}届满",
    Rule.ROLL_FORWARD: ("期限最后一日{to}是工作日，不需顺延", "期限最后一日{start}是休假日，顺延至{to}"),
    Rule.LAPSE_AFTER: ("有效期最后一日{to}是工作日，不需顺延", "有效期最后一日{start}是休假日，顺延至{to}"),
    Rule.NAMED_DAY: "来函或通知载明的期限为{to}",
    Rule.UNITS_DAY: "推荐单位确定的日期为{to}",
    Rule.WORKING_DAYS_AFTER: (
        "自{start}的次日起计算{n}个工作日（周末除外），至{to}",
        "自{start}的次日起计算{n}个工作日（周末和节假日除外），至{to}",
    ),
    Rule.WORKING_DAYS_AT_LEAST: "放假安排公布后调休上班日可能使第{n}个工作日提前，最早为{to}，为稳妥以此为准",
    Rule.BAN: "自决定之日{start}起算{n}个月（当日不计入），至{to}届满",
    Rule.OPENS: "期满次日{to}为最早可再次申报的日期，遇休假日不变",
    Rule.TOLD_ON: ("{to}是工作日，当日告知", "{start}是休假日，在其后首个工作日{to}告知"),
    Rule.OVERRIDDEN: "日期经人工设定：推算的建议日期为{start}，现以{to}为准",
}

_EN: Mapping[Rule, str | tuple[str, str]] = {
    Rule.PRINTED_END: "The certificate, list or notice prints {to} as the last day",
    Rule.LISTED_PLUS_YEARS: "{n} months from the day of the list, {start} (that day not counted), end on {to}",
    Rule.IN_FORCE_PLUS_YEARS: (
        "Listed before the regulation was in force (Art. 27); by Duban's own reading, {n} months from its first day, "
        "{start} (that day not counted), end on {to}"
    ),
    Rule.UNIT_VALIDITY: (
        "The recommending unit has set a validity of {n} months: from the day of the list, {start} (that day not "
        "counted), they end on {to}"
    ),
    Rule.LAST_DAY_BEFORE: "The last day of the period is the one before the corresponding day: {to}",
    Rule.RENEWED_FROM_LISTED: (
        "The review passed: {n} months from the day on which the first validity began, {start} (that day not counted), "
        "end on {to}"
    ),
    Rule.RENEWED_FROM_PRINTED: "The review passed: {n} months from the first printed end, {start}, end on {to}",
    Rule.CULTIVATION_PLUS_MONTHS: (
        "{n} months from the start of cultivation, {start} (that day not counted), end on {to}"
    ),
    Rule.MONTHS_BEFORE_END: (
        "Counted back {n} months from the end, {start}: {to}, the latest day; a rest day does not extend it"
    ),
    Rule.STRICT_END: "To be safe, {to}, the day before, is taken as the last day",
    Rule.MONTHS_BEFORE_STRICT_END: "Counted back {n} months from {start}: {to}",
    Rule.STRICTLY_BEFORE: '"Months before" read strictly leaves out that day: one day earlier, {to}',
    Rule.ROLL_BACK: (
        "{to} is a working day, so it stays",
        "{start} is not a working day: back to the nearest one before it, {to}",
    ),
    Rule.MONTHS_AFTER_CHANGE: "{n} months from the day of the change, {start} (that day not counted), end on {to}",
    Rule.ROLL_FORWARD: (
        "The last day, {to}, is a working day, so it stays",
        "The last day, {start}, is a rest day: the period runs on to {to}",
    ),
    Rule.LAPSE_AFTER: (
        "The last day of validity, {to}, is a working day, so it stays",
        "The last day of validity, {start}, is a rest day: it runs on to {to}",
    ),
    Rule.NAMED_DAY: "The letter or notice names {to} as the last day",
    Rule.UNITS_DAY: "The recommending unit has set {to}",
    Rule.WORKING_DAYS_AFTER: (
        "{n} working days from the day after {start}, weekends left out: {to}",
        "{n} working days from the day after {start}, weekends and holidays left out: {to}",
    ),
    Rule.WORKING_DAYS_AT_LEAST: (
        "Weekends that a notice still to come makes working days may bring it forward, to {to} at the earliest; "
        "to be safe that day counts"
    ),
    Rule.BAN: "{n} months from the decision, {start} (that day not counted), end on {to}",
    Rule.OPENS: "The day after, {to}, is the earliest day to apply again; a rest day does not move it",
    Rule.TOLD_ON: (
        "{to} is a working day, so it is told then",
        "{start} is a rest day: it is told on the first working day after it, {to}",
    ),
    Rule.OVERRIDDEN: "Set by hand: the counted suggested day was {start}, and {to} stands in its place",
}

_MONTH_END = {
    Language.ZH: "（该月没有对应日，取月末日）",
    Language.EN: " (that month has no such day, so its last day)",
}

_FORECAST = {Language.ZH: "放假安排尚未公布，为预测", Language.EN: "a forecast: no notice has settled it yet"}
_BY = {Language.ZH: "依据", Language.EN: "under "}
_REASON = {Language.ZH: "理由：", Language.EN: "the reason given: "}


@lru_cache(maxsize=1024)
def explain(trace: tuple[Step, ...], language: Language) -> tuple[str, ...]:
    """One sentence a step: what was counted, from which day to which, under which clause, past which rest days.

    What was worded last is kept: a list gives many factories the same dates.
    """
    words = WORDS[language]
    return tuple(_sentence(step, words) for step in trace)


def note(step: Step) -> str:
    """What is worth knowing of one step in both languages: the rest days passed as ISO days, a month's end taken.

    Last comes what a document or a person says of it. Empty where there is nothing to add.
    """
    parts = ["取月末日 month's end"] if step.clamped else []
    parts += [_short(reading) for reading in step.passed]
    return ", ".join([*parts, on_one_line(step.said)] if step.said else parts)


def unsettled_years(dates: Dates) -> tuple[int, ...]:
    """The years whose notice a provisional date still waits for; the last days of December wait for the next year's."""
    read = [day for step in unsettled(dates) for day in _forecast_days(step)]
    late = {day.year + 1 for day in read if (day.month, day.day) >= (12, 25)}
    return tuple(sorted({day.year for day in read} | late))


def _forecast_days(step: Step) -> list[date]:
    return [date.fromisoformat(step.output), *(reading.day for reading in step.passed if reading.forecast)]


def _sentence(step: Step, words: Words) -> str:
    zh = words.language is Language.ZH
    pattern = (_ZH if zh else _EN)[step.rule]
    if not isinstance(pattern, str):
        pattern = pattern[bool(step.passed)]
    start, *counted = step.input.split()
    said = pattern.format(
        start=words.written(date.fromisoformat(start)),
        n=counted[1] if counted else "",
        to=words.written(date.fromisoformat(step.output)),
    )
    if step.clamped:
        said += _MONTH_END[words.language]
    aside = ("；" if zh else "; ").join(_asides(step, words))
    if aside:
        said += f"（{aside}）" if zh else f" ({aside})"
    law = cite(step.law, words.language)
    if law:
        said += f"〔{law}〕" if zh else f" [{law}]"
    return said + ("。" if zh else ".")


def _asides(step: Step, words: Words) -> Iterator[str]:
    """What stands in brackets: the rest days passed, that they are a forecast, and what was said of the step."""
    language = words.language
    if step.passed:
        yield ("、" if language is Language.ZH else ", ").join(_spans(step, words))
    if step.forecast:
        yield _FORECAST[language]
    if said := in_quotes(step.said, language):
        yield (_REASON if step.rule is Rule.OVERRIDDEN else _BY)[language] + said


def _spans(step: Step, words: Words) -> Iterator[str]:
    """The rest days passed, in calendar order: holidays as spans, weekend days one by one."""
    readings = sorted(step.passed, key=lambda reading: reading.day)
    for name, group in groupby(readings, key=lambda reading: _name(reading, words)):
        days = [reading.day for reading in group]
        yield _span(days[0], days[-1], name, words)


def _span(first: date, last: date, name: str, words: Words) -> str:
    if words.language is Language.ZH:
        return words.short(first) + (f"至{words.short(last)}" if last != first else "") + name
    return f"{name} {words.short(first)}" + (f" to {words.short(last)}" if last != first else "")


def _name(reading: Reading, words: Words) -> str:
    return words.holiday(reading.name, reading.day)


def _short(reading: Reading) -> str:
    names = f"{_name(reading, WORDS[Language.ZH])} {_name(reading, WORDS[Language.EN])}"
    return f"{reading.day} {names}" + (" 预测 forecast" if reading.forecast else "")
