"""The working-day table as a year calendar, and a year's notice into it: first what it would move, then for good."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.responses import Response

from service.domain.errors import RequestRefused
from service.domain.notice import Notice
from service.flows.holidays import Loaded, load_notice
from service.store import workdays
from service.store.database import reading
from service.web.asked import Asked, Missing
from service.web.page import HOUSE, OPS, Page
from service.web.year import months

_LONGEST_NAME = 60


def calendar(asked: Asked) -> Response:
    """A year of the table, and how far it is official."""
    return _page(asked, _year(asked.word("year")) or asked.today.year)


def preview(asked: Asked) -> Response:
    """What a notice would move; nothing is stored."""
    try:
        file = asked.upload("file")
        name = _plain(file.filename or "")
        with _kept(name, file.file.read()) as path:
            done = load_notice(asked.house.desk, path, asked.today, asked.visitor.actor.author, dry_run=True)
    except RequestRefused as refusal:
        return _page(asked, asked.today.year, 422, refusal=asked.say(refusal.zh, refusal.en))
    return _page(asked, done.notice.year, previewed=done, name=name, document=_document(done.notice))


def load(asked: Asked) -> Response:
    """Put the notice that was previewed into the table, and count every open date anew."""
    name, document = _plain(asked.field("name")), str(asked.form.get("document", ""))
    try:
        with _kept(f"{name}.json", document.encode()) as path:
            _note(asked, document)
            done = load_notice(asked.house.desk, path, asked.today, asked.visitor.actor.author)
    except RequestRefused as refusal:
        return _page(asked, asked.today.year, 422, refusal=asked.say(refusal.zh, refusal.en))
    moved = f"&moved={done.moved}&settled={done.settled}"
    return asked.go(f"/holidays?year={done.notice.year}{moved}", "loaded")


def _page(
    asked: Asked,
    year: int,
    status: int = 200,
    *,
    refusal: str = "",
    previewed: Loaded | None = None,
    name: str = "",
    document: str = "",
) -> Response:
    with reading(asked.house.engine) as connection:
        table, years = workdays.load(connection), workdays.announced_years(connection)
    shown = {"year": year, "months": months(table, year), "years": years, "until": table.announced_until}
    new = {"refusal": refusal, "previewed": previewed, "name": name, "document": document}
    return asked.page("holidays/year.html", status, **shown, **new)


def _year(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch("[0-9]{4}", text) or text < "1900":
        raise Missing
    return int(text)


def _plain(name: str) -> str:
    """The last part of a file's name, with nothing in it that is more than a name."""
    last = re.sub(r"[^\w.\-（）()〔〕 ]", "_", re.split(r"[/\\]", name)[-1]).strip(". ")
    return last[-_LONGEST_NAME:] or "notice"


@contextmanager
def _kept(name: str, content: bytes) -> Iterator[Path]:
    """The content as a file of this name, until the end of the block."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield path


def _document(notice: Notice) -> str:
    """The notice as its JSON document, carried by the page from the preview to the loading."""
    days = [{"day": str(each.day), "kind": str(each.kind), "name": each.name} for each in notice.days]
    return json.dumps({"year": notice.year, "notice": notice.number, "days": days}, ensure_ascii=False)


def _note(asked: Asked, document: str) -> None:
    """Who loads a notice of which year; its number is a document's, no person's."""
    found = re.match(r'\{"year": ([0-9]{4}),', document)
    year = int(found[1]) if found else 0
    asked.note("notice_loaded", ("holidays", year), {"year": year})


PAGES = (
    Page("/holidays", calendar, HOUSE),
    Page("/holidays/preview", preview, OPS, "POST"),
    Page("/holidays/load", load, OPS, "POST"),
)
