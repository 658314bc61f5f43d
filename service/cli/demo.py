"""``duban demo``: two days of the main job on the bundled list, from nothing to a mailbox and a console."""

import shutil
from datetime import date
from pathlib import Path
from secrets import token_urlsafe
from time import sleep
from typing import Annotated, Any

import typer

from jobs import running
from service import settings, wiring
from service.cli.demo_days import by_clock, live
from service.cli.intake import document
from service.cli.noted import OPERATOR
from service.cli.terminal import AsJson, day, print_json, print_rows, progress
from service.domain.visitors import VisitorRole
from service.flows import accounts
from service.flows.desk import Clock
from service.web.serving import served

_FOLDER = Path("var/demo")
_RETURNED = "returned"
_DAY = "2027-08-06"
_LOOK_SECONDS = 0.2


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(demo)


def demo(
    as_of: Annotated[str, typer.Option("--as-of", metavar="DATE", help="业务日 / business day")] = _DAY,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="之后打开控制台 / then serve the console")] = True,
    port: Annotated[int, typer.Option(min=0, max=65535, help="控制台端口 / the console's port")] = 8000,
    as_json: AsJson = False,
) -> None:
    """用内置名单演示全过程：导入、扫描、投递、督办清单 / the whole job on the bundled list, in var/demo."""
    today = day("--as-of", as_of)
    in_force = settings.load(
        database_url=f"sqlite:///{_FOLDER}/duban.db",
        mail_url=f"maildir:{_FOLDER}/mailbox",
        bounce_url=f"maildir:{_FOLDER / _RETURNED}?address=returned@demo.example",
        broker_url="",
        site_url=f"http://127.0.0.1:{port}",
        secret_key=token_urlsafe(32),
    )
    shutil.rmtree(_FOLDER, ignore_errors=True)
    with wiring.opened(in_force) as house, progress("演示 / demo") as told:
        lived = live(house, today, _FOLDER / _RETURNED, told)
    scanned, sent = lived.scanned, lived.sent
    report: dict[str, Any] = {
        "import": {**document(lived.imported), "contacts": lived.met},
        "scan": {
            "as_of": today,
            "examined": scanned.examined,
            "planned": scanned.planned,
            "superseded": scanned.superseded,
            "skipped": [{"reason": reason, "count": count} for reason, count in sorted(scanned.skipped.items())],
            "quarantined": scanned.quarantined,
        },
        "lists": {"units": lived.escalated.units, "planned": lived.escalated.planned},
        "deliver": {word: sent[word] for word in ("sent", "retry", "refused", "unknown", "withdrawn")},
        "mailbox": {"folder": str(_FOLDER / "mailbox"), "letters": len(list(_FOLDER.glob("mailbox/new/*")))},
    }
    print_json(report) if as_json else _tell(report)
    if serve:
        _serve(in_force, port, today, lived.clock)


def _serve(in_force: settings.Settings, port: int, today: date, clock: Clock) -> None:
    """The console as of the day of the demo, until told to stop."""
    told = running.told_by_signal()
    with wiring.opened(in_force) as opened, served(by_clock(opened, clock), "127.0.0.1", port, today) as address:
        link = accounts.add(by_clock(opened, clock).desk, "demo", VisitorRole.OPS, None, OPERATOR)
        typer.echo(f"控制台 / console: {address}", err=True)
        typer.echo(f"一次性登录链接 / one-time sign-in link: {link}", err=True)
        typer.echo("Ctrl+C 停止 / stops it", err=True)
        while not told():
            sleep(_LOOK_SECONDS)


def _tell(report: dict[str, Any]) -> None:
    imported, scanned, lists, sent, mailbox = report.values()
    rows = [
        ("导入 / imported", f"{imported['added']} 项认定 certifications, {len(imported['findings'])} 条提示 findings"),
        (
            "扫描 / scanned",
            f"{scanned['as_of']} 及前一日 and the day before: {scanned['planned']} 封提醒 reminders planned",
        ),
        ("督办清单 / lists", f"{lists['planned']} 份 for {lists['units']} 推荐单位 units"),
        ("投递 / delivered", f"{sent['sent']} 封 letters"),
        ("邮箱 / mailbox", f"{mailbox['folder']} ({mailbox['letters']})"),
    ]
    print_rows(("", ""), rows)
    typer.echo(
        "联系人均为虚构（.example 地址），推荐单位按省份假定 / contacts are invented, recommending units assumed",
        err=True,
    )
