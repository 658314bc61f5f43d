"""The policy: what is in force in words, another one previewed and put in force, and those that were."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.responses import Response

from service.domain.errors import RequestRefused
from service.domain.obligation import Kind
from service.domain.policy import Policy
from service.domain.policy_document import parsed, tables, written
from service.flows.policy import Effect, put_in_force
from service.letters.words import WORDS
from service.store import rules
from service.store.console import policy as console
from service.store.database import reading
from service.web.asked import Asked, Missing
from service.web.page import HOUSE, OPS, Page
from service.web.paging import part

_SHOWN = 200
_COUNTS = ("moved", "opened", "closed", "replanned", "unchanged")


def in_force(asked: Asked) -> Response:
    """The layers in force in words, and the versions before."""
    with reading(asked.house.engine) as connection:
        standing, by = rules.standing_policy(connection)
        found = part(asked, lambda limit, before: console.versions(connection, limit, before), lambda each: each.id)
    return asked.page(
        "policy/in_force.html", policy=standing, by=by, layers=list(_layers(asked, standing)), found=found
    )


def version(asked: Asked) -> Response:
    """A version that is or was in force: its layers in words, and its document as it was written."""
    with reading(asked.house.engine) as connection:
        found = console.version(connection, asked.id())
    if found is None:
        raise Missing
    return asked.page("policy/version.html", version=found, layers=list(_layers(asked, parsed(found.document))))


def edit(asked: Asked) -> Response:
    """The document in force, to change; its version is the next one."""
    with reading(asked.house.engine) as connection:
        standing, _ = rules.standing_policy(connection)
        newest = console.versions(connection, 1)
    document = newest[0].document if newest else written(standing)
    new = re.sub(
        rf"(?m)^(version\s*=\s*[\"']){re.escape(standing.version)}", rf"\g<1>{_next(standing.version)}", document
    )
    return asked.page("policy/edit.html", document=new, refusal="")


def preview(asked: Asked) -> Response:
    """What the document would move; nothing is stored."""
    document = _document(asked)
    try:
        effect = _put(asked, document, dry_run=True)
    except RequestRefused as refusal:
        return asked.page("policy/edit.html", 422, document=document, refusal=asked.say(refusal.zh, refusal.en))
    return asked.page("policy/preview.html", document=document, effect=effect, counts=_COUNTS, title=_title(asked))


def apply(asked: Asked) -> Response:
    """Put the document that was previewed in force, unless another was meanwhile."""
    document = _document(asked)
    try:
        stated = parsed(document).version
        asked.note("policy_applied", ("policy", 0), {"version": stated, "was": asked.field("over")[:30]})
        _put(asked, document, over=asked.field("over"))
    except RequestRefused as refusal:
        return asked.page("policy/edit.html", 422, document=document, refusal=asked.say(refusal.zh, refusal.en))
    return asked.go("/policy", "applied")


def _put(asked: Asked, document: str, *, dry_run: bool = False, over: str | None = None) -> Effect:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "policy.toml"
        path.write_text(document, encoding="utf-8")
        author = asked.visitor.actor.author
        return put_in_force(asked.house.desk, path, asked.today, author, limit=_SHOWN, dry_run=dry_run, over=over)


def _document(asked: Asked) -> str:
    """The whole of what was typed: a policy that was cut short would be another one."""
    return str(asked.form.get("document", "")).replace("\r\n", "\n")


def _next(version: str) -> str:
    """A version that follows: the number at its end one higher, or a number put at its end."""
    number = re.search(r"[0-9]{1,9}$", version)
    return f"{version[: number.start()]}{int(number[0]) + 1}" if number else f"{version[:28]}-2"


def _title(asked: Asked) -> Mapping[Kind, str]:
    """What each kind of matter is called."""
    words = WORDS[asked.language]
    return {kind: (words.kinds.get(kind) or words.of_units[kind]).title for kind in Kind}


def _layers(asked: Asked, policy: Policy) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Each layer: what it holds for, how the document names it, and what it says."""
    stated, titles = tables(policy), _title(asked)
    yield asked.say("通用", "For everything"), "[default]", stated["default"]
    for name, said in stated["unit"].items():
        yield f"{asked.say('推荐单位', 'Unit')} {name}", f'[unit."{name}"]', said
    for kind, said in stated["kind"].items():
        yield titles[Kind(kind)], f"[kind.{kind}]", said
    for key, said in stated["obligation"].items():
        yield f"{asked.say('单项', 'One matter')} {key}", f'[obligation."{key}"]', said


PAGES = (
    Page("/policy", in_force, HOUSE),
    Page("/policy/edit", edit, OPS),
    Page("/policy/{id:int}", version, HOUSE),
    Page("/policy/preview", preview, OPS, "POST"),
    Page("/policy/apply", apply, OPS, "POST"),
)
