"""The invitation: the object that icalendar itself would write, read back by icalendar and judged by libical."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Alarm, Calendar, Event, vCalAddress

from service.domain.errors import DubanError
from service.letters.invitation import invitation
from service.letters.letter import Envelope, Invite, Language, MatterLetter, Method, Person
from service.letters.words import WORDS
from service.letters.writing import write
from tests import libical
from tests.letters.cases import cases
from tests.letters.facts import envelope, in_language, invite
from tests.requirements import require

INVITED = [
    pytest.param(in_language(facts, language), id=f"{name}-{language}")
    for name, facts in cases().items()
    for language in Language
    if facts.invite
]
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n,;:\\\"^'’督办𠮷😀"), max_size=200)
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=60)


def _event(ics: bytes) -> tuple[Calendar, Event]:
    calendar = Calendar.from_ical(ics)
    assert isinstance(calendar, Calendar)
    (event,) = calendar.walk("VEVENT")
    assert isinstance(event, Event)
    return calendar, event


def _plainly(envelope: Envelope, of: Invite, summary: str, description: str) -> bytes:
    """The same object by icalendar's own typed properties, in the plain way."""
    calendar, event = Calendar(), Event()
    for name, value in {"prodid": "-//Duban//Duban//EN", "version": "2.0", "calscale": "GREGORIAN"}.items():
        calendar.add(name, value)
    calendar.add("method", of.method.value)
    event.add("uid", of.uid)
    event.add("sequence", of.sequence)
    event.add("dtstamp", of.stamp)
    event.add("dtstart", of.on)
    event.add("dtend", of.on + timedelta(days=1))
    event.add("summary", summary)
    event.add("description", description)
    organizer = vCalAddress(f"mailto:{envelope.sender}")
    organizer.params["CN"] = envelope.sender_name
    event.add("organizer", organizer)
    attendee = vCalAddress(f"mailto:{envelope.to.address}")
    attendee.params.update(CN=envelope.to.name, PARTSTAT="NEEDS-ACTION", ROLE="REQ-PARTICIPANT", RSVP="TRUE")
    event.add("attendee", attendee)
    event.add("status", "CANCELLED" if of.method is Method.CANCEL else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("x-microsoft-cdo-alldayevent", "TRUE")
    event.add("x-microsoft-cdo-busystatus", "FREE")
    if of.method is Method.REQUEST:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", summary)
        alarm.add("trigger", timedelta(hours=-15))
        event.add_component(alarm)
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


@given(TEXTS, TEXTS, NAMES, st.sampled_from(list(Method)), st.integers(0, 999))
def test_an_invitation_is_octet_for_octet_what_icalendar_writes(
    summary: str, description: str, name: str, method: Method, sequence: int
) -> None:
    # Quotes and carets have no place in a name that every client shows alike: they are left out before.
    name = name.replace('"', "").replace("^", "").strip() or "handler@nisco.example"
    of = invite(date(2027, 8, 20), method, sequence)
    to = envelope(name=name)
    assert invitation(to, of, summary, description) == _plainly(to, of, summary, description)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80), TEXTS)
def test_whatever_a_person_is_called_the_invitation_keeps_its_shape(name: str, text: str) -> None:
    ics = invitation(envelope(name=name), invite(date(2027, 8, 20)), text, text)
    lines = ics.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert lines[-1] == b""
    assert lines[-2] == b"END:VCALENDAR"
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert sum(line.startswith(b"ATTENDEE") for line in lines) == 1
    calendar, event = _event(ics)
    assert len(calendar.walk()) == 3
    assert event["ATTENDEE"] == "mailto:handler@nisco.example"


@pytest.mark.parametrize("facts", INVITED)
def test_the_invitation_of_a_letter_asks_its_one_recipient_for_one_whole_day(facts: MatterLetter) -> None:
    written = write(facts)
    assert facts.invite
    assert written.calendar
    calendar, event = _event(written.calendar)
    assert written.method == calendar["METHOD"] == facts.invite.method
    assert event["ORGANIZER"] == f"mailto:{facts.envelope.sender}"
    assert event["ORGANIZER"].params["CN"] == facts.envelope.sender_name
    assert event["ATTENDEE"] == f"mailto:{facts.envelope.to.address}"
    assert event.decoded("DTSTART") == facts.invite.on
    assert event.decoded("DTEND") == facts.invite.on + timedelta(days=1)
    assert event.decoded("DTSTAMP") == facts.invite.stamp
    assert (event["UID"], event["SEQUENCE"]) == (facts.invite.uid, facts.invite.sequence)
    assert "UID" not in calendar
    cancelled = facts.invite.method is Method.CANCEL
    assert event["STATUS"] == ("CANCELLED" if cancelled else "CONFIRMED")
    assert len(event.walk("VALARM")) == (0 if cancelled else 1)
    assert str(event["SUMMARY"]).endswith(facts.matter.enterprise or facts.matter.unit)
    assert WORDS[facts.envelope.to.language].number_of(facts.matter) in str(event["DESCRIPTION"])
    if facts.matter.enterprise:
        assert facts.matter.enterprise in str(event["DESCRIPTION"])


@pytest.mark.parametrize("facts", INVITED)
def test_libical_finds_nothing_wrong_with_any_invitation(facts: MatterLetter) -> None:
    require("libical", libical.library() is not None, "Debian's libical3 is not installed")
    assert libical.problems(write(facts).calendar or b"") == []


def test_libical_does_find_what_is_wrong() -> None:
    require("libical", libical.library() is not None, "Debian's libical3 is not installed")
    ics = invitation(envelope(), invite(date(2027, 8, 20)), "a", "b")
    without_organizer = b"\r\n".join(line for line in ics.split(b"\r\n") if not line.startswith(b"ORGANIZER"))
    assert libical.problems(without_organizer) != []


def test_the_stamp_is_written_in_utc() -> None:
    stamp = datetime(2027, 8, 6, 8, 30, tzinfo=UTC)
    ics = invitation(envelope(), replace(invite(date(2027, 8, 20)), stamp=stamp), "a", "b")
    assert b"\r\nDTSTAMP:20270806T083000Z\r\n" in ics


@pytest.mark.parametrize(
    "address", ["a@b.example\r\nX: y", "a b@c.example", "", "a@b.example,c@d.example", "经办@b.example"]
)
def test_an_address_that_is_not_one_plain_address_is_refused(address: str) -> None:
    to = replace(envelope(), to=Person("a", address, Language.ZH))
    with pytest.raises(DubanError):
        invitation(to, invite(date(2027, 8, 20)), "a", "b")
