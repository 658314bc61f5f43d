"""``duban restored``: what to do once after a backup was restored, before any role starts."""

from typing import Annotated

import typer

from service.cli.terminal import AsJson, DryRun, day, house, print_effect
from service.flows.restored import take_over
from service.wiring import business_day

Until = Annotated[
    str,
    typer.Option(
        "--until",
        metavar="DATE",
        help="丢失的数据库最后一个照常发信的日子 / the last day whose letters the lost database sent",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(restored)


def restored(until: Until, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """恢复备份之后、启动之前运行一次：到此日为止应发的信视为已发 / once after a restore, before the roles start."""
    with house() as opened:
        done = take_over(opened.desk, day("--until", until), business_day(), dry_run=dry_run)
    letters = [
        {"purpose": purpose, "stage": stage, "letters": count}
        for (purpose, stage), count in sorted(done.assumed.items())
    ]
    if as_json:
        print_effect({"until": until, "assumed": letters, "sequence": done.sequence}, as_json, dry_run=dry_run)
        return
    rows = {f"{each['purpose']} {each['stage']}": each["letters"] for each in letters}
    total = sum(done.assumed.values())
    print_effect({**rows, "视为已发 / taken as sent": total}, as_json, dry_run=dry_run)
