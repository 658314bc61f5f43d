"""The invitation inside a letter: an iTIP object (RFC 5546) for one recipient, as iMIP carries it (RFC 6047).

icalendar writes the object once for each method, with names where values go; a letter fills in its own, escaped and
folded the same way. To write every object anew with icalendar costs more than all the rest of a letter.
"""

import re
from collections.abc import Mapping
from datetime import UTC, timedelta
from functools import cache

from icalendar import Alarm, Calendar, Component, Event, vCalAddress, vText

from service.letters.addresses import checked_address
from service.letters.letter import Envelope, Invite, Method
from service.letters.octets import between_characters

_QUOTED = re.compile("[,;: ’']")
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f-\x9f"^\u2028\u2029]')
_NOT_IN_TEXT = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_FOLD_AT = 74  # octets; with the space that begins a continued line, 75 (RFC 5545, 3.1)


def invitation(envelope: Envelope, invite: Invite, summary: str, description: str) -> bytes:
    """The calendar object that asks for ``invite.on``, or takes it back; CRLF lines, the last one ended too.

    The organizer is the sender of the mail, the only attendee its recipient.
    """
    values = {
        "uid": _text(invite.uid),
        "sequence": str(invite.sequence),
        "stamp": invite.stamp.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"),
        "start": invite.on.strftime("%Y%m%d"),
        "end": (invite.on + timedelta(days=1)).strftime("%Y%m%d"),
        "sender": checked_address(envelope.sender),
        "sender_name": _name(envelope.sender_name, envelope.sender),
        "recipient": checked_address(envelope.to.address),
        "recipient_name": _name(envelope.to.name, envelope.to.address),
        "summary": _text(summary),
        "description": _text(description),
    }
    lines = _skeleton(invite.method).format_map(values).split("\r\n")
    return b"\r\n".join(_folded(line) for line in lines)


@cache
def _skeleton(method: Method) -> str:
    """The object as icalendar writes it, ``{name}`` where a value goes."""
    calendar = _component(
        Calendar(),
        {"PRODID": "-//Duban//Duban//EN", "VERSION": "2.0", "CALSCALE": "GREGORIAN", "METHOD": method.value},
    )
    event = _component(
        Event(),
        {
            "UID": "{uid}",
            "SEQUENCE": "{sequence}",
            "DTSTAMP": "{stamp}",
            "SUMMARY": "{summary}",
            "DESCRIPTION": "{description}",
            "STATUS": "CANCELLED" if method is Method.CANCEL else "CONFIRMED",
            "TRANSP": "TRANSPARENT",
            "X-MICROSOFT-CDO-ALLDAYEVENT": "TRUE",
            "X-MICROSOFT-CDO-BUSYSTATUS": "FREE",
        },
    )
    event["DTSTART"] = vText("{start}", params={"VALUE": "DATE"})
    event["DTEND"] = vText("{end}", params={"VALUE": "DATE"})
    event["ORGANIZER"] = vCalAddress("mailto:{sender}", params={"CN": "{sender_name}"})
    attendee = {"CN": "{recipient_name}", "PARTSTAT": "NEEDS-ACTION", "ROLE": "REQ-PARTICIPANT", "RSVP": "TRUE"}
    event["ATTENDEE"] = vCalAddress("mailto:{recipient}", params=attendee)
    if method is Method.REQUEST:  # a cancelled event has nothing to ring for (RFC 5546, 3.2.5)
        alarm = _component(Alarm(), {"ACTION": "DISPLAY", "TRIGGER": "-PT15H", "DESCRIPTION": "{summary}"})
        event.add_component(alarm)
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written.decode().replace("\r\n ", "")


def _component(component: Component, properties: Mapping[str, str]) -> Component:
    for name, value in properties.items():
        component[name] = vText(value)
    return component


def _text(value: str) -> str:
    """A TEXT value (RFC 5545, 3.3.11), without the control characters that no calendar shows."""
    return vText(_NOT_IN_TEXT.sub("", value)).to_ical().decode()


def _name(person: str, address: str) -> str:
    """A CN parameter: quoted where it must be; what even a quoted one may not hold is left out."""
    name = _NOT_IN_NAMES.sub("", person).strip() or address
    return f'"{name}"' if _QUOTED.search(name) else name


def _folded(line: str) -> bytes:
    """The content line in UTF-8, folded between characters, and never after the first half of an escape."""
    rest = line.encode()
    if len(rest) <= _FOLD_AT:
        return rest
    pieces = []
    while len(rest) > _FOLD_AT:
        at = between_characters(rest, _FOLD_AT)
        if rest[at - 1] in b"\\^":
            at -= 1
        pieces.append(rest[:at])
        rest = rest[at:]
    return b"\r\n ".join([*pieces, rest])
