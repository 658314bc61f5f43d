"""``duban user add|link|close|open``, ``duban users``: who may sign in to the console by an account."""

from typing import Annotated

import typer

from service.cli.noted import OPERATOR
from service.cli.terminal import AsJson, house, print_json, print_rows, unit
from service.domain.visitors import VisitorRole
from service.flows import accounts as flow
from service.store import accounts
from service.store.database import reading

Name = Annotated[str, typer.Argument(metavar="NAME", help="用户名 / the name one signs in by")]


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    family = typer.Typer(help="控制台账户 / accounts of the console", no_args_is_help=True)
    for command in (add, link, close):
        family.command()(command)
    family.command("open")(reopen)
    app.add_typer(family, name="user")
    app.command()(users)


def add(
    name: Name,
    role: Annotated[VisitorRole, typer.Option(help="角色 / what the person may do")] = VisitorRole.OPS,
    unit_name: Annotated[
        str | None, typer.Option("--unit", metavar="UNIT", help="officer 所属推荐单位 / an officer's unit")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """新设账户，并给出一次性登录链接（三天内有效） / make an account; prints a link that is good once, for 3 days."""
    with house() as opened:
        theirs = unit(opened, unit_name) if unit_name is not None else None
        made = flow.add(opened.desk, name, role, theirs, OPERATOR)
    _told(made, as_json)


def link(name: Name, as_json: AsJson = False) -> None:
    """另给一个一次性登录链接，如忘记口令 / another link, such as where the password is forgotten."""
    with house() as opened:
        made = flow.link(opened.desk, name, OPERATOR)
    _told(made, as_json)


def close(name: Name) -> None:
    """停用账户，其登录即刻失效 / close an account: its sessions end at once."""
    with house() as opened:
        flow.set_active(opened.desk, name, OPERATOR, active=False)
    typer.echo(f"已停用 / closed: {name}")


def reopen(name: Name) -> None:
    """重新启用账户 / open an account again."""
    with house() as opened:
        flow.set_active(opened.desk, name, OPERATOR, active=True)
    typer.echo(f"已启用 / open: {name}")


def users(as_json: AsJson = False) -> None:
    """所有账户 / every account."""
    with house() as opened, reading(opened.engine) as connection:
        found = accounts.all_accounts(connection)
    rows = [
        {
            "name": each.name,
            "role": each.role,
            "unit": each.unit_id or None,
            "open": each.active,
            "password": bool(each.password),
            "locked_until": each.locked_until,
        }
        for each in found
    ]
    print_json(rows) if as_json else print_rows(
        ("name", "role", "unit", "open", "password", "locked_until"), [list(row.values()) for row in rows]
    )


def _told(made: str, as_json: bool) -> None:
    print_json({"link": made}) if as_json else typer.echo(made)
