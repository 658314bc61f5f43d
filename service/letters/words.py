"""Titles and days in each language: the words that letters, lists and the command line share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from service.domain.certification import Level
from service.domain.obligation import Kind
from service.letters.letter import Language, Matter

_CULTIVATED = (Kind.ACCEPTANCE_APPLICATION, Kind.PRELIMINARY_ACCEPTANCE, Kind.CULTIVATION_END)


@dataclass(frozen=True)
class KindWords:
    """How a kind of matter is called, what one does about it, and how its latest day and its period's end are called.

    ``task`` and ``latest`` are empty for a milestone, which asks for nothing by itself; ``ends`` where there is no
    period.
    """

    title: str
    task: str
    latest: str
    ends: str


@dataclass(frozen=True)
class Words:
    """The words of one language."""

    language: Language
    kinds: Mapping[Kind, KindWords]
    levels: Mapping[Level, str]
    weekdays: tuple[str, ...]
    holidays: Mapping[str, str]

    def written(self, day: date) -> str:
        """2027年8月20日, 20 August 2027."""
        if self.language is Language.ZH:
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    def short(self, day: date) -> str:
        """8月20日, 20 August: where the year is plain."""
        if self.language is Language.ZH:
            return f"{day.month}月{day.day}日"
        return f"{day.day} {_MONTHS[day.month - 1]}"

    def large(self, day: date) -> str:
        """2027年8月20日, 20 Aug 2027: where it is printed large and has little room."""
        return (
            self.written(day) if self.language is Language.ZH else f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}"
        )

    def level_of(self, matter: Matter) -> str:
        """The level, with a word where it is being cultivated and not yet held."""
        mark = "（培育）" if self.language is Language.ZH else " (in cultivation)"
        return self.levels[matter.level] + (mark if matter.kind in _CULTIVATED else "")

    def weekday(self, day: date) -> str:
        """周五, Friday."""
        return self.weekdays[day.weekday()]

    def day(self, day: date) -> str:
        """2027年8月20日（周五）, Friday, 20 August 2027."""
        if self.language is Language.ZH:
            return f"{self.written(day)}（{self.weekday(day)}）"
        return f"{self.weekday(day)}, {self.written(day)}"

    def holiday(self, name: str, day: date) -> str:
        """What a rest day is called: the weekday for a plain weekend, the holiday's title, or a notice's own words."""
        return self.weekday(day) if name == "weekend" else self.holidays.get(name, name)


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_ZH = Words(
    Language.ZH,
    {
        Kind.REVIEW_APPLICATION: KindWords("复核申请", "发起复核申请", "法定最晚日期", "有效期截止日"),
        Kind.ACCEPTANCE_APPLICATION: KindWords("验收申请", "提交验收申请", "法定最晚日期", "培育期截止日"),
        Kind.MAJOR_CHANGE_FILING: KindWords("重大变化备案", "办理重大变化备案", "法定最晚日期", ""),
        Kind.CULTIVATION_END: KindWords("培育期届满", "", "", "培育期截止日"),
        Kind.VALIDITY_END: KindWords("有效期届满", "", "", "有效期截止日"),
        Kind.PRELIMINARY_ACCEPTANCE: KindWords("初验", "完成初验", "参考期限", ""),
        Kind.INQUIRY_REPLY: KindWords("核实回复", "回复核实要求", "回复期限", ""),
        Kind.RECTIFICATION: KindWords("整改", "完成整改", "整改期限", ""),
        Kind.REAPPLICATION_OPENS: KindWords("最早可再次申报日期", "", "", ""),
    },
    {Level.ADVANCED: "先进级", Level.EXCELLENCE: "卓越级", Level.PIONEER: "领航级"},
    ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    {
        "new_year": "元旦",
        "spring_festival": "春节",
        "qingming": "清明节",
        "labour_day": "劳动节",
        "dragon_boat": "端午节",
        "mid_autumn": "中秋节",
        "national_day": "国庆节",
        "anti_fascist_70": "抗战胜利70周年纪念日",
    },
)

_STATUTORY = "Statutory day"

_EN = Words(
    Language.EN,
    {
        Kind.REVIEW_APPLICATION: KindWords("Review application", "apply for review", _STATUTORY, "Validity ends"),
        Kind.ACCEPTANCE_APPLICATION: KindWords(
            "Acceptance application", "apply for acceptance", _STATUTORY, "Cultivation ends"
        ),
        Kind.MAJOR_CHANGE_FILING: KindWords("Filing of a major change", "file the major change", _STATUTORY, ""),
        Kind.CULTIVATION_END: KindWords("End of cultivation", "", "", "Cultivation ends"),
        Kind.VALIDITY_END: KindWords("End of validity", "", "", "Validity ends"),
        Kind.PRELIMINARY_ACCEPTANCE: KindWords(
            "Preliminary acceptance", "complete the preliminary acceptance", "Reference day", ""
        ),
        Kind.INQUIRY_REPLY: KindWords("Reply to an inquiry", "reply to the inquiry", "Last day to reply", ""),
        Kind.RECTIFICATION: KindWords("Rectification", "complete the rectification", "Last day to rectify", ""),
        Kind.REAPPLICATION_OPENS: KindWords("Earliest day to apply again", "", "", ""),
    },
    {Level.ADVANCED: "Advanced", Level.EXCELLENCE: "Excellence", Level.PIONEER: "Pioneer"},
    ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    {
        "new_year": "New Year's Day",
        "spring_festival": "Spring Festival",
        "qingming": "Tomb-sweeping Day",
        "labour_day": "Labour Day",
        "dragon_boat": "Dragon Boat Festival",
        "mid_autumn": "Mid-Autumn Festival",
        "national_day": "National Day",
        "anti_fascist_70": "70th anniversary of victory in 1945",
    },
)

WORDS: Mapping[Language, Words] = {Language.ZH: _ZH, Language.EN: _EN}
