"""The page on which the reader of a digest stops such letters, and takes them again."""

from dataclasses import replace

from starlette.responses import Response

from service.domain.errors import RequestRefused
from service.flows import fewer as flow
from service.letters.letter import Language
from service.web.asked import Asked, Missing
from service.web.page import STRANGERS, Page


def opened(asked: Asked) -> Response:
    """What the link does. Opening it changes nothing: mail scanners open links."""
    return _shown(asked)


def chosen(asked: Asked) -> Response:
    """Stop digests, or send them again. A mail program that does it for its user (RFC 8058) is answered at once,
    since it follows no redirect."""
    token, one_click = asked.request.path_params["token"], asked.field("List-Unsubscribe") == "One-Click"
    if not one_click and asked.field("fewer") not in ("yes", "no"):
        raise RequestRefused("请选择停止或恢复汇总信", "choose to stop digests, or to get them again")
    try:
        flow.choose(asked.house.desk, token, fewer=one_click or asked.field("fewer") == "yes")
    except RequestRefused as refusal:
        raise Missing from refusal
    return _shown(asked) if one_click else asked.go(f"/fewer/{token}", "chosen")


def _shown(asked: Asked) -> Response:
    reader = flow.open_link(asked.house.desk, asked.request.path_params["token"])
    if reader is None:
        raise Missing
    language = asked.language if asked.has_chosen_language else Language(reader.contacts[0].language)
    return replace(asked, language=language).page("answers/fewer.html", reader=reader)


PAGES = (Page("/fewer/{token}", opened, STRANGERS), Page("/fewer/{token}", chosen, STRANGERS, "POST"))
