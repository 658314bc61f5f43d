"""A page of the console: its address, who may open it, and what shows it."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import Response

from service.domain.visitors import VisitorRole
from service.web.asked import Asked

OPS = frozenset({VisitorRole.OPS})
HOUSE = frozenset({VisitorRole.OPS, VisitorRole.VIEWER})
UNITS = HOUSE | {VisitorRole.OFFICER}
KEEPERS = OPS | {VisitorRole.OFFICER}
CONTACTS = frozenset({VisitorRole.CONTACT})
EVERYONE = frozenset(VisitorRole)
STRANGERS: frozenset[VisitorRole] = frozenset()


@dataclass(frozen=True)
class Page:
    """``path`` is Starlette's, ``{id:int}`` and the like; ``roles`` may open it, STRANGERS stands for anybody.

    ``sees`` names what a look at it shows, for the audit (who saw whose rows); empty where it shows nobody's.
    """

    path: str
    show: Callable[[Asked], Response]
    roles: frozenset[VisitorRole]
    method: str = "GET"
    sees: str = ""
