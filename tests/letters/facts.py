"""Facts for letters, with quiet defaults: factories from published lists, invented people at .example addresses."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from service.domain.certification import Level, UnitKind
from service.domain.escalation import Cadence
from service.domain.listing import ORDER, Mark, Reached, Section, section_of
from service.domain.obligation import MILESTONES, Holder, Kind, Obligation
from service.domain.override import Override, overridden
from service.domain.periods import Dates, End, Rule, backward, computed_end, forward, milestone, printed_end
from service.domain.terms import fixed, opening, within_working_days
from service.letters.letter import (
    DigestLetter,
    Envelope,
    Invite,
    Language,
    ListLetter,
    ListRow,
    Matter,
    MatterLetter,
    Method,
    Notice,
    Person,
)
from service.store.official_days import official_workdays

WORKDAYS = official_workdays()
NOTICE = "演示通知〔2026〕1号"
NAMES = {Language.ZH: "经办人（演示）", Language.EN: "Handler (demo)"}
UNITS = {
    Level.PIONEER: "江苏省工业和信息化厅",
    Level.EXCELLENCE: "青岛市工业和信息化局",
    Level.ADVANCED: "青岛市工业和信息化局",
}
GROUP = "某中央企业集团（演示）"

PIONEER_END = computed_end(Rule.CULTIVATION_PLUS_MONTHS, date(2025, 11, 24), 24, "18(3)")
EXCELLENCE_END = computed_end(Rule.LISTED_PLUS_YEARS, date(2025, 12, 9), 36, "17(4)")
ADVANCED_END = computed_end(Rule.UNIT_VALIDITY, date(2025, 12, 9), 36, "16(4)", said="先进级管理办法（演示）")
REST_DAY_END = printed_end(date(2026, 10, 3), "17(4)", date(2023, 10, 3))


def envelope(language: Language = Language.ZH, name: str | None = None) -> Envelope:
    return Envelope(
        delivery_id=4711,
        message_id="dlv-4711.1@duban.example",
        sender_name="督办 Duban",
        sender="duban@duban.example",
        to=Person(NAMES[language] if name is None else name, "handler@nisco.example", language),
        sent_at=datetime(2027, 8, 6, 0, 30, tzinfo=UTC),
    )


def dates(kind: Kind, end: End | None = None, article: str = "") -> Dates:
    """The dates of a kind: pioneers cultivating from 2025-11-24, excellence from 2025-12-09, a change in 2025-11.

    The notice, the lists and the units' own days are invented.
    """
    article = article or ARTICLES[kind]
    if kind is Kind.LIST_REPORT:
        return within_working_days(date(2026, 3, 2), 20, WORKDAYS)
    if kind is Kind.ANNUAL_REPORT:
        return fixed(date(2026, 11, 29), None, article, WORKDAYS, rule=Rule.UNITS_DAY, said="报送安排（演示）")
    if kind is Kind.ANNUAL_ROUND:
        own = date(2026, 6, 14) if article in ("17(1)", "18(1)") else None
        return fixed(date(2026, 6, 30), date(2026, 4, 8), article, WORKDAYS, said=NOTICE, own=own)
    if kind is Kind.MAJOR_CHANGE_FILING:
        return forward(date(2025, 11, 15), 3, "19", WORKDAYS)
    if kind is Kind.PRELIMINARY_ACCEPTANCE:
        return within_working_days(date(2026, 9, 3), 20, WORKDAYS)
    if kind in (Kind.INQUIRY_REPLY, Kind.RECTIFICATION):
        return fixed(date(2026, 10, 5), date(2026, 8, 31), "21", WORKDAYS)
    if kind is Kind.REAPPLICATION_OPENS:
        return opening(date(2023, 7, 3), 36, article, WORKDAYS)
    cultivation = kind in (Kind.ACCEPTANCE_APPLICATION, Kind.CULTIVATION_END)
    end = end or (PIONEER_END if cultivation else EXCELLENCE_END)
    if kind in MILESTONES:
        return milestone(end, WORKDAYS, lapses=not cultivation)
    return backward(end, 3, article, WORKDAYS, lapses=not cultivation)


ARTICLES = {
    Kind.REVIEW_APPLICATION: "17(4)",
    Kind.ACCEPTANCE_APPLICATION: "18(5)",
    Kind.MAJOR_CHANGE_FILING: "19",
    Kind.CULTIVATION_END: "18(3)",
    Kind.VALIDITY_END: "17(4)",
    Kind.PRELIMINARY_ACCEPTANCE: "18(5)",
    Kind.INQUIRY_REPLY: "21",
    Kind.RECTIFICATION: "21",
    Kind.REAPPLICATION_OPENS: "20",
    Kind.LIST_REPORT: "16(3)",
    Kind.ANNUAL_REPORT: "9(4), 10(4)",
    Kind.ANNUAL_ROUND: "17(1)",
}
OCCURRENCES = {Kind.LIST_REPORT: "2026-03-02", Kind.ANNUAL_REPORT: "2026", Kind.ANNUAL_ROUND: "2026-excellence"}


def duty(
    kind: Kind,
    *,
    of: UnitKind = UnitKind.PROVINCIAL,
    level: Level = Level.EXCELLENCE,
) -> Matter:
    """What a unit has to do itself: of no certification; ``level`` is the one that a round is for."""
    article = {Level.EXCELLENCE: "17(2)", Level.PIONEER: "18(2)"}[level] if kind is Kind.ANNUAL_ROUND else ""
    of_kind = {Kind.LIST_REPORT: Level.ADVANCED, Kind.ANNUAL_REPORT: None, Kind.ANNUAL_ROUND: level}
    return Matter(
        obligation_id=31,
        certification_id=0,
        kind=kind,
        occurrence=f"2026-{level}" if kind is Kind.ANNUAL_ROUND else OCCURRENCES[kind],
        holder=Holder.UNIT,
        article=article or ARTICLES[kind],
        enterprise="",
        uscc="",
        factory="",
        level=of_kind[kind],
        batch="",
        unit=UNITS[Level.PIONEER] if of is UnitKind.PROVINCIAL else GROUP,
        unit_kind=of,
        date_basis="",
        dates=dates(kind, article=article),
        pending=False,
    )


def by_hand(about: Matter, due_on: date, safe_due_on: date, reason: str = "主管部门书面同意（演示）") -> Matter:
    """The matter with days that a person has set."""
    counted = Obligation(about.kind, about.occurrence, about.article, about.holder, about.dates)
    override = Override(about.kind, about.occurrence, due_on, safe_due_on, reason)
    return replace(about, dates=overridden(counted, override).dates)


def matter(
    kind: Kind = Kind.ACCEPTANCE_APPLICATION,
    *,
    end: End | None = None,
    level: Level | None = None,
    holder: Holder | None = None,
    pending: bool = False,
    article: str = "",
) -> Matter:
    if kind in (Kind.LIST_REPORT, Kind.ANNUAL_REPORT) or (kind is Kind.ANNUAL_ROUND and holder is Holder.UNIT):
        return duty(kind)
    cultivation = kind in (Kind.ACCEPTANCE_APPLICATION, Kind.CULTIVATION_END, Kind.PRELIMINARY_ACCEPTANCE)
    if level is Level.ADVANCED and kind in (Kind.REVIEW_APPLICATION, Kind.VALIDITY_END):
        end, article = end or ADVANCED_END, article or "16(4)"
    of = Level.PIONEER if cultivation else Level.ADVANCED if kind is Kind.ANNUAL_ROUND else Level.EXCELLENCE
    batch = {
        Level.PIONEER: "2025年度领航级智能工厂培育名单",
        Level.EXCELLENCE: "2024年度卓越级智能工厂（第一批）",
        Level.ADVANCED: "2026年先进级智能工厂名单（演示）",
    }[of]
    return Matter(
        obligation_id=31,
        certification_id=12,
        kind=kind,
        occurrence=OCCURRENCES.get(kind, "0"),
        holder=holder or (Holder.UNIT if kind is Kind.PRELIMINARY_ACCEPTANCE else Holder.ENTERPRISE),
        article=article or ARTICLES[kind],
        enterprise="南京钢铁股份有限公司" if cultivation else "青岛海信日立空调系统有限公司",
        uscc="",
        factory="产业链深度协同的特殊钢个性化定制智能工厂" if cultivation else "基于物联网的多联机空调智能工厂",
        level=level or of,
        batch=batch,
        unit=UNITS[of],
        unit_kind=UnitKind.PROVINCIAL,
        date_basis="培育期按24个月假定（演示）" if cultivation else "",
        dates=dates(kind, end, article),
        pending=pending,
    )


def invite(on: date, method: Method = Method.REQUEST, sequence: int = 0) -> Invite:
    return Invite("obl-31.ctc-5@duban.example", sequence, method, on, datetime(2027, 8, 6, 0, 30, tzinfo=UTC))


def letter(
    notice: Notice = Notice.REMINDER,
    about: Matter | None = None,
    today: date | None = None,
    *,
    language: Language = Language.ZH,
    **changes: object,
) -> MatterLetter:
    """A letter about a matter, 14 days before its suggested day, its invitation inside."""
    about = about or matter()
    today = today or about.dates.safe_due_on - timedelta(days=14)
    method = Method.CANCEL if notice is Notice.CANCELLATION else Method.REQUEST
    facts = {
        "envelope": envelope(language),
        "notice": notice,
        "matter": about,
        "today": today,
        "working_days_left": WORKDAYS.count(today, about.dates.safe_due_on),
        "moved_from": None,
        "answer_link": "https://duban.example/answer/7.abcdefghijklmnopqrstuvwxyz234567",
        "invite": None if notice is Notice.LAPSE else invite(about.dates.safe_due_on, method),
    }
    return MatterLetter(**(facts | changes))  # type: ignore[arg-type]


def row(about: Matter, today: date, contacts: str = "经办人（演示）", **changes: object) -> ListRow:
    """A row as it stands on a day, reminded of and without an answer; of a level that was published on 2025-12-09."""
    facts = {
        "matter": about,
        "working_days_left": WORKDAYS.count(today, about.dates.safe_due_on),
        "reminders": 3,
        "last_reminded_on": date(2027, 8, 2),
        "contacts": contacts,
        "section": _section(about, today),
        "mark": Mark.NONE,
        "listed_on": date(2025, 12, 9),
        "said": None,
    }
    return ListRow(**(facts | changes))  # type: ignore[arg-type]


def _section(about: Matter, today: date) -> Section:
    told = Obligation(
        about.kind, about.occurrence, about.article, about.holder, about.dates, closed=None, pending=about.pending
    )
    return section_of(told, today, Reached(3, date(2027, 8, 2), 0, reachable=True), claimed=False)


def list_letter(
    rows: tuple[ListRow, ...],
    today: date,
    language: Language = Language.ZH,
    kind: UnitKind = UnitKind.PROVINCIAL,
    cadence: Cadence = Cadence.WEEKLY,
) -> ListLetter:
    in_order = tuple(sorted(rows, key=lambda row: ORDER[row.section]))
    return ListLetter(envelope(language), UNITS[Level.PIONEER], kind, today, in_order, cadence)


Told = TypeVar("Told", MatterLetter, DigestLetter, ListLetter)


def in_language(facts: Told, language: Language) -> Told:
    """The same for a reader of this language."""
    facts = replace(facts, envelope=envelope(language))
    if isinstance(facts, DigestLetter):
        return replace(facts, letters=tuple(in_language(each, language) for each in facts.letters))
    return facts
