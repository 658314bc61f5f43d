"""A digest: several matters of one reader in one letter, those of which the same is true once."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from service.letters.invitation import invitation
from service.letters.letter import DigestLetter, Invite, Letter, MatterLetter, Method
from service.letters.rendering import sentences, worded
from service.letters.telling import told_of
from service.letters.words import WORDS

_THE_SAME = (
    "headline",
    "title",
    "shown",
    "shown_as",
    "landmark",
    "far",
    "moved",
    "stands",
    "so_far",
    "outlook",
    "closed_because",
    "where",
    "provisional",
    "dates_told",
    "basis",
    "quoted",
    "steps",
)
"""What of two matters has to be the same for a digest to tell it of both at once."""


def digest(facts: DigestLetter) -> Letter:
    """The matters of which the same words are true stand together, and the words once above them."""
    to = facts.envelope.to
    told = [(each, told_of(each)) for each in facts.letters]
    groups: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for _, known in sorted(told, key=lambda pair: _when(pair[1])):
        groups.setdefault(tuple(str(known.get(name)) for name in _THE_SAME), []).append(known)
    enterprises = dict.fromkeys(each.matter.enterprise or each.matter.unit for each in facts.letters)
    first = min(_when(known) for _, known in told)
    known = {
        "facts": facts,
        "to": to,
        "total": len(told),
        "groups": list(groups.values()),
        "whose": next(iter(enterprises)),
        "enterprises": len(enterprises),
        "first": first,
        "invited": any(each.invite for each in facts.letters),
        "today": facts.letters[0].today,
        "words": WORDS[to.language],
        "date": WORDS[to.language].written,
        "day": WORDS[to.language].day,
    }
    known |= sentences(f"{to.language}/digest/sentences.txt", known)
    calendars = tuple(_calendar(each, each.invite, words) for each, words in told if each.invite is not None)
    return Letter(*worded(to.language, "digest", known), calendars=calendars, stop_link=facts.stop_link)


def _calendar(facts: MatterLetter, invite: Invite, words: Mapping[str, Any]) -> tuple[str, Method, bytes]:
    content = invitation(facts.envelope, invite, words["event_title"], words["event"])
    return f"invite-{facts.matter.obligation_id}.ics", invite.method, content


def _when(known: Mapping[str, Any]) -> date:
    day: date = known["shown"]
    return day
