"""Every letter and every list, by name: what the golden files and the checks go through."""

from dataclasses import replace
from datetime import date, timedelta

from service.domain.answer import Answer, Decision
from service.domain.certification import Level, UnitKind
from service.domain.digest import TOGETHER
from service.domain.escalation import Cadence
from service.domain.listing import Mark, Said, Section
from service.domain.obligation import MILESTONES, Closed, Holder, Kind
from service.domain.periods import printed_end
from service.domain.rungs import Rung
from service.letters.letter import DigestLetter, ListLetter, ListRow, Matter, MatterLetter, Notice, Silence
from tests.letters.facts import REST_DAY_END, by_hand, duty, letter, list_letter, matter, row

DUTIES = (Kind.LIST_REPORT, Kind.ANNUAL_ROUND)


def cases() -> dict[str, MatterLetter]:
    """Every letter, kind and standing, by name, in Chinese: what the golden files and the checks go through."""
    review = matter(Kind.REVIEW_APPLICATION)
    found: dict[str, MatterLetter] = {}
    others = [matter(kind) for kind in Kind if kind not in (MILESTONES | {Kind.REVIEW_APPLICATION})]
    for about in (review, *others, duty(Kind.ANNUAL_ROUND)):
        safe, late = about.dates.safe_due_on, about.dates.late_after
        days = {
            "ahead": safe - timedelta(14),
            "today": safe,
            "suggested_passed": safe + timedelta(1),
            "late": late + timedelta(5),
        }
        found |= {f"reminder-{_name(about)}-{stands}": letter(about=about, today=day) for stands, day in days.items()}
    found |= _reminder_cases() | _duty_cases() | _by_hand_cases() | _milestone_cases() | _closing_cases(review)
    return found | _ladder_cases(review)


def _ladder_cases(review: Matter) -> dict[str, MatterLetter]:
    """Letters to superior bodies: about an enterprise's matter as it stands, a unit's duty, and copies to SASAC."""
    group, safe, late = UnitKind.CENTRAL_GROUP, review.dates.safe_due_on, review.dates.late_after
    days = {
        **{"ahead": safe - timedelta(14), "today": safe, "suggested_passed": safe + timedelta(1)},
        **{"late": late + timedelta(5), "ended": date(2028, 12, 13)},
    }
    found = {f"escalation-{stands}": _unanswered(review, Rung.PROVINCE, day) for stands, day in days.items()}
    for about in (
        duty(Kind.ANNUAL_REPORT, of=group),
        duty(Kind.LIST_REPORT, of=group),
        duty(Kind.ANNUAL_ROUND, of=group),
    ):
        found[f"escalation-copy_of_{about.kind}"] = _unanswered(about, Rung.SASAC)
    once = Silence(Rung.MINISTRY, 1, date(2026, 8, 31))
    found["escalation-of_duty"] = _unanswered(duty(Kind.ANNUAL_REPORT), Rung.MINISTRY)
    found["escalation-of_inquiry"] = replace(_unanswered(matter(Kind.INQUIRY_REPLY), Rung.MINISTRY), silence=once)
    found["escalation-of_acceptance"] = _unanswered(matter(Kind.PRELIMINARY_ACCEPTANCE), Rung.MINISTRY)
    found["escalation-of_change"] = _unanswered(matter(Kind.MAJOR_CHANGE_FILING), Rung.CITY)
    untold = _unanswered(review, Rung.CITY)
    found["escalation-undelivered"] = replace(untold, silence=Silence(Rung.CITY, 0, None))
    found["escalation-answered_before"] = replace(untold, silence=Silence(Rung.CITY, 0, None, answered=True))
    return found


def _unanswered(about: Matter, rung: Rung, today: date | None = None) -> MatterLetter:
    told = letter(Notice.ESCALATION, about, today, invite=None)
    return replace(told, silence=Silence(rung, 5, told.today - timedelta(23)), answer_link="")


def _duty_cases() -> dict[str, MatterLetter]:
    """What a unit does itself, of a central group too; and a round for the pioneer level."""
    group, found = UnitKind.CENTRAL_GROUP, {}
    for about in (
        duty(Kind.LIST_REPORT, of=group),
        duty(Kind.ANNUAL_REPORT, of=group),
        duty(Kind.ANNUAL_ROUND, of=group),
        duty(Kind.ANNUAL_ROUND, of=group, level=Level.PIONEER),
    ):
        pioneer = "-pioneer" if about.level is Level.PIONEER else ""
        found[f"reminder-{about.kind}-of_group{pioneer}"] = letter(about=about)
    round = matter(Kind.ANNUAL_ROUND, level=Level.EXCELLENCE, article="18(1)")
    round = replace(round, occurrence="2026-pioneer", batch="2024年度卓越级智能工厂（第一批）")
    found["reminder-annual_round-pioneer"] = letter(about=round)
    for about in (*map(duty, (Kind.LIST_REPORT, Kind.ANNUAL_REPORT, Kind.ANNUAL_ROUND)), matter(Kind.ANNUAL_ROUND)):
        name = _name(about)
        closed = Closed.FILED if about.holder is Holder.UNIT else Closed.NO_LONGER_APPLIES
        earlier = about.dates.safe_due_on - timedelta(3)
        found[f"correction-of_{name}"] = letter(Notice.CORRECTION, about, moved_from=earlier)
        found[f"cancellation-of_{name}"] = letter(Notice.CANCELLATION, about, closed=closed)
    return found


def _by_hand_cases() -> dict[str, MatterLetter]:
    """Days that a person has set, the latest or only the suggested one; and another hour."""
    review, inquiry = matter(Kind.REVIEW_APPLICATION), matter(Kind.INQUIRY_REPLY)
    earlier = by_hand(review, review.dates.due_on, date(2028, 8, 31))
    both = by_hand(review, date(2028, 8, 31), date(2028, 8, 30))
    longer = by_hand(inquiry, date(2026, 10, 20), date(2026, 10, 20))
    listed = by_hand(duty(Kind.LIST_REPORT), date(2026, 3, 20), date(2026, 3, 20))
    return {
        "reminder-review_application-by_hand": letter(about=both),
        "reminder-review_application-suggested_by_hand": letter(about=earlier),
        "reminder-review_application-by_hand_late": letter(about=both, today=date(2028, 9, 12)),
        "reminder-inquiry_reply-by_hand": letter(about=longer),
        "reminder-list_report-by_hand": letter(about=listed),
        "reminder-review_application-another_hour": letter(about=replace(review, hour="12:00")),
    }


def _name(about: Matter) -> str:
    """The kind, and of a round whose part in it."""
    return f"{about.kind}-of_unit" if (about.kind, about.holder) == (Kind.ANNUAL_ROUND, Holder.UNIT) else about.kind


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
    advanced = matter(Kind.REVIEW_APPLICATION, level=Level.ADVANCED)
    found = {
        "lapse-advanced": letter(Notice.LAPSE, advanced, date(2028, 12, 13)),
        "lapse-advanced-pending": letter(Notice.LAPSE, replace(advanced, pending=True), date(2028, 12, 13)),
        "cancellation-of_advanced_not_passed": letter(Notice.CANCELLATION, advanced, closed=Closed.NOT_PASSED),
        "cancellation-of_advanced_cancelled": letter(Notice.CANCELLATION, advanced, closed=Closed.CANCELLED),
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


def digest_cases() -> dict[str, DigestLetter]:
    """A digest of every kind of letter, and one of as many matters as go together."""
    review, acceptance, ends = matter(Kind.REVIEW_APPLICATION), matter(), matter(Kind.VALIDITY_END)
    today = review.dates.safe_due_on - timedelta(14)
    lapsed, another = replace(review, obligation_id=41), replace(review, obligation_id=40, factory="三号智能工厂")
    several = (
        letter(about=review, today=today),
        letter(about=replace(review, obligation_id=32, certification_id=13, factory="二号智能工厂"), today=today),
        letter(about=acceptance, today=today, moved_from=date(2027, 8, 18)),
        letter(Notice.MILESTONE, replace(ends, obligation_id=35), today),
        letter(Notice.LAPSE, lapsed, date(2028, 12, 13)),
        letter(Notice.OPENING, matter(Kind.REAPPLICATION_OPENS, article="20"), today),
        letter(Notice.CORRECTION, replace(review, obligation_id=38), today, moved_from=date(2028, 9, 4)),
        letter(Notice.CANCELLATION, replace(review, obligation_id=39), today, closed=Closed.FILED),
        letter(Notice.CANCELLATION, another, today, closed=Closed.FILED),
    )
    many = (
        letter(about=replace(review, obligation_id=number, factory=f"{number}号智能工厂"), today=today)
        for number in range(1, TOGETHER + 1)
    )
    stop = "https://duban.example/fewer/7.abcdefghijklmnopqrstuvwxyz234567"
    return {
        "digest": DigestLetter(several[0].envelope, several, stop),
        "digest-of_one_kind": DigestLetter(several[0].envelope, tuple(many), stop),
        "digest-to_superior_body": DigestLetter(several[0].envelope, _above(), ""),
    }


def _above() -> tuple[MatterLetter, ...]:
    """What a ministry is told of two enterprises that are silent, and of a unit."""
    silent = matter(Kind.REVIEW_APPLICATION)
    another = replace(silent, obligation_id=32, enterprise="乙方演示有限公司", factory="二号智能工厂")
    day = silent.dates.safe_due_on - timedelta(3)
    return (
        _unanswered(silent, Rung.MINISTRY, day),
        _unanswered(another, Rung.MINISTRY, day),
        _unanswered(duty(Kind.ANNUAL_REPORT), Rung.MINISTRY),
    )


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
        duty(Kind.LIST_REPORT),
        duty(Kind.ANNUAL_REPORT),
        duty(Kind.ANNUAL_ROUND),
        by_hand(matter(Kind.REVIEW_APPLICATION), date(2028, 9, 1), date(2028, 8, 31)),
        matter(Kind.REVIEW_APPLICATION, level=Level.ADVANCED),
        replace(
            matter(Kind.REVIEW_APPLICATION, end=printed_end(date(2028, 12, 31), "17(4)")), uscc="91370212MA3C0X0000"
        ),
    ]
    every = tuple(row(about, today) for about in rows)
    one = (row(matter(Kind.REVIEW_APPLICATION), date(2028, 9, 4)),)
    threat = date(2028, 11, 20)
    return {
        "list": list_letter(every, today),
        "list-own": list_letter(tuple(row(duty(kind), date(2026, 6, 10)) for kind in DUTIES), date(2026, 6, 10)),
        "list-one": list_letter(one, date(2028, 9, 4)),
        "list-monthly": list_letter(_answered(today), today, cadence=Cadence.MONTHLY),
        "list-daily": list_letter((row(matter(Kind.REVIEW_APPLICATION), threat),), threat, cadence=Cadence.DAILY),
        "list-long": list_letter(every * 4, today, kind=UnitKind.CENTRAL_GROUP),
    }


def _answered(today: date) -> tuple[ListRow, ...]:
    """A row in each section, some of them new or changed, with each kind of answer."""
    review, on = matter(Kind.REVIEW_APPLICATION), date(2028, 9, 4)
    near = row(matter(Kind.REVIEW_APPLICATION, end=printed_end(date(2028, 12, 31), "17(4)")), today)
    claim = Said(Answer.FILED, on, Decision.WAITING)
    return (
        row(review, today, mark=Mark.CHANGED, said=Said(Answer.FILED, on, Decision.REOPENED)),
        replace(near, section=Section.SILENT, reminders=5),
        replace(near, section=Section.UNDELIVERABLE, mark=Mark.NEW, contacts="", reminders=0, last_reminded_on=None),
        replace(near, section=Section.CLAIMED, mark=Mark.NEW, said=claim),
        row(duty(Kind.LIST_REPORT), today),
        replace(near, section=Section.COMING, said=Said(Answer.ACKNOWLEDGED, on, Decision.NONE)),
    )
