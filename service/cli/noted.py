"""The commands that change something leave a row in the audit: the command's name and the numbers that it was given.

The row is written when the command opens the house, before it changes anything; never a name, an address or a file.
"""

from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import wraps
from typing import Any

import typer

from service.domain.visitors import Actor, ActorKind
from service.store import audit
from service.wiring import House, now

OPERATOR = Actor(ActorKind.COMMAND, 0)
"""Whoever runs a command has the machine; the audit says so, and names no person."""

CHANGING = frozenset(
    {
        "import",
        "event",
        "scan",
        "escalate",
        "deliver",
        "override",
        "restored",
        "contacts import",
        "contacts restore",
        "quarantine approve",
        "quarantine drop",
        "holidays import",
        "policy apply",
        "returned read",
        "returned settle",
        "overseer add",
        "overseer remove",
        "round add",
        "round unit",
        "round remove",
        "unit add",
        "unit rule",
        "unit done",
        "unit list",
    }
)
"""Those whose own flow writes its row (accounts, personal data, retry and abort) are not among them."""

_NUMBERS = ("id", "ids")
_LONGEST = 200
_running: ContextVar[tuple[str, dict[str, Any]] | None] = ContextVar("running", default=None)


def commands(app: typer.Typer, family: str = "") -> Iterator[tuple[str, Any]]:
    """Every command by the words that it is called by, those of families with the family's name before."""
    for command in app.registered_commands:
        name = command.name or getattr(command.callback, "__name__", "").replace("_", "-")
        yield f"{family} {name}".strip(), command
    for group in app.registered_groups:
        if group.typer_instance is not None:
            yield from commands(group.typer_instance, f"{family} {group.name}".strip())


def keep_note(app: typer.Typer) -> None:
    """Let every command that changes something be noted by the house that it opens."""
    for words, command in commands(app):
        if words in CHANGING:
            command.callback = _told(words, command.callback)


def note(house: House) -> None:
    """Note the command that opens this house, where it changes something and is no dry run."""
    running = _running.get()
    if running is None or running[1].get("dry_run"):
        return
    words, given = running
    details: dict[str, str | int | bool | None] = {"command": words}
    for name in _NUMBERS:
        if given.get(name):
            details[name] = str(given[name])[:_LONGEST]
    with house.engine.begin() as connection:
        audit.note(connection, OPERATOR, "ran", ("command", 0), now(), details)


def _told(words: str, command: Callable[..., None]) -> Callable[..., None]:
    @wraps(command)
    def told(**given: Any) -> None:
        token = _running.set((words, given))
        try:
            command(**given)
        finally:
            _running.reset(token)

    return told
