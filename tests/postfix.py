"""A real mail relay (Postfix) for tests: on loopback, on a port the kernel gives, in a folder of its own.

It takes every letter, hands it to the next relay, and returns what that one refuses to a Maildir.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
_SECONDS = 20.0

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = {commands}
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
myhostname = relay.unit.example
mydestination =
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtp_dns_support_level = disabled
relayhost = [127.0.0.1]:{next}
recipient_delimiter = +
virtual_mailbox_domains = unit.example
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = inline:{{ bounce@unit.example=bounce/ }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
"""

_MASTER = """
{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


def program() -> str | None:
    """Where Postfix is installed; it runs for the superuser only."""
    return shutil.which("postfix", path=PATH) if os.getuid() == 0 else None


@dataclass(frozen=True)
class Postfix:
    """A running relay: its address, and where what it returns to ``bounce@unit.example`` lies."""

    port: int
    returned: Path


@contextmanager
def running(postfix: str, next_port: int) -> Iterator[Postfix]:
    """A relay before the one at ``next_port``, until the end of the ``with``."""
    nobody = pwd.getpwnam("nobody")
    folder = Path(tempfile.mkdtemp(prefix="duban-postfix-"))
    for part in ("etc", "queue", "data", *(f"mail/bounce/{name}" for name in ("tmp", "new", "cur"))):
        (folder / part).mkdir(parents=True)
    folder.chmod(0o755)
    shutil.chown(folder / "data", "postfix")
    for place in (folder / "mail").rglob("*"):
        os.chown(place, nobody.pw_uid, nobody.pw_gid)
    with socket.create_server(("127.0.0.1", 0)) as asked:
        port = asked.getsockname()[1]
    settings = {
        "folder": folder,
        "commands": Path(postfix).parent,
        "daemons": "/usr/lib/postfix/sbin",
        "next": next_port,
        "uid": nobody.pw_uid,
        "gid": nobody.pw_gid,
    }
    (folder / "etc/main.cf").write_text(_MAIN.format(**settings))
    (folder / "etc/master.cf").write_text(_MASTER.format(port=port))
    _run(postfix, folder, "start")
    try:
        _wait_for(port, folder / "postfix.log")
        yield Postfix(port, folder / "mail" / "bounce")
    finally:
        _run(postfix, folder, "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _run(postfix: str, folder: Path, command: str) -> None:
    ended = subprocess.run(
        [postfix, "-c", str(folder / "etc"), command], env=os.environ | {"PATH": PATH}, capture_output=True, check=False
    )
    assert ended.returncode == 0, ended.stderr.decode()


def _wait_for(port: int, log: Path) -> None:
    until = time.monotonic() + _SECONDS
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            assert time.monotonic() < until, log.read_text() if log.exists() else "postfix wrote no log"
            time.sleep(0.05)
