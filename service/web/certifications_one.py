"""One certification: what it is, its life, what is open and why on that day, who is told; and why X was not mailed."""

from starlette.responses import Response

from service.domain.delivery import State
from service.domain.lifecycle import Life, Phase
from service.domain.obligation import MILESTONES, SubjectKind
from service.domain.visitors import VisitorRole
from service.flows import why as asking
from service.flows.desk import looking
from service.flows.grounds import lives_of
from service.letters.stages import stage_named
from service.letters.why import code_named, why
from service.letters.words import WORDS
from service.store import obligations, overrides
from service.store.console.certification_page import LetterAbout, Logged, contacts, letters, log, one
from service.web.asked import Asked, Missing
from service.web.matters import shown_matters
from service.web.page import EVERYONE, UNITS, Page
from service.web.terms import term
from service.web.timeline import Story, Tongue, told
from service.web.timeline_drawn import BROAD, SLIM, drawn

_DRAWN, _LISTED = 300, 20


def shown(asked: Asked) -> Response:
    """The page of a certification."""
    id = asked.id()
    with looking(asked.house.desk) as now:
        about = one(now.connection, asked.scope, id)
        if about is None:
            raise Missing
        stored = obligations.of_subjects(now.connection, SubjectKind.CERTIFICATION, [id]).get(id, [])
        matters = shown_matters(asked, now, stored)
        life, logged = lives_of(now, [id])[id], log(now.connection, asked.scope, id)
        posted = letters(now.connection, asked.scope, [each.id for each in stored], _DRAWN)
        people = contacts(now.connection, asked.scope, about)
        by_hand = overrides.standing(now.connection, SubjectKind.CERTIFICATION, [id])
    story, tongue = Story(life, [each.event for each in logged], stored, posted, asked.today), _tongue(asked)
    ids = {(each.obligation.kind, each.obligation.occurrence): each.id for each in stored}
    known = {
        "about": about,
        "life": life,
        "phase": _phase(asked, life),
        "still_open": [each for each in matters if each.stored.obligation.closed is None],
        "over": [each for each in matters if each.stored.obligation.closed is not None],
        "log": logged,
        "author": lambda each: _author(asked, each),
        "sheets": [(name, drawn(story, tongue, sheet)) for name, sheet in (("broad", BROAD), ("slim", SLIM))],
        "told": told(story, tongue),
        "letters": [each for each in posted if not _overtaken(each)][:_LISTED],
        "titles": {each.stored.id: each.title for each in matters},
        "people": people,
        "overrides": by_hand,
        "ids": ids,
        "by_hand": {ids.get((each.override.kind, each.override.occurrence)) for each in by_hand},
        "milestones": MILESTONES,
        "stage": lambda name: stage_named(name, asked.language),
        "code": lambda code: code_named(code, asked.language),
        "in_house": asked.visitor.role in (VisitorRole.OPS, VisitorRole.VIEWER),
        "is_ops": asked.visitor.role is VisitorRole.OPS,
    }
    return asked.page("certifications/one.html", **known)


def _overtaken(each: LetterAbout) -> bool:
    """Whether it is only the note of a step that a newer one took the place of before anything was carried."""
    return each.letter.state is State.SUPERSEDED and not each.letter.attempts


def _phase(asked: Asked, life: Life) -> tuple[str, str]:
    """Tone and code of the state, which is over where its last day has passed without a word from anybody."""
    tones = {Phase.VALID: "good", Phase.ACCEPTED: "good", Phase.CANCELLED: "bad", Phase.REVIEW_FAILED: "bad"}
    end = life.cycles[-1].end if life.cycles else None
    if life.phase is Phase.VALID and end is not None and end.ends_on < asked.today:
        return "warn", "over"
    return tones.get(life.phase, "wait"), life.phase


def _tongue(asked: Asked) -> Tongue:
    return Tongue(WORDS[asked.language], asked.say, lambda type: term("event", type, asked.language))


def _author(asked: Asked, logged: Logged) -> str:
    """Who recorded an event: an account by its number, whoever used the command line by what that noted."""
    kind, _, number = logged.author.partition(":")
    return f"{term('audited', kind, asked.language)} {number}" if number else logged.author


def reasons(asked: Asked) -> Response:
    """Why X was not mailed: each matter's reasons, in words."""
    answered = asking.why(asked.house.desk, asked.scope, asked.id(), asked.today)
    if answered is None:
        raise Missing
    words = WORDS[asked.language]
    known = {
        "answered": answered,
        "sentence": lambda reason: why(reason, asked.language, asked.zone),
        "title": lambda each: words.of_kind(each.stored.obligation.kind, each.stored.obligation.holder).title,
    }
    return asked.page("certifications/why.html", **known)


PAGES = (
    Page("/certifications/{id:int}", shown, EVERYONE, sees="certification"),
    Page("/certifications/{id:int}/why", reasons, UNITS, sees="certification"),
)
