"""``duban overseers`` and ``overseer``: the superior bodies that the ladder comes to, and what each is told of."""

from typing import Annotated, Any

import typer

from service.cli.terminal import AsJson, house, print_effect, print_json, print_rows
from service.domain.rungs import OVERSEEING, Rung
from service.flows import overseers
from service.flows.overseers import Standing

Name = Annotated[str, typer.Argument(metavar="NAME", help="上级督办单位名称 / the name of the superior body")]


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command("overseers")(list_overseers)
    family = typer.Typer(help="上级督办单位 / a superior body", no_args_is_help=True, rich_markup_mode=None)
    for name, command in (("add", add), ("remove", remove)):
        family.command(name)(command)
    app.add_typer(family, name="overseer")


def add(
    name: Name,
    rung: Annotated[Rung, typer.Option(metavar="RUNG", help="、".join(OVERSEEING))],
    unit: Annotated[str, typer.Option(metavar="UNIT", help="所督办的推荐单位 / the recommending unit")],
    enterprise: Annotated[
        list[str] | None,
        typer.Option(metavar="ENTERPRISE", help="只督办这些企业（代码或名称） / these alone, by code or name"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """登记上级督办单位及其督办范围，可多次 / a superior body and what it is told of; again for more of it."""
    with house() as opened:
        print_effect(_document(overseers.add(opened.desk, name, rung, unit, enterprise or [])), as_json)


def remove(
    name: Name,
    unit: Annotated[str | None, typer.Option(metavar="UNIT", help="只撤销对该单位的 / of this unit alone")] = None,
    as_json: AsJson = False,
) -> None:
    """不再督办 / tell a superior body nothing more."""
    with house() as opened:
        print_effect({"name": name, "removed": overseers.remove(opened.desk, name, unit)}, as_json)


def list_overseers(as_json: AsJson = False) -> None:
    """各上级督办单位及其督办范围 / the superior bodies, and what each is told of."""
    with house() as opened:
        found = overseers.standings(opened.desk)
    documents = [_document(each) for each in found]
    if as_json:
        print_json(documents)
        return
    headers = ("上级督办单位 / overseer", "级 / rung", "督办 / told of", "联系人 / contacts")
    print_rows(headers, [tuple((each | {"oversees": "、".join(each["oversees"])}).values()) for each in documents])


def _document(each: Standing) -> dict[str, Any]:
    return {
        "name": each.overseer.name,
        "rung": each.overseer.rung,
        "oversees": [f"{part.unit} {part.enterprise}".strip() for part in each.told_of],
        "contacts": each.contacts,
    }
