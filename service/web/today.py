"""Today: is all well, what went out, what is coming, and what waits for a person."""

from starlette.responses import Response

from service.web.asked import Asked
from service.web.page import EVERYONE, Page


def glance(asked: Asked) -> Response:
    """The first page after signing in."""
    return asked.page("today/glance.html")


PAGES = (Page("/", glance, EVERYONE),)
