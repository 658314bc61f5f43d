"""The console as an ASGI application: pages by their addresses, each answered in a thread, since all below is sync."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

import templates
from service.web.answering import answer
from service.web.asked import Asked, Missing
from service.web.page import STRANGERS, Page
from service.web.pages import PAGES
from service.web.protection import protect
from service.wiring import House

_STATIC = Path(templates.__file__).parent / "web" / "static"
_LARGEST_BODY = 25 * 1024 * 1024
_MOST_FIELDS = 2000

Endpoint = Callable[[Request], Awaitable[Response]]


def application(house: House, today: date | None = None) -> Starlette:
    """The console of a house; ``today`` is the business day that it is shown as of, None the real one."""
    routes = [Route(page.path, _endpoint(house, page, today), methods=[page.method]) for page in PAGES]
    static = Mount("/static", StaticFiles(directory=_STATIC), name="static")
    nowhere = Page("/{path:path}", _missing, STRANGERS)
    return Starlette(
        routes=[*routes, static, Route(nowhere.path, _endpoint(house, nowhere, today), methods=["GET", "POST"])]
    )


def _endpoint(house: House, page: Page, today: date | None) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        if int(request.headers.get("content-length") or 0) > _LARGEST_BODY:
            return protect(PlainTextResponse("文件过大（上限 25 MB） / too large: at most 25 MB", 413), secure=False)
        async with AsyncExitStack() as stack:
            form = FormData()
            if request.method == "POST":
                try:
                    form = await stack.enter_async_context(request.form(max_files=1, max_fields=_MOST_FIELDS))
                except (MultiPartException, HTTPException):
                    wrong = PlainTextResponse(
                        "表单无法读取，请返回重试 / the form cannot be read: go back, try again", 400
                    )
                    return protect(wrong, secure=False)
            return await run_in_threadpool(answer, house, page, request, form, today)

    return endpoint


def _missing(_asked: Asked) -> Response:
    raise Missing
