"""Facts for letters, with quiet defaults: factories from published lists, invented people at .example addresses."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from service.domain.certification import Level, UnitKind
from service.domain.obligation import MILESTONES, Closed, Holder, Kind
from service.domain.periods import Dates, End, Rule, backward, computed_end, forward, milestone, printed_end
from service.domain.terms import fixed, opening, within_working_days
from service.letters.letter import (
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
NAMES = {Language.ZH: "经办人（演示）", Language.EN: "Handler (demo)"}
UNITS = {Level.PIONEER: "江苏省工业和信息化厅", Level.EXCELLENCE: "青岛市工业和信息化局"}

PIONEER_END = computed_end(Rule.CULTIVATION_PLUS_MONTHS, date(2025, 11, 24), 24, "18(3)")
EXCELLENCE_END = computed_end(Rule.LISTED_PLUS_YEARS, date(2025, 12, 9), 36, "17(4)")
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
    """The dates of a kind: pioneers cultivating from 2025-11-24, excellence from 2025-12-09, a change in 2025-11."""
    if kind is Kind.MAJOR_CHANGE_FILING:
        return forward(date(2025, 11, 15), 3, "19", WORKDAYS)
    if kind is Kind.PRELIMINARY_ACCEPTANCE:
        return within_working_days(date(2026, 9, 3), 20, WORKDAYS)
    if kind in (Kind.INQUIRY_REPLY, Kind.RECTIFICATION):
        return fixed(date(2026, 10, 5), date(2026, 8, 31), "21", WORKDAYS)
    if kind is Kind.REAPPLICATION_OPENS:
        return opening(date(2023, 7, 3), 36, article or ARTICLES[kind], WORKDAYS)
    cultivation = kind in (Kind.ACCEPTANCE_APPLICATION, Kind.CULTIVATION_END)
    end = end or (PIONEER_END if cultivation else EXCELLENCE_END)
    if kind in MILESTONES:
        return milestone(end, WORKDAYS, lapses=not cultivation)
    return backward(end, 3, article or ARTICLES[kind], WORKDAYS, lapses=not cultivation)


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
}


def matter(
    kind: Kind = Kind.ACCEPTANCE_APPLICATION,
    *,
    end: End | None = None,
    level: Level | None = None,
    holder: Holder | None = None,
    pending: bool = False,
    article: str = "",
) -> Matter:
    cultivation = kind in (Kind.ACCEPTANCE_APPLICATION, Kind.CULTIVATION_END, Kind.PRELIMINARY_ACCEPTANCE)
    of = Level.PIONEER if cultivation else Level.EXCELLENCE
    return Matter(
        obligation_id=31,
        certification_id=12,
        kind=kind,
        holder=holder or (Holder.UNIT if kind is Kind.PRELIMINARY_ACCEPTANCE else Holder.ENTERPRISE),
        article=article or ARTICLES[kind],
        enterprise="南京钢铁股份有限公司" if cultivation else "青岛海信日立空调系统有限公司",
        uscc="",
        factory="产业链深度协同的特殊钢个性化定制智能工厂" if cultivation else "基于物联网的多联机空调智能工厂",
        level=level or of,
        batch="2025年度领航级智能工厂培育名单" if cultivation else "2024年度卓越级智能工厂（第一批）",
        unit=UNITS[of],
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
        "invite": None if notice is Notice.LAPSE else invite(about.dates.safe_due_on, method),
    }
    return MatterLetter(**(facts | changes))  # type: ignore[arg-type]


def row(about: Matter, today: date, contacts: str = "经办人（演示）") -> ListRow:
    return ListRow(about, WORKDAYS.count(today, about.dates.safe_due_on), 3, date(2027, 8, 2), contacts)


def list_letter(
    rows: tuple[ListRow, ...], today: date, language: Language = Language.ZH, kind: UnitKind = UnitKind.PROVINCIAL
) -> ListLetter:
    return ListLetter(envelope(language), UNITS[Level.PIONEER], kind, today, rows)


def cases() -> dict[str, MatterLetter]:
    """Every letter, kind and standing, by name, in Chinese: what the golden files and the checks go through."""
    review, change = matter(Kind.REVIEW_APPLICATION), matter(Kind.MAJOR_CHANGE_FILING)
    found: dict[str, MatterLetter] = {}
    others = [matter(kind) for kind in (Kind.PRELIMINARY_ACCEPTANCE, Kind.INQUIRY_REPLY, Kind.RECTIFICATION)]
    for about in (matter(), review, change, *others):
        safe, late = about.dates.safe_due_on, about.dates.late_after
        days = {
            "ahead": safe - timedelta(14),
            "today": safe,
            "suggested_passed": safe + timedelta(1),
            "late": late + timedelta(5),
        }
        found |= {f"reminder-{about.kind}-{name}": letter(about=about, today=day) for name, day in days.items()}
    return found | _reminder_cases() | _milestone_cases() | _closing_cases(review)


def _reminder_cases() -> dict[str, MatterLetter]:
    acceptance = matter()
    rest_day = matter(Kind.REVIEW_APPLICATION, end=REST_DAY_END)
    pioneer = matter(Kind.REVIEW_APPLICATION, level=Level.PIONEER, article="18(6)")
    advanced = matter(Kind.REVIEW_APPLICATION, level=Level.ADVANCED, article="16(4)")
    return {
        "reminder-acceptance_application-cultivation_over": letter(about=acceptance, today=date(2027, 11, 30)),
        "reminder-review_application-rest_day_end": letter(about=rest_day, today=date(2026, 10, 8)),
        "reminder-review_application-pioneer": letter(about=pioneer),
        "reminder-review_application-advanced": letter(about=advanced),
        "reminder-review_application-advanced_late": letter(about=advanced, today=date(2028, 9, 20)),
        "reminder-acceptance_application-moved": letter(about=acceptance, moved_from=date(2027, 8, 18)),
        "reminder-without_invite": letter(about=replace(acceptance, factory="", batch="", date_basis=""), invite=None),
    }


def _milestone_cases() -> dict[str, MatterLetter]:
    found: dict[str, MatterLetter] = {}
    for kind in (Kind.VALIDITY_END, Kind.CULTIVATION_END):
        for pending in (False, True):
            for holder in Holder:
                about = matter(kind, holder=holder, pending=pending)
                name = f"milestone-{kind}-{holder}-{'pending' if pending else 'none'}"
                found[name] = letter(Notice.MILESTONE, about, about.dates.safe_due_on)
    on_time = matter(Kind.VALIDITY_END, end=printed_end(date(2026, 9, 30), "17(4)"))
    advanced = matter(Kind.VALIDITY_END, level=Level.ADVANCED, article="16(4)")
    for article in ("20", "21"):
        about = matter(Kind.REAPPLICATION_OPENS, article=article)
        found[f"opening-{article}"] = letter(Notice.OPENING, about, about.dates.safe_due_on)
    found["milestone-validity_end-today"] = letter(Notice.MILESTONE, on_time, date(2026, 9, 30))
    found["milestone-validity_end-advanced"] = letter(Notice.MILESTONE, advanced, advanced.dates.safe_due_on)
    told_late = matter(Kind.CULTIVATION_END)
    found["milestone-cultivation_end-over"] = letter(Notice.MILESTONE, told_late, date(2027, 11, 29))
    return found


def _closing_cases(review: Matter) -> dict[str, MatterLetter]:
    acceptance, ends = matter(), matter(Kind.VALIDITY_END)
    found = {
        "lapse": letter(Notice.LAPSE, review, date(2028, 12, 13)),
        "lapse-pending": letter(Notice.LAPSE, replace(review, pending=True), date(2028, 12, 13)),
        "correction": letter(Notice.CORRECTION, acceptance, moved_from=date(2027, 8, 23)),
        "correction-of_change": letter(
            Notice.CORRECTION, matter(Kind.MAJOR_CHANGE_FILING), moved_from=date(2026, 2, 13)
        ),
        "correction-of_review": letter(Notice.CORRECTION, review),
        "correction-of_milestone": letter(Notice.CORRECTION, ends, moved_from=date(2028, 12, 1)),
    }
    for closed in (None, *Closed):
        found[f"cancellation-{closed or 'unsaid'}"] = letter(Notice.CANCELLATION, acceptance, closed=closed)
    for kind in (Kind.PRELIMINARY_ACCEPTANCE, Kind.INQUIRY_REPLY, Kind.RECTIFICATION):
        about = matter(kind)
        found[f"cancellation-of_{kind}"] = letter(Notice.CANCELLATION, about, closed=Closed.FILED)
        found[f"correction-of_{kind}"] = letter(Notice.CORRECTION, about, moved_from=date(2026, 9, 22))
    opens = matter(Kind.REAPPLICATION_OPENS)
    found["correction-of_reapplication_opens"] = letter(Notice.CORRECTION, opens, moved_from=date(2026, 7, 2))
    found["cancellation-of_review_not_passed"] = letter(Notice.CANCELLATION, review, closed=Closed.NOT_PASSED)
    found["cancellation-of_milestone"] = letter(Notice.CANCELLATION, ends, closed=Closed.RENEWED)
    found["cancellation-without_invite"] = letter(Notice.CANCELLATION, acceptance, closed=Closed.FILED, invite=None)
    return found


def list_cases() -> dict[str, ListLetter]:
    """Lists of one row, of every kind of row, and longer than a letter shows."""
    today = date(2028, 9, 12)
    rows = [
        matter(Kind.CULTIVATION_END),
        replace(matter(Kind.CULTIVATION_END), pending=True),
        matter(),
        matter(Kind.REVIEW_APPLICATION),
        matter(Kind.VALIDITY_END),
        matter(Kind.MAJOR_CHANGE_FILING),
        matter(Kind.PRELIMINARY_ACCEPTANCE),
        matter(Kind.INQUIRY_REPLY),
        matter(Kind.RECTIFICATION),
        replace(
            matter(Kind.REVIEW_APPLICATION, end=printed_end(date(2028, 12, 31), "17(4)")), uscc="91370212MA3C0X0000"
        ),
    ]
    every = tuple(row(about, today) for about in rows)
    one = (row(matter(Kind.REVIEW_APPLICATION), date(2028, 9, 4)),)
    return {
        "list": list_letter(every, today),
        "list-one": list_letter(one, date(2028, 9, 4)),
        "list-long": list_letter(every * 4, today, kind=UnitKind.CENTRAL_GROUP),
    }


def in_language(facts: MatterLetter, language: Language) -> MatterLetter:
    return replace(facts, envelope=envelope(language))
