"""What all brokers have in common."""

from datetime import timedelta

from dramatiq import Middleware
from dramatiq.middleware import Retries, TimeLimit

LEASE = timedelta(seconds=15)
"""What a process held that is gone without a word goes to another after this time, RabbitMQ's at once."""

_TIME_LIMIT_MS = 10 * 60 * 1000


def middleware() -> list[Middleware]:
    """What every broker of ours runs with.

    There is one retry system, the delivery's row, so a message that fails is dead at once: Retries, at zero, is
    what tells the broker that it failed.
    """
    return [TimeLimit(time_limit=_TIME_LIMIT_MS), Retries(max_retries=0)]
