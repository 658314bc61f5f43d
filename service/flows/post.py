"""The post: by which relay letters go, how many of them now, and when those go again that did not get through.

Invariant: what is put off keeps its place in the outbox, and whatever a relay answers, a letter ends as sent, as
withdrawn or superseded, or in front of a person.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from service.channels.channel import Channel
from service.domain.allowance import wait_for
from service.domain.delivery import Outcome
from service.flows.desk import Moment
from service.flows.due import Due
from service.store import relays

_ON_TRIAL = 10
"""So many letters are called for a relay that has rested: enough to find out, few enough not to be in its way."""


@dataclass(frozen=True)
class Post:
    """The relays, the preferred one first."""

    channels: tuple[Channel, ...]

    def close(self) -> None:
        """End all connections."""
        for channel in self.channels:
            channel.close()

    def room(self, connection: Connection, now: datetime, at_most: int) -> int:
        """How many letters may be called: none while every relay rests, few while the best is on trial."""
        circuits = relays.circuits(connection, [channel.name for channel in self.channels])
        usable = [circuit for circuit in circuits.values() if circuit.usable(now)]
        if not usable:
            return 0
        return min(_ON_TRIAL, at_most) if all(circuit.on_trial for circuit in usable) else at_most

    def route(self, now: Moment, letters: Sequence[Due]) -> "Route":
        """The first relay that does not rest, and which of the letters may go there now."""
        circuits = relays.circuits(now.connection, [channel.name for channel in self.channels])
        usable = [channel for channel in self.channels if circuits[channel.name].usable(now.now)]
        if not usable:
            until = min(circuit.rests_until or now.now for circuit in circuits.values())
            return Route(
                None,
                {},
                {(until, "relays_rest"): [id for each in letters for id in each.deliveries]},
                has_another=False,
            )
        return _paced(now, usable[0], letters, has_another=len(usable) > 1)


@dataclass(frozen=True)
class Route:
    """The letters that go by ``channel`` now, by their number, and the deliveries put off: until when, and why."""

    channel: Channel | None
    by_id: Mapping[int, Due]
    put_off: Mapping[tuple[datetime, str], Sequence[int]]
    has_another: bool

    @property
    def name(self) -> str:
        """The relay's name; empty where every one rests."""
        return "" if self.channel is None else self.channel.name

    def note(self, connection: Connection, outcomes: Iterable[Outcome], now: datetime) -> None:
        """Remember what the relay's answers say of the relay itself."""
        if self.channel is not None:
            relays.note(connection, self.channel.name, outcomes, now)


def _paced(now: Moment, channel: Channel, letters: Sequence[Due], *, has_another: bool) -> Route:
    wanted: Counter[str] = Counter()
    rates = {}
    for each in letters:
        for name, rate in _buckets(channel, each):
            wanted[name] += 1
            rates[name] = rate
    if not wanted:
        return Route(channel, {each.id: each for each in letters}, {}, has_another)
    granted = relays.take(now.connection, wanted, rates, now.now)
    go: dict[int, Due] = {}
    put_off: dict[tuple[datetime, str], list[int]] = defaultdict(list)
    waiting: Counter[str] = Counter()
    for each in letters:
        buckets = _buckets(channel, each)
        short = [name for name, _ in buckets if granted[name] <= 0]
        for name, _ in buckets:
            granted[name] -= 1
        if short:
            waiting.update(short)
            wait = max(wait_for(waiting[name], rates[name]) for name in short)
            put_off[now.now + wait, "rate_limit"] += each.deliveries
        else:
            go[each.id] = each
    return Route(channel, go, put_off, has_another)


def _buckets(channel: Channel, letter: Due) -> list[tuple[str, int]]:
    """The allowances that a letter takes from, with their rates a minute."""
    found = []
    if channel.pace.a_minute:
        found.append((f"relay:{channel.name}", channel.pace.a_minute))
    if channel.pace.to_a_domain:
        domain = letter.envelope.to.address.rpartition("@")[2].casefold()
        found.append((f"domain:{domain}", channel.pace.to_a_domain))
    return found
