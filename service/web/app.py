"""The console as an ASGI application: pages by their addresses, each answered in a thread, since all below is sync."""

import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive

import templates
from service.web.answering import answer, is_secure
from service.web.asked import LONGEST_NUMBER, Asked, Missing
from service.web.page import STRANGERS, Page
from service.web.pages import PAGES
from service.web.protection import protect
from service.wiring import House

_STATIC = Path(templates.__file__).parent / "web" / "static"
_LARGEST_BODY = 25 * 1024 * 1024
_MOST_FIELDS = 2000
_NO_TEXT = re.compile("[\\0\\ud800-\\udfff]")
_TOO_LARGE = "文件过大（上限 25 MB） / too large: at most 25 MB"
_UNREADABLE = "表单无法读取，请返回重试 / the form cannot be read: go back, try again"

Endpoint = Callable[[Request], Awaitable[Response]]


class _TooLarge(Exception):
    """More came than a request may bring."""


class _RowNumber(IntegerConvertor):
    """As Starlette's, which falls over an endless number; a longer one than any row has is no page."""

    regex = f"[0-9]{{1,{LONGEST_NUMBER}}}"


register_url_convertor("int", _RowNumber())


def application(house: House, today: date | None = None) -> Starlette:
    """The console of a house; ``today`` is the business day that it is shown as of, None the real one."""
    routes = [Route(page.path, _endpoint(house, page, today), methods=[page.method]) for page in PAGES]
    static = Mount("/static", StaticFiles(directory=_STATIC), name="static")
    nowhere = Page("/{path:path}", _missing, STRANGERS)

    def refused(_request: Request, refusal: Exception) -> Response:
        status, headers = getattr(refusal, "status_code", 500), getattr(refusal, "headers", None)
        return _said(house, getattr(refusal, "detail", ""), status, headers)

    return Starlette(
        routes=[*routes, static, Route(nowhere.path, _endpoint(house, nowhere, today), methods=["GET", "POST"])],
        exception_handlers={HTTPException: refused},
    )


def _endpoint(house: House, page: Page, today: date | None) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        async with AsyncExitStack() as stack:
            form = FormData()
            if request.method == "POST":
                bounded = Request(request.scope, _bounded(request.receive))
                try:
                    if int(request.headers.get("content-length") or 0) > _LARGEST_BODY:
                        raise _TooLarge
                    form = await stack.enter_async_context(bounded.form(max_files=1, max_fields=_MOST_FIELDS))
                except _TooLarge:
                    return _said(house, _TOO_LARGE, 413)
                except (MultiPartException, HTTPException):
                    return _said(house, _UNREADABLE, 400)
                if not all(map(_is_text, form.values())):
                    return _said(house, _UNREADABLE, 400)
            return await run_in_threadpool(answer, house, page, request, form, today)

    return endpoint


def _bounded(receive: Receive) -> Receive:
    """The same, as far as a request may go: who sends a body in chunks does not say how long it will be."""
    came = 0

    async def bounded() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > _LARGEST_BODY:
            raise _TooLarge
        return message

    return bounded


def _is_text(value: object) -> bool:
    """Whether every database can keep it: no NUL, and no half of a character, which odd encodings smuggle in."""
    return not isinstance(value, str) or _NO_TEXT.search(value) is None


def _said(house: House, words: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    return protect(PlainTextResponse(words, status, headers), secure=is_secure(house))


def _missing(_asked: Asked) -> Response:
    raise Missing
