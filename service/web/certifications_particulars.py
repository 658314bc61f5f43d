"""What an event takes besides its day, as a form asks for it and as it comes back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.domain.errors import RequestRefused
from service.domain.lifecycle import Cause, Event, EventType, Life
from service.flows.typed import line
from service.web.asked import Asked

_LONGEST = 200
UNTIL = "until"
_PRINTED_VALIDITY = ("证书或名单载明的有效期至（没有载明则不填）", "Printed last day of validity (leave empty if none)")
_NAMED_DAY = ("来函写明的期限（没有写明则不填）", "Day that the letter names (leave empty if none)")
_FIELDS = (
    *("listed_on", "valid_through", "cultivation_from", "cultivation_months", "cultivation_until"),
    *("reply_by", "rectify_by", "event"),
)


@dataclass(frozen=True)
class Particular:
    """A field of the form: ``kind`` day, number, text or choice; a choice is among ``options``, codes of ``family``."""

    name: str
    kind: str
    label: tuple[str, str]
    required: bool = False
    options: Sequence[str] = ()
    family: str = ""


_RECEIPT = Particular("receipt", "text", ("回执或文号（可不填）", "Receipt number (optional)"))


def particulars(type: EventType, life: Life) -> list[Particular]:
    """What this event takes, of a certification as it stands."""
    return [*_own(type, life), _RECEIPT]


def _own(type: EventType, life: Life) -> Iterator[Particular]:
    match type:
        case EventType.LISTED | EventType.REVIEW_PASSED:
            yield Particular(UNTIL, "day", _PRINTED_VALIDITY)
        case EventType.CULTIVATION_LISTED:
            yield Particular(UNTIL, "day", ("名单载明的培育期至", "Printed last day of cultivation"))
            yield Particular("months", "number", ("或培育月数（1 至 24）", "or months of cultivation (1 to 24)"))
        case EventType.INQUIRY_RECEIVED | EventType.RECTIFICATION_ORDERED:
            yield Particular(UNTIL, "day", _NAMED_DAY)
        case EventType.CHANGE_FILED:
            days = [str(each.on) for each in life.unfiled]
            yield Particular("changed_on", "choice", ("备案的是哪一日的变化", "Day of the change"), True, days)
        case EventType.INQUIRY_ANSWERED:
            days = [str(each.on) for each in life.inquiries if not each.met]
            yield Particular("received_on", "choice", ("回复的是哪一日的要求", "Day of the inquiry"), True, days)
        case EventType.RECTIFIED:
            days = [str(each.on) for each in life.rectifications if not each.met]
            yield Particular("ordered_on", "choice", ("完成的是哪一日的整改", "Day of the order"), True, days)
        case EventType.CANCELLED:
            yield Particular("cause", "choice", ("取消的原因", "Cause"), True, tuple(Cause), "cause")
        case EventType.RENAMED:
            yield Particular("name", "text", ("新名称", "New name"), True)
        case EventType.CORRECTED:
            yield Particular("field", "choice", ("更正什么", "What is corrected"), True, _FIELDS, "corrected_field")
            label = ("更正为（日期写作 2025-12-09）", "Corrected to (a day as 2025-12-09)")
            yield Particular("value", "text", label, True)


def typed_event(asked: Asked, type: EventType, life: Life) -> Event:
    """The event as it was typed. Raises RequestRefused, naming the field that is missing or wrong."""
    on = asked.day(asked.field("on"), "发生之日", "day")
    until, details = None, {}
    for each in particulars(type, life):
        given = asked.field(each.name)
        if not given:
            if each.required:
                raise RequestRefused(f"请填写“{each.label[0]}”", f'fill in "{each.label[1]}"')
        elif each.name == UNTIL:
            until = asked.day(given, *each.label)
        else:
            details[each.name] = line(asked.say(*each.label), given, _LONGEST)
    return Event(type, on, until, details)
