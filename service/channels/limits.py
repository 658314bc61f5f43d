"""How long, how many: the bounds within which letters are carried by SMTP."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Times in seconds, each with its reason; tests shorten them."""

    connect: float = 10
    """A relay in reach answers at once; longer would hold up a worker's stop."""
    command: float = 20
    """One envelope. RFC 5321, 4.5.3.2 allows minutes to an MTA; a greeting delay is over by now."""
    data: float = 60
    """From the message to its answer: content filters take tens of seconds. Past it the outcome is unknown."""
    quit: float = 2
    """Courtesy, not worth waiting for."""
    close: float = 10
    """What is under way when the channel is closed may finish within the time a stop is allowed."""
    idle: float = 30
    """An unused connection is given back before the relay counts it against us (Postfix hangs up at 300 s)."""
    age: float = 300
    """Connections are renewed, so that a changed address or certificate of the relay is noticed."""
    letters: int = 500
    """Relays cap messages for each connection, at 1,000 and more; renewing earlier costs next to nothing."""
    rest: float = 10
    """After a failure to connect: a wrong password tried for each letter would lock the account."""


DEFAULT_LIMITS = Limits()
