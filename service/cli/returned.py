"""``duban returned``: mail that came back, and what of it waits for a person."""

from typing import Annotated

import typer

from service.cli.intake import author
from service.cli.outbox import Ids
from service.cli.terminal import AsJson, business_day, house, print_json, print_rows
from service.domain.errors import RequestRefused
from service.flows import returned as flow
from service.store import returned as store
from service.store.database import reading

_SHOWN = 1000


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    family = typer.Typer(
        help="退信：待人工处理的 / returned mail: what waits for a person",
        invoke_without_command=True,
        rich_markup_mode=None,
    )
    family.callback()(returned)
    family.command()(read)
    family.command()(settle)
    app.add_typer(family, name="returned")


def returned(context: typer.Context, as_json: AsJson = False) -> None:
    """退信：列出待人工处理的 / returned mail: list what waits for a person."""
    if context.invoked_subcommand is not None:
        return
    with house() as opened, reading(opened.engine) as connection:
        found = store.waiting(connection, _SHOWN)
    rows = [
        {
            "id": each.id,
            "received_at": each.received_at.astimezone(opened.settings.zone).isoformat(timespec="seconds"),
            "verdict": each.meaning,
            "status": each.status,
            "words": each.words,
            "delivery": each.delivery_id,
            "certification": each.certification_id or None,
            "enterprise": each.enterprise,
            "source": each.source,
        }
        for each in found
    ]
    if as_json:
        print_json(rows)
    else:
        headers = ("id", "received_at", "verdict", "status", "words", "delivery", "certification", "enterprise")
        print_rows(headers, [[row[name] or "" for name in headers] for row in rows])


def read(as_json: AsJson = False) -> None:
    """现在就读取退信邮箱 / read the mailbox for returned mail now."""
    with house() as opened:
        if opened.mailbox is None or opened.desk.returns is None:
            raise RequestRefused("没有设置 DUBAN_BOUNCE_URL", "DUBAN_BOUNCE_URL is not set")
        counts = flow.take_in(opened.desk, opened.desk.returns, opened.mailbox, business_day(None))
    print_json(counts) if as_json else print_rows(("", ""), sorted(counts.items()))


def settle(
    ids: Ids,
    delivery: Annotated[
        int | None, typer.Option(min=1, max=2**31 - 1, metavar="D", help="属于哪封信 / whose it is: a delivery")
    ] = None,
    permanent: Annotated[
        bool, typer.Option("--permanent", help="这封信不会送达：改发他人 / it will never arrive: others are told")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """处理退信：写明属于哪封信、是否确定无法送达 / settle returned mail: whose it is, and whether it failed."""
    with house() as opened:
        flow.settle(opened.desk, ids, delivery, permanent, author(), business_day(None))
    print_json({"ids": sorted(set(ids))}) if as_json else typer.echo(f"已处理 / settled: {len(set(ids))}")
