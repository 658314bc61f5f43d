"""``duban quarantine``, ``approve`` and ``drop``: letters held because a day would send far more than is usual."""

from typing import Annotated

import typer

from service.cli.intake import author
from service.cli.terminal import AsJson, house, print_json, print_rows
from service.flows.quarantine import decide
from service.store import quarantine as store
from service.store.database import reading
from service.wiring import business_day

Id = Annotated[int, typer.Argument(metavar="ID", min=1, max=2**31 - 1)]


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    family = typer.Typer(
        help="隔离：因数量异常而暂缓的信件 / quarantine: letters held because they are far more than usual",
        invoke_without_command=True,
        rich_markup_mode=None,
    )
    family.callback()(quarantine)
    family.command()(approve)
    family.command()(drop)
    app.add_typer(family, name="quarantine")


def quarantine(context: typer.Context, as_json: AsJson = False) -> None:
    """隔离的信件：哪天、多少、如何决定 / what is held: of which day, how many, and what was decided."""
    if context.invoked_subcommand is not None:
        return
    with house() as opened, reading(opened.engine) as connection:
        found = store.listed(connection)
    if as_json:
        print_json([vars(each) for each in found])
        return
    headers = ("id", "日期 / day", "平日 / usual", "暂缓 / held", "决定 / decision", "")
    print_rows(headers, [(each.id, each.on, each.usual, each.held, each.decision, each.decided_by) for each in found])


def approve(id: Id, as_json: AsJson = False) -> None:
    """放行 / let them go."""
    _decide(id, as_json, approve=True)


def drop(id: Id, as_json: AsJson = False) -> None:
    """不发，中止 / abort them unsent."""
    _decide(id, as_json, approve=False)


def _decide(id: int, as_json: bool, *, approve: bool) -> None:
    with house() as opened:
        done = decide(opened.desk, id, approve=approve, author=author(), today=business_day())
    print_json({"id": id, "letters": done}) if as_json else typer.echo(f"{done}")
