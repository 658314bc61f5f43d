"""Today for an enterprise's contact: what is open and why by that day, what they were told, and who else is told."""

from starlette.responses import Response

from service.domain.obligation import MILESTONES
from service.flows.desk import looking
from service.store.console import contacts, deliveries, matters
from service.store.console.deliveries import Wanted
from service.web.asked import Asked
from service.web.deliveries_filter import TOLD
from service.web.deliveries_terms import stage_words
from service.web.matters import shown_matters

_MATTERS, _LETTERS, _PEOPLE = 20, 8, 20


def glance(asked: Asked) -> Response:
    """The first page after signing in."""
    with looking(asked.house.desk) as now:
        stored = matters.open_ones(now.connection, asked.scope, _MATTERS + 1)
        known = {
            "matters": shown_matters(asked, now, stored[:_MATTERS]),
            "more": len(stored) > _MATTERS,
            "letters": deliveries.listed(now.connection, asked.scope, Wanted(TOLD), _LETTERS),
            "people": contacts.found(now.connection, asked.scope, "", False, _PEOPLE),
        }
    return asked.page(
        "today/enterprise.html", milestones=MILESTONES, stage=lambda code: stage_words(code, asked.say), **known
    )
