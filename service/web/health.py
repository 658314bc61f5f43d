"""For the machines that watch: is the process alive, and can it answer?"""

from starlette.responses import PlainTextResponse, Response

from service.store import migrations
from service.web.asked import Asked
from service.web.page import STRANGERS, Page


def alive(_asked: Asked) -> Response:
    """The process answers."""
    return PlainTextResponse("ok")


def ready(asked: Asked) -> Response:
    """The database answers and has this program's schema; otherwise 503, or 422 with the sentence that says why."""
    migrations.require_newest(asked.house.engine)
    return PlainTextResponse("ok")


PAGES = (Page("/healthz", alive, STRANGERS), Page("/readyz", ready, STRANGERS))
