"""``duban up``, ``worker``, ``scheduler``, ``migrate``: the roles of a running service."""

import os
import sys
from typing import Annotated

import typer

from jobs import actors, broker, running, scheduler
from service import settings, wiring
from service.store import migrations

Threads = Annotated[int, typer.Option(min=1, max=256, help="工作线程数 / worker threads")]


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(up)
    app.command()(worker)
    app.command("scheduler")(schedule)
    app.command()(migrate)


def up(threads: Threads = 8) -> None:
    """一个进程内运行调度与投递，直到收到停止信号 / scheduler and worker in one process, until told to stop."""
    _run(works=True, schedules=True, threads=threads)


def worker(threads: Threads = 8) -> None:
    """只运行投递 / the worker alone."""
    _run(works=True, schedules=False, threads=threads)


def schedule() -> None:
    """只运行调度 / the scheduler alone."""
    _run(works=False, schedules=True, threads=1)


def migrate() -> None:
    """把数据库升级到最新结构 / bring the database to the newest schema."""
    with wiring.built(settings.load()) as house:
        migrations.upgrade(house.engine, wiring.now())
    typer.echo(f"{migrations.newest()}")


def _run(*, works: bool, schedules: bool, threads: int) -> None:
    with wiring.opened(settings.load()) as house:
        bells = broker.DatabaseBroker(house.engine, wiring.now)
        work = wiring.Work(house)
        actors.declare(bells, work)
        clockwork = scheduler.Scheduler(house.engine, bells, wiring.now, wiring.LEGAL_ZONE) if schedules else None
        typer.echo("督办已启动，Ctrl+C 停止 / Duban is up, Ctrl+C stops it", err=True)
        if running.run(bells, clockwork, works, threads, stopping=work.stop) != 0:
            sys.stderr.flush()
            os._exit(1)  # something hangs, so nothing more is waited for
        typer.echo("督办已停止 / Duban has stopped", err=True)
