"""``duban contacts export|erase|revoke-links``: a person's data, shown or erased at their wish, and their links."""

from typing import Annotated

import typer

from service.cli.noted import OPERATOR
from service.cli.terminal import house, print_json
from service.domain.errors import RequestRefused
from service.domain.visitors import EVERYTHING
from service.flows import personal, persons

Id = Annotated[int, typer.Argument(metavar="ID", min=1, max=2**31 - 1, help="联系人编号 / the contact's number")]


def add_to(app: typer.Typer) -> None:
    """Add this family's commands to those of contacts."""
    family = next(group for group in app.registered_groups if group.name == "contacts").typer_instance
    if family is not None:
        family.command()(export)
        family.command()(erase)
        family.command()(revoke_links)


def export(id: Id) -> None:
    """导出一名联系人的全部信息（JSON） / everything that is kept of a contact, as JSON."""
    with house() as opened:
        held = personal.export(opened.desk, id, OPERATOR)
    print_json(held.kinds)


def erase(
    id: Id,
    yes: Annotated[bool, typer.Option("--yes", help="确认删除 / it is meant")] = False,
) -> None:
    """删除一名联系人的个人信息，无法恢复 / erase a contact's data, for good."""
    if not yes:
        raise RequestRefused(
            f"将永久删除联系人 {id} 的全部个人信息；确认请加 --yes",
            f"everything that is kept of contact {id} would be gone for good: say --yes where that is meant",
        )
    with house() as opened:
        personal.erase(opened.desk, id, OPERATOR)
    typer.echo(f"已删除 / erased: {id}")


def revoke_links(id: Id) -> None:
    """终止一名联系人持有的全部链接，并结束其登录 / end every link that a contact may hold, and their sessions."""
    with house() as opened:
        persons.end_links(opened.desk, EVERYTHING, id, OPERATOR)
    typer.echo(f"已终止 / ended: {id}")
