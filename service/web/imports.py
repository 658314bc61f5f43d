"""Imports: a sheet is looked at first, taken in then; every one is kept.

The bytes that were looked at are kept on a staging row of their author's, for an hour: what is taken in is then exactly
what was looked at, nobody has to choose the file again, and it works without scripts and over several processes.
"""

import unicodedata
from datetime import timedelta

from starlette.responses import Response

from service.domain.errors import RequestRefused
from service.flows.contacts import import_contacts
from service.flows.imported import By, Imported
from service.flows.intake import import_sheet
from service.sheets.limits import FILE_BYTES
from service.sheets.reading import File
from service.store import intakes
from service.store.console import intakes as console
from service.store.database import reading
from service.store.intakes import Kind, Sheet
from service.web.asked import Asked
from service.web.page import HOUSE, OPS, Page
from service.web.paging import part

_WAITS = timedelta(hours=1)
_SHOWN = 200
_NAME_CHARACTERS = 120


def listed(asked: Asked) -> Response:
    """The newest imports, and where a sheet is given."""
    return _listed(asked)


def look(asked: Asked) -> Response:
    """What a sheet would do, with nothing stored but the sheet itself, for its author to take in."""
    try:
        kind = _kind(asked.field("kind"))
        file = _given(asked)
        done = _run(asked, kind, file, dry_run=True)
    except RequestRefused as refusal:
        return _listed(asked, 422, refusal=asked.say(refusal.zh, refusal.en))
    staged = None
    if not done.errors:
        author = asked.visitor.actor.author
        with asked.house.engine.begin() as connection:
            sheet = Sheet(file.name, file.content)
            staged = intakes.stage(connection, kind, sheet, author, asked.at, asked.at - _WAITS)
    known = {"kind": kind, "file": file.name, "made": done, "staged": staged, "shown": _SHOWN}
    return asked.page("imports/preview.html", 422 if done.errors else 200, **known)


def commit(asked: Asked) -> Response:
    """Take in what was looked at."""
    id = asked.number_in(asked.field("staged"))
    try:
        with reading(asked.house.engine) as connection:
            found = intakes.staged(connection, id, asked.visitor.actor.author, asked.at - _WAITS)
        if found is None:
            raise RequestRefused(
                "这份文件已经导入、放弃或过期（一小时），请重新上传",
                "this file was taken in, left or is more than an hour old: upload it again",
            )
        kind, sheet = found
        done = _run(asked, kind, File(sheet.name, sheet.content), staged=id)
    except RequestRefused as refusal:
        return _listed(asked, 422, refusal=asked.say(refusal.zh, refusal.en))
    if done.errors:
        known = {"kind": kind, "file": sheet.name, "made": done, "staged": None, "shown": _SHOWN}
        return asked.page("imports/preview.html", 422, **known)
    return asked.go(f"/imports/{done.id}", "imported")


def _listed(asked: Asked, status: int = 200, *, refusal: str = "") -> Response:
    with reading(asked.house.engine) as connection:
        found = part(asked, lambda limit, before: console.listed(connection, limit, before), lambda kept: kept.id)
    return asked.page("imports/list.html", status, found=found, refusal=refusal, kinds=list(Kind))


def _run(asked: Asked, kind: Kind, file: File, *, staged: int | None = None, dry_run: bool = False) -> Imported:
    actor = asked.visitor.actor
    by = By(actor.author, actor, staged)
    take_in = import_contacts if kind is Kind.CONTACTS else import_sheet
    return take_in(asked.house.desk, file, asked.today, by, dry_run=dry_run)


def _kind(text: str) -> Kind:
    if text not in tuple(Kind):
        raise RequestRefused("请选择名单的种类", "choose what the sheet is of")
    return Kind(text)


def _given(asked: Asked) -> File:
    """The uploaded file. Its name is what a browser said: no folder, nothing that cannot be printed, and not long."""
    upload = asked.upload("file")
    said = unicodedata.normalize("NFC", (upload.filename or "").replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(letter for letter in said if letter.isprintable()).strip()[-_NAME_CHARACTERS:]
    return File(name or "–", upload.file.read(FILE_BYTES + 1))


PAGES = (
    Page("/imports", listed, HOUSE),
    Page("/imports", look, OPS, "POST"),
    Page("/imports/commit", commit, OPS, "POST"),
)
