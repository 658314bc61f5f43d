"""What a page is given: who asks, for what, and the house; and how it answers."""

from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any
from urllib.parse import quote, urlencode

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from service.domain.errors import RequestRefused
from service.domain.visitors import Scope, Visitor
from service.letters.letter import Language
from service.letters.table import Table, as_csv, as_xlsx
from service.store import audit
from service.web.rendering import rendered
from service.wiring import House

LANGUAGE = "duban-language"
"""The cookie that keeps which language a reader has chosen."""

LONGEST_NUMBER = 10
"""The digits that the number of a row may have: no longer one is read at all."""

_LARGEST_ID = 2**31 - 1
_LONGEST_FIELD = 20_000
SHEETS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The media type of each kind of sheet."""


class Missing(Exception):
    """There is no such page, or no such row within what the visitor may see: to them both are the same."""


@dataclass(frozen=True)
class Asked:
    """One request: ``today`` is the business day (Asia/Shanghai), ``at`` the moment (UTC), ``zone`` for display.

    ``form`` holds the fields of a POST. ``visitor`` is None only on the pages that a stranger may open.
    """

    house: House
    request: Request
    who: Visitor | None
    language: Language
    today: date
    at: datetime
    form: FormData = field(default_factory=FormData)

    @property
    def has_chosen_language(self) -> bool:
        """Whether the reader asked for a language, now or before."""
        return "lang" in self.request.query_params or LANGUAGE in self.request.cookies

    @property
    def visitor(self) -> Visitor:
        """Who asks. The page's roles have seen to it that somebody has signed in."""
        if self.who is None:
            raise Missing
        return self.who

    @property
    def scope(self) -> Scope:
        """The rows that the one who asks may see: every read of rows is given it."""
        return self.visitor.scope

    @property
    def zone(self) -> tzinfo:
        """The time zone for display."""
        return self.house.settings.zone

    def say(self, zh: str, en: str) -> str:
        """The words in the reader's language."""
        return zh if self.language is Language.ZH else en

    def word(self, name: str) -> str:
        """A parameter of the address, empty where it is not given."""
        return self.request.query_params.get(name, "").replace("\0", "").strip()[:_LONGEST_FIELD]

    def field(self, name: str) -> str:
        """A field of the form, empty where it is not given."""
        value = self.form.get(name, "")
        return value.strip()[:_LONGEST_FIELD] if isinstance(value, str) else ""

    def fields(self, name: str) -> list[str]:
        """Every value of a field, such as the rows that were ticked."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)]

    def upload(self, name: str) -> UploadFile:
        """A file of the form. Raises RequestRefused where none was chosen."""
        value = self.form.get(name)
        if not isinstance(value, UploadFile) or not value.filename:
            raise RequestRefused("请先选择文件", "choose a file first")
        return value

    def id(self, name: str = "id") -> int:
        """The number in the path."""
        return self.number_in(str(self.request.path_params[name]))

    def number(self, name: str) -> int | None:
        """A parameter that is the number of a row; None where it is not given."""
        return self.number_in(self.word(name)) if self.word(name) else None

    def number_in(self, text: str) -> int:
        """The number of a row as text; a text that can be none is of no row."""
        if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER and 0 < int(text) <= _LARGEST_ID):
            raise Missing
        return int(text)

    def ids(self, name: str = "id") -> list[int]:
        """The rows that were ticked. Raises RequestRefused where none was."""
        found = [self.number_in(value) for value in self.fields(name)]
        if not found:
            raise RequestRefused("请先勾选要处理的行", "tick the rows first")
        return found

    def day(self, text: str, label_zh: str, label_en: str) -> date:
        """A day that was typed. Raises RequestRefused, which names the field."""
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise RequestRefused(
                f"{label_zh}：“{text}”不是日期，请写作 2027-08-06",
                f'{label_en}: "{text}" is no date, write it as 2027-08-06',
            ) from None

    def day_word(self, name: str, label_zh: str, label_en: str) -> date | None:
        """A day in the address; None where it is not given."""
        return self.day(self.word(name), label_zh, label_en) if self.word(name) else None

    def note(self, action: str, subject: tuple[str, int], details: audit.Details | None = None) -> None:
        """Put on record what the visitor does, in a transaction of its own: just before it is done (0009)."""
        with self.house.engine.begin() as connection:
            audit.note(connection, self.visitor.actor, action, subject, self.at, details or {})

    def page(self, template: str, status: int = 200, /, **known: Any) -> Response:
        """A page of the template, which knows this request as ``asked``."""
        return HTMLResponse(rendered(template, self, known), status)

    def go(self, path: str, done: str = "") -> Response:
        """On to another page of ours after a change; ``done`` names the sentence that it opens with."""
        query = f"{'&' if '?' in path else '?'}{urlencode({'done': done})}" if done else ""
        return RedirectResponse(f"{path}{query}", 303)

    def with_query(self, **changed: object) -> str:
        """This page's address with other parameters; those that are None or empty are left out."""
        words = {**self.request.query_params, **changed}
        words.pop("done", None)
        query = urlencode({name: str(value) for name, value in words.items() if value not in (None, "")})
        return f"{self.request.url.path}?{query}" if query else self.request.url.path

    def sheet(self, name: str, table: Table, kind: str) -> Response:
        """A list as a file to keep: ``kind`` csv or xlsx."""
        if kind not in SHEETS:
            raise Missing
        content = as_xlsx(table) if kind == "xlsx" else as_csv(table)
        return download(content, f"{name}-{self.today}.{kind}", SHEETS[kind])


def download(content: bytes, name: str, media_type: str) -> Response:
    """A file that the browser keeps under this name."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(content, media_type=media_type, headers=headers)
