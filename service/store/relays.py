"""The relays as they were last met, and how many letters may still go where: kept here to outlive a restart."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from service.domain.allowance import Allowance, full
from service.domain.circuit import CLOSED, Circuit
from service.domain.delivery import Outcome
from service.store.database import add_new, among, put
from service.store.postal import allowance, relay


def circuits(connection: Connection, names: Collection[str]) -> dict[str, Circuit]:
    """The circuit of each relay; one that was never met is closed, as a circuit is that lets letters through."""
    rows = connection.execute(_CIRCUITS, {"among": list(names)})
    met = {row.name: Circuit(row.failures, row.rests_until, row.reason) for row in rows}
    return {name: met.get(name, CLOSED) for name in names}


_CIRCUITS = select(relay).where(among(relay.c.name))
_CIRCUIT = select(relay).where(relay.c.name == bindparam("name")).with_for_update()


def note(connection: Connection, name: str, outcomes: Iterable[Outcome], now: datetime) -> Circuit:
    """Note the answers of a relay in their order; its circuit after them. Written only where it changes."""
    row = connection.execute(_CIRCUIT, {"name": name}).one_or_none()
    before = CLOSED if row is None else Circuit(row.failures, row.rests_until, row.reason)
    circuit = before
    for outcome in outcomes:
        circuit = circuit.after(outcome, now)
    if circuit != before:
        columns = {"failures": circuit.failures, "rests_until": circuit.rests_until, "reason": circuit.reason[:300]}
        put(connection, relay, [{"name": name, **columns, "changed_at": now}])
    return circuit


def take(connection: Connection, wanted: Mapping[str, int], rates: Mapping[str, int], now: datetime) -> dict[str, int]:
    """How many letters may go now for each name (a relay, a domain), by letters a minute; the rest has to wait."""
    new = [{"name": name, "tokens": full(rates[name], now).tokens, "counted_at": now} for name in wanted]
    add_new(connection, allowance, new)
    rows = connection.execute(
        select(allowance).where(allowance.c.name.in_(wanted)).order_by(allowance.c.name).with_for_update()
    )
    granted, left = {}, []
    for row in rows:
        granted[row.name], after = Allowance(row.tokens, row.counted_at).take(wanted[row.name], rates[row.name], now)
        left.append({"name": row.name, "tokens": after.tokens, "counted_at": after.counted_at})
    put(connection, allowance, left)
    return granted
