"""What a held day holds, by stage; only the house sees it."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import Connection, func, select

from service.domain.delivery import State
from service.store.tables import delivery


def stages(connection: Connection, ids: Collection[int]) -> Mapping[int, Mapping[str, int]]:
    """The letters that each of these quarantines still holds, by stage."""
    columns = delivery.c.quarantine_id, delivery.c.stage
    held = select(*columns, func.count().label("letters")).where(
        delivery.c.quarantine_id.in_(ids), delivery.c.state == State.HELD
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(held.group_by(*columns).order_by(delivery.c.stage)):
        found[row.quarantine_id][row.stage] = row.letters
    return found
