"""Days that a person sets in the place of the counted ones: the effect first, then, once confirmed, the change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from service.domain.certification import Certification
from service.domain.errors import RequestRefused
from service.domain.obligation import MILESTONES, Subject, SubjectKind
from service.flows import override
from service.flows.override import Which
from service.letters.words import WORDS
from service.store import obligations, overrides
from service.store.console.certification_page import one
from service.store.database import reading
from service.store.obligations import Stored
from service.store.overrides import SetByHand
from service.web.asked import Asked, Missing
from service.web.page import OPS, Page


@dataclass(frozen=True)
class _Meant:
    """The open matter whose days are to be set, and what a person has set for it already."""

    about: Certification
    stored: Stored
    standing: SetByHand | None

    @property
    def which(self) -> Which:
        obligation = self.stored.obligation
        return Which(Subject(SubjectKind.CERTIFICATION, self.about.id), obligation.kind, obligation.occurrence)


def _meant(asked: Asked, matter: str) -> _Meant:
    id = asked.id()
    with reading(asked.house.engine) as connection:
        about = one(connection, asked.scope, id)
        found = obligations.by_ids(connection, [asked.number_in(matter)]).get(asked.number_in(matter))
        if about is None or found is None or found.subject != Subject(SubjectKind.CERTIFICATION, id):
            raise Missing
        if found.obligation.closed is not None or found.obligation.kind in MILESTONES:
            raise Missing
        name = found.obligation.kind, found.obligation.occurrence
        by_hand = overrides.standing(connection, SubjectKind.CERTIFICATION, [id])
    stands = next((each for each in by_hand if (each.override.kind, each.override.occurrence) == name), None)
    return _Meant(about, found, stands)


def form(asked: Asked) -> Response:
    """The days as they stand, and fields for others."""
    return _form(asked, _meant(asked, asked.word("matter")), {})


def _form(asked: Asked, meant: _Meant, typed: Mapping[str, str], refusal: str = "") -> Response:
    status = 422 if refusal else 200
    return asked.page("certifications/override.html", status, typed=typed, refusal=refusal, **_known(asked, meant))


def _known(asked: Asked, meant: _Meant) -> dict[str, object]:
    words, obligation = WORDS[asked.language].of_kind, meant.stored.obligation
    return {"meant": meant, "title": words(obligation.kind, obligation.holder).title}


def changed(asked: Asked) -> Response:
    """How the matter would stand; once that is confirmed and nothing has moved since, the change."""
    meant = _meant(asked, asked.field("matter"))
    typed = {name: asked.field(name) for name in asked.form if name != "csrf"}
    lifts = asked.field("do") == "lift"
    try:
        after = _changed(asked, meant, lifts=lifts, dry_run=True)
    except RequestRefused as wrong:
        return _form(asked, meant, typed, asked.say(wrong.zh, wrong.en))
    if asked.field("confirmed") and asked.field("revision") == str(meant.stored.revision):
        verb = "override_lifted" if lifts else "override_set"
        details = {"kind": meant.which.kind, "occurrence": meant.which.occurrence}
        asked.note(verb, ("certification", meant.about.id), details)
        _changed(asked, meant, lifts=lifts)
        return asked.go(f"/certifications/{meant.about.id}", "lifted" if lifts else "set")
    known = {"after": after, "lifts": lifts, "typed": typed, **_known(asked, meant)}
    return asked.page("certifications/override_effect.html", **known)


def _changed(asked: Asked, meant: _Meant, *, lifts: bool, dry_run: bool = False) -> Stored:
    reason, author, desk = asked.field("reason"), asked.visitor.actor.author, asked.house.desk
    if not reason:
        raise RequestRefused("请写明理由，信中会写明", "give a reason: letters say it")
    if lifts:
        return override.lift(desk, meant.which, reason, author, asked.today, dry_run=dry_run)
    due, safe = _day(asked, "due_on", "最晚日期", "latest day"), _day(asked, "safe_due_on", "建议日期", "suggested day")
    if due is None and safe is None:
        raise RequestRefused("请填写最晚日期、建议日期或两者", "give the latest day, the suggested day, or both")
    return override.set_days(desk, meant.which, due, safe, reason, author, asked.today, dry_run=dry_run)


def _day(asked: Asked, name: str, zh: str, en: str) -> date | None:
    return asked.day(asked.field(name), zh, en) if asked.field(name) else None


PAGES = (
    Page("/certifications/{id:int}/override", form, OPS, sees="certification"),
    Page("/certifications/{id:int}/override", changed, OPS, method="POST"),
)
