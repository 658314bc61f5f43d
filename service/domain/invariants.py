"""The invariants: what the record never shows while the code keeps its promises, whoever is late and whatever failed.

Each holds by itself. A letter that is late, refused or put off breaks none of them: that is what the measures tell.
"""

from enum import StrEnum


class Invariant(StrEnum):
    """What must hold; docs/watching.md says of each what it means when it does not, and what to do."""

    UNWATCHED = "unwatched"
    """An open matter has a day on which a scan looks next, or a reason why it has none."""
    OVERLOOKED = "overlooked"
    """A scan done in full leaves no matter behind whose day had come."""
    LOOKED_AT_TOO_LATE = "looked_at_too_late"
    """The next look at a matter comes no later than its safe day, while that is ahead."""
    NEVER_TOLD = "never_told"
    """Where the safe day has passed and somebody can be told, a reminder was planned."""
    NOT_DERIVED = "not_derived"
    """What is listed at the excellence or pioneer level has matters."""
    ABANDONED = "abandoned"
    """A letter whose carrier is gone is called again before later ones are carried."""
    PUT_OFF_TOO_FAR = "put_off_too_far"
    """No letter waits for longer than the longest pause between two attempts."""
    SENT_UNPROVEN = "sent_unproven"
    """What is called sent was accepted by a relay."""
    WAITING_THOUGH_CLOSED = "waiting_though_closed"
    """No new reminder waits whose matter is closed."""
    REMINDED_TWICE = "reminded_twice"
    """Of two reminders of a matter to the same person, the newer one takes the place of the other."""
    ABOUT_NOTHING = "about_nothing"
    """What waits is about a matter on record, at a revision that it has had."""
    HELD_FOR_NOBODY = "held_for_nobody"
    """What is held in quarantine waits for a decision that is still to be made."""
    INVITED_UNTOLD = "invited_untold"
    """A calendar was told of a day only by a letter."""
