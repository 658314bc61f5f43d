"""What a person says in an answer from a letter, checked: days, words of their own, and who the right person is."""

from collections.abc import Mapping
from datetime import date

from service.domain.answer import Answer, quiet_until
from service.domain.errors import RequestRefused
from service.flows.typed import line
from service.sheets import cells
from service.sheets.sheet import CellFaulty

_LONGEST_NOTE, _LONGEST_RECEIPT = 300, 100


def checked(
    kind: Answer, said: Mapping[str, str], safe: date, today: date
) -> tuple[date | None, date | None, dict[str, str]]:
    """The day spoken of, the last day without reminders of a matter whose safe day is ``safe``, and the rest.

    Raises RequestRefused, naming what is wrong.
    """
    details = _words(said, "note", "说明", _LONGEST_NOTE)
    match kind:
        case Answer.ACKNOWLEDGED:
            return None, quiet_until(safe, today), details
        case Answer.SNOOZED:
            return None, quiet_until(safe, today, _day(said, "until", "暂缓至", "put off until")), details
        case Answer.FILED:
            on, filed = checked_filing(said, today)
            return on, quiet_until(safe, today), details | filed
        case Answer.CHANGED:
            return _past(_day(said, "on", "变化日期", "changed on"), today), None, details
        case Answer.WRONG_PERSON:
            return None, None, details | _person(said)


def checked_filing(said: Mapping[str, str], today: date) -> tuple[date, dict[str, str]]:
    """The day on which a matter was filed or done, and the number of its receipt. Raises RequestRefused."""
    on = _past(_day(said, "on", "提交日期", "filed on"), today)
    return on, _words(said, "receipt", "受理（回执）编号", _LONGEST_RECEIPT)


def _words(said: Mapping[str, str], name: str, zh: str, limit: int) -> dict[str, str]:
    """Their own words, on one line and without signs that nobody sees: they come to stand in lists and letters."""
    return {name: line(f"{zh} / {name}", said[name], limit)} if said.get(name) else {}


def _person(said: Mapping[str, str]) -> dict[str, str]:
    """The right person; nobody, where only the wrong one is known."""
    if not said.get("address") and not said.get("name"):
        return {}
    try:
        return {"name": cells.name(said.get("name", "")), "address": cells.address(said.get("address", ""))}
    except CellFaulty as fault:
        raise RequestRefused(fault.zh, fault.en) from None


def _day(said: Mapping[str, str], name: str, zh: str, en: str) -> date:
    try:
        return date.fromisoformat(said.get(name, ""))
    except ValueError:
        raise RequestRefused(f"{zh}：请填写日期，如 2027-08-06", f"{en}: give a day, such as 2027-08-06") from None


def _past(day: date, today: date) -> date:
    if day > today:
        raise RequestRefused(f"{day} 尚未到来，请核对", f"{day} is still to come: check it")
    return day
