"""Titles and days in each language: the words that letters, lists and the command line share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from service.domain.certification import Level
from service.domain.obligation import Holder, Kind
from service.domain.rounds import level_of
from service.letters.letter import Language, Matter
from service.letters.standing import is_latest_by_hand

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
    """The words of one language.

    ``of_units`` are those of a kind that asks something else of a unit than of an enterprise. ``latest_by_hand`` and
    ``latest_by_unit`` call a latest day that a person has set, and one that the recommending unit has (Art. 16(4)).
    """

    language: Language
    kinds: Mapping[Kind, KindWords]
    of_units: Mapping[Kind, KindWords]
    latest_by_hand: str
    latest_by_unit: str
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

    def of(self, matter: Matter) -> KindWords:
        """The words of the matter's kind, for whoever holds it."""
        return self.of_kind(matter.kind, matter.holder)

    def of_kind(self, kind: Kind, holder: Holder) -> KindWords:
        """The words of a kind, for its holder."""
        units = self.of_units.get(kind) if holder is Holder.UNIT else None
        return units or self.kinds[kind]

    def latest_of(self, matter: Matter) -> str:
        """What the matter's latest day is called: by whoever set it."""
        if is_latest_by_hand(matter.dates):
            return self.latest_by_hand
        if matter.kind is Kind.REVIEW_APPLICATION and matter.level is Level.ADVANCED:
            return self.latest_by_unit
        return self.of(matter).latest

    def title_of(self, matter: Matter) -> str:
        """The matter's title, with the list, year or round that it is about."""
        title, turn = self.of(matter).title, self.turn_of(matter)
        if not turn:
            return title
        return f"{title}（{turn}）" if self.language is Language.ZH else f"{title} ({turn})"

    def turn_of(self, matter: Matter) -> str:
        """Which list, year or round it is about; empty for the kinds that a certification tells apart."""
        zh = self.language is Language.ZH
        if matter.kind is Kind.LIST_REPORT:
            listed = self.written(date.fromisoformat(matter.occurrence))
            return f"{listed}公布" if zh else f"published {listed}"
        if matter.kind is Kind.ANNUAL_REPORT:
            return f"{matter.occurrence}年" if zh else matter.occurrence
        if matter.kind is Kind.ANNUAL_ROUND:
            year, level = matter.occurrence.partition("-")[0], self.levels[level_of(matter.occurrence)]
            return f"{year}年度{level}" if zh else f"{year}, {level.lower()} level"
        return ""

    def number_of(self, matter: Matter) -> str:
        """The number by which people name the matter to us: the certification's, or that of a unit's own duty."""
        zh = self.language is Language.ZH
        if matter.certification_id:
            return f"编号#{matter.certification_id}" if zh else f"#{matter.certification_id}"
        return f"单位事项#{matter.obligation_id}" if zh else f"unit duty #{matter.obligation_id}"

    def level_of(self, matter: Matter) -> str:
        """The level, with a word where it is being cultivated and not yet held."""
        mark = "（培育）" if self.language is Language.ZH else " (in cultivation)"
        level = "" if matter.level is None else self.levels[matter.level]
        return level + (mark if matter.kind in _CULTIVATED else "")

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
        Kind.LIST_REPORT: KindWords("先进级名单报送", "报送先进级智能工厂名单", "参考期限", ""),
        Kind.ANNUAL_REPORT: KindWords("年度报送", "报送智能工厂梯度培育情况", "自定报送日期", ""),
        Kind.ANNUAL_ROUND: KindWords("年度申报", "提出申请", "申报期限", ""),
    },
    {Kind.ANNUAL_ROUND: KindWords("初审推荐", "完成初审推荐", "推荐期限", "")},
    "人工设定的最晚日期",
    "推荐单位规定的最晚日期",
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
        Kind.LIST_REPORT: KindWords("Report of an advanced list", "report the advanced list", "Reference day", ""),
        Kind.ANNUAL_REPORT: KindWords("Yearly report", "hand in the yearly report", "Unit's own day", ""),
        Kind.ANNUAL_ROUND: KindWords("Yearly round", "apply", "Last day to apply", ""),
    },
    {
        Kind.ANNUAL_ROUND: KindWords(
            "Recommendation in the yearly round",
            "complete the examination and recommendation",
            "Last day to recommend",
            "",
        )
    },
    "Latest day set by hand",
    "Latest day set by the unit",
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
