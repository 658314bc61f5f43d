"""``duban verify-audit``: does the chain of the audit hold?"""

import re
from typing import Annotated

import typer

from service.cli.terminal import AsJson, house, print_json
from service.domain.errors import RequestRefused
from service.store import audit
from service.store.database import reading

Head = Annotated[
    str | None,
    typer.Option(
        "--head",
        metavar="N:DIGEST",
        help="从前记下的末行，可发现被截去的行 / the last row as noted earlier: finds a tail that was cut off",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add this family's command."""
    app.command("verify-audit")(verify_audit)


def verify_audit(head: Head = None, as_json: AsJson = False) -> None:
    """逐行核对审计链 / walk the audit's chain; exit code 1 names the first row that does not fit."""
    noted = None if head is None else _noted(head)
    with house() as opened, reading(opened.engine) as connection:
        found = audit.verify(connection, noted)
    if isinstance(found, audit.Broken):
        said = f"第 {found.id} 行与其前各行不符或已缺失 / row {found.id} does not fit those before it, or is missing"
        print_json({"intact": False, "row": found.id}) if as_json else typer.echo(said)
        raise typer.Exit(1)
    if as_json:
        print_json({"intact": True, "rows": found.rows, "head": found.head})
    else:
        typer.echo(f"完整 / intact: {found.rows}:{found.head}")


def _noted(head: str) -> audit.Intact:
    said = re.fullmatch(r"([0-9]{1,10}):([0-9a-f]{64})", head.strip().lower())
    if said is None:
        raise RequestRefused(
            "--head 应为从前打印的“行数:摘要”（64 位十六进制）",
            "--head must be N:DIGEST as it was printed earlier (64 hexadecimal digits)",
        )
    return audit.Intact(int(said[1]), said[2])
