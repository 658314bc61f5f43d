"""One request from its session to its answer: who asks, whether they may, what it shows, and what the audit keeps."""

import traceback
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import quote, urlsplit

import structlog
from sqlalchemy.exc import OperationalError, TimeoutError
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.domain.errors import DubanError
from service.domain.visitors import Visitor
from service.flows import sign_in
from service.flows.desk import LEGAL_ZONE
from service.letters.letter import Language
from service.web.asked import LANGUAGE, Asked, Missing
from service.web.page import STRANGERS, Page
from service.web.protection import brings_token, comes_from_here, protect
from service.wiring import House

_log = structlog.get_logger()
_YEAR = int(timedelta(days=365).total_seconds())


def answer(house: House, page: Page, request: Request, form: FormData, today: date | None = None) -> Response:
    """The answer to a request, whatever happens: what goes wrong is a page that says what to do."""
    asked = _asked(house, request, form, today)
    try:
        asked = _known(asked)
        response = _shown(page, asked)
    except Missing:
        response = asked.page("missing.html", 404)
    except DubanError as refusal:
        response = asked.page("refused.html", 422, sentence=asked.say(refusal.zh, refusal.en))
    except (OperationalError, TimeoutError) as failure:
        _log.error("page_failed", path=page.path, failure=type(getattr(failure, "orig", failure)).__name__)
        response = asked.page("unavailable.html", 503)
    except Exception as failure:
        # A fault of ours: the reader is told so. Only its kind is logged, since its text may hold a name or an address.
        _log.error("page_failed", path=page.path, failure=type(failure).__name__, where=_where(failure))
        response = asked.page("fault.html", 500)
    if request.query_params.get("lang") in tuple(Language):
        response.set_cookie(LANGUAGE, request.query_params["lang"], _YEAR, samesite="lax", secure=is_secure(house))
    return protect(response, secure=is_secure(house))


def _where(failure: Exception) -> str:
    """The line of the program that failed, for those who mend it."""
    last = traceback.extract_tb(failure.__traceback__)[-1]
    return f"{last.name}:{last.lineno}"


def cookie(house: House) -> str:
    """The name of the session's cookie: the prefix binds it to this host where the site is encrypted."""
    return "__Host-duban" if is_secure(house) else "duban"


def is_secure(house: House) -> bool:
    """Whether browsers reach the site by https."""
    return urlsplit(house.settings.site_url).scheme == "https"


def with_session(asked: Asked, response: Response, token: str) -> Response:
    """Let the browser hold a session."""
    name, secure = cookie(asked.house), is_secure(asked.house)
    response.set_cookie(name, token, path="/", httponly=True, samesite="lax", secure=secure)
    return response


def _asked(house: House, request: Request, form: FormData, today: date | None) -> Asked:
    """The request of a stranger; nothing is asked of the database, so that it holds while that does not answer."""
    wished = request.query_params.get("lang") or request.cookies.get(LANGUAGE) or Language.ZH
    language = Language(wished) if wished in tuple(Language) else Language.ZH
    at = house.desk.clock()
    return Asked(house, request, None, language, today or at.astimezone(LEGAL_ZONE).date(), at, form)


def _known(asked: Asked) -> Asked:
    """The same, with who asks."""
    token = asked.request.cookies.get(cookie(asked.house), "")
    return replace(asked, who=sign_in.visitor(asked.house.desk, token)) if token else asked


def _shown(page: Page, asked: Asked) -> Response:
    if page.roles is STRANGERS:
        if page.method == "POST" and not comes_from_here(asked.request):
            return asked.page("stale.html", 403)
        return page.show(asked)
    if asked.who is None:
        return _to_the_door(asked)
    if asked.who.role not in page.roles:
        return asked.page("forbidden.html", 403)
    if page.method == "POST" and not _is_meant(asked, asked.who):
        return asked.page("stale.html", 403)
    response = page.show(asked)
    if page.sees and response.status_code == 200:
        asked.note("saw", (page.sees, int(asked.request.path_params.get("id", 0))), {"page": page.path})
    return response


def _to_the_door(asked: Asked) -> Response:
    if "hx-request" in asked.request.headers:  # part of a page: the whole page has to go to the door
        return Response(status_code=204, headers={"HX-Redirect": "/sign-in"})
    here = asked.request.url.path if asked.request.method == "GET" else "/"
    return RedirectResponse("/sign-in" if here == "/" else f"/sign-in?next={quote(here)}", 303)


def _is_meant(asked: Asked, who: Visitor) -> bool:
    return comes_from_here(asked.request) and brings_token(asked.request, asked.field("csrf"), who)
