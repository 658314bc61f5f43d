"""Fewer letters: whoever reads a digest stops digests, or takes them again, by the link that it bears (RFC 8058).

Invariant: a statutory reminder is passed on, never switched off. What is urgent still comes to the reader, and the rest
to their colleagues; where there are none, it comes to the reader as before.
"""

from dataclasses import dataclass

from service.domain.errors import RequestRefused
from service.domain.people import Contact
from service.domain.visitors import Actor, ActorKind
from service.flows.answers import LINK_LASTS
from service.flows.desk import Desk, Moment, looking, moment
from service.flows.digest import STOP
from service.store import answers, audit, digests, people


@dataclass(frozen=True)
class Reader:
    """Who reads the letter of a link: each contact of that address, and whether anybody could be told instead."""

    contacts: tuple[Contact, ...]
    is_replaceable: bool

    @property
    def urgent_only(self) -> bool:
        """Whether they have asked for fewer letters."""
        return all(each.urgent_only for each in self.contacts)


def open_link(desk: Desk, token: str) -> Reader | None:
    """Whose letter it is; None where the link was not written by us, has ended, or was revoked. Nothing is changed."""
    with looking(desk) as now:
        return _reader(desk, now, token)


def choose(desk: Desk, token: str, *, fewer: bool) -> None:
    """Stop digests to the reader of a letter, or send them again. RequestRefused where the link is good no more."""
    with moment(desk) as now:
        reader = _reader(desk, now, token)
        if reader is None:
            raise RequestRefused(
                "此链接已失效，请使用最近一封汇总信中的链接",
                "this link is good no more: use the one in the latest digest",
            )
        people.set_urgent_only(now.connection, [each.id for each in reader.contacts], urgent_only=fewer)
        for each in reader.contacts:
            said = "fewer_letters" if fewer else "every_letter"
            audit.note(now.connection, Actor(ActorKind.CONTACT, each.id), said, ("contact", each.id), now.now, {})


def _reader(desk: Desk, now: Moment, token: str) -> Reader | None:
    number = desk.links.id_in(STOP, token)
    members = [] if number is None else digests.in_one_letter(now.connection, number)
    letters = (answers.letter_of(now.connection, id, now.now - LINK_LASTS) for id in members)
    letter = next((each for each in letters if each is not None and each.good), None)
    if letter is None:
        return None
    found = people.of_address(now.connection, letter.contact_id)
    return Reader(tuple(found), all(_has_colleague(now, each) for each in found))


def _has_colleague(now: Moment, contact: Contact) -> bool:
    theirs = people.contacts_of(now.connection, contact.owner_kind, [contact.owner_id])[contact.owner_id]
    return any(each.working and not each.urgent_only and each.address != contact.address for each in theirs)
