"""Servers that the tests start: each in a folder of its own, ended with the tests, however these end."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PLACES = f"/usr/lib/rabbitmq/bin:{os.environ.get('PATH', '')}:/usr/sbin"
"""Where programs are looked for. Debian keeps servers where an ordinary account does not look, and puts a wrapper
before RabbitMQ that an ordinary account cannot use."""

_START_SECONDS = 60
_ROOM = 1 << 30  # bytes free in memory before a folder is put there; a container may have 64 MB
_USERS = "users"

# The shell outlives the tests by a moment: when nobody holds the pipe any more (also after a kill -9), it stops what
# the lines in `start` called `servers`, and removes the folder.
_UNTIL_NOBODY_USES_IT = '. "$0/start" >"$0/log" 2>&1; read -r _; kill $servers; wait; cd / && rm -rf "$0"'


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on."""
    with contextlib.ExitStack() as probes:
        bound = [probes.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [probe.getsockname()[1] for probe in bound]


def private_folder(prefix: str) -> Path:
    """A new folder, in memory where there is room, that belongs to the account that servers run as."""
    memory = Path("/dev/shm")
    place = memory if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM else None
    made = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
    if given := _account():
        os.chown(made, given["user"], given["group"])
    return made


def _account() -> dict[str, Any]:
    """No server has to run as root, and some refuse: then they run as ``nobody``."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


@contextmanager
def kept(home: Path, start: str, environment: Mapping[str, str], wait: float | None = None) -> Iterator[None]:
    """Run the shell's lines ``start``, which call the processes to be ended ``servers``, until nobody uses them.

    Whoever calls ``joined`` with the same ``home`` uses them too; ``wait`` is how many seconds to wait for others.
    """
    (home / "start").write_text(start)
    os.mkfifo(home / _USERS)
    users = os.open(home / _USERS, os.O_RDWR)
    with open(home / _USERS, "rb", buffering=0) as pipe:
        keeper = subprocess.Popen(
            ["sh", "-c", _UNTIL_NOBODY_USES_IT, home],
            stdin=pipe,
            cwd=home,
            env={"PATH": PLACES, "HOME": str(home), "LANG": "C.UTF-8", **environment},
            start_new_session=True,
            **_account(),
        )
    try:
        yield
    finally:
        os.close(users)
        try:
            keeper.wait(wait)
        except subprocess.TimeoutExpired:
            _outliving.append(keeper)


_outliving: list["subprocess.Popen[bytes]"] = []
"""Those that others still use, held so that Python does not warn of a process that was forgotten."""


@contextmanager
def joined(home: Path) -> Iterator[None]:
    """Use what another process keeps in ``home``. Raises OSError where it is no longer kept."""
    users = os.open(home / _USERS, os.O_WRONLY | os.O_NONBLOCK)
    try:
        yield
    finally:
        os.close(users)


def await_answer(home: Path, port: int, said: bytes, awaited: bytes) -> None:
    """Wait until the server at the port answers what is ``said`` with what is ``awaited``."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as talk:
            talk.settimeout(5)
            talk.sendall(said)
            if talk.recv(64).startswith(awaited):
                return
        time.sleep(0.05)
    raise RuntimeError(f"it did not start: {(home / 'log').read_text()[-2000:]}")
