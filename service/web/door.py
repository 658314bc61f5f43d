"""Signing in and out. A stranger sees these pages, and learns from them nothing about who has an account."""

from starlette.responses import Response

from service.domain.errors import RequestRefused
from service.flows import sign_in
from service.web.answering import cookie, with_session
from service.web.asked import Asked
from service.web.page import EVERYONE, STRANGERS, Page


def form(asked: Asked) -> Response:
    """The page with both ways in; who has signed in goes on."""
    return asked.go(_next(asked)) if asked.who else _form(asked)


def by_password(asked: Asked) -> Response:
    """Sign in by name and password."""
    try:
        token = sign_in.by_password(asked.house.desk, asked.field("name"), asked.field("password"), _address(asked))
    except RequestRefused as refusal:
        return _form(asked, 422, refusal=asked.say(refusal.zh, refusal.en))
    return with_session(asked, asked.go(_next(asked)), token)


def ask_for_link(asked: Asked) -> Response:
    """Send a link to a contact; the answer is the same whether the address is on record or not."""
    sign_in.ask_for_link(asked.house.desk, asked.field("address"), _address(asked))
    return _form(asked, asked_for_link=True)


def link(asked: Asked) -> Response:
    """What a link opens: a button, since mail scanners open links and must not use them up."""
    return asked.page("door/link.html", token=asked.request.path_params["token"])


def by_link(asked: Asked) -> Response:
    """Use a link; who has no password yet is asked to set one."""
    token, needs_password = sign_in.by_link(asked.house.desk, asked.request.path_params["token"])
    return with_session(asked, asked.go("/password" if needs_password else "/"), token)


def password(asked: Asked) -> Response:
    """The page on which one sets one's own password."""
    return asked.page("door/password.html", refusal="")


def set_password(asked: Asked) -> Response:
    """Set it; typed twice, since nobody sees it."""
    try:
        if asked.field("password") != asked.field("again"):
            raise RequestRefused("两次输入不一致", "the two do not match")
        token = sign_in.set_password(asked.house.desk, asked.visitor, asked.field("password"))
    except RequestRefused as refusal:
        return asked.page("door/password.html", 422, refusal=asked.say(refusal.zh, refusal.en))
    return with_session(asked, asked.go("/", "password"), token)


def sign_out(asked: Asked) -> Response:
    """End the session."""
    name = cookie(asked.house)
    sign_in.sign_out(asked.house.desk, asked.request.cookies[name], asked.visitor)
    response = asked.go("/sign-in")
    response.delete_cookie(name)
    return response


def _form(asked: Asked, status: int = 200, *, refusal: str = "", asked_for_link: bool = False) -> Response:
    known = {"refusal": refusal, "asked_for_link": asked_for_link, "next": _next(asked)}
    return asked.page("door/form.html", status, **known)


def _next(asked: Asked) -> str:
    """Where one wanted to go: a path of this site, never another's address."""
    wanted = asked.field("next") or asked.word("next")
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if is_ours else "/"


def _address(asked: Asked) -> str:
    return asked.request.client.host if asked.request.client else ""


PAGES = (
    Page("/sign-in", form, STRANGERS),
    Page("/sign-in", by_password, STRANGERS, "POST"),
    Page("/sign-in/link", ask_for_link, STRANGERS, "POST"),
    Page("/sign-in/{token}", link, STRANGERS),
    Page("/sign-in/{token}", by_link, STRANGERS, "POST"),
    Page("/password", password, EVERYONE),
    Page("/password", set_password, EVERYONE, "POST"),
    Page("/sign-out", sign_out, EVERYONE, "POST"),
)
