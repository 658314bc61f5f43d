"""A real IMAP server (Dovecot) for tests: on loopback, on ports the kernel gives, in a folder of its own."""

import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

CERTIFICATE = Path(__file__).parent / "channels" / "localhost.pem"
LOGIN = ("bounce@unit.example", "p@ss/word?")
_SECONDS = 20.0

_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
instance_name = {folder}
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{certificate}
disable_plaintext_auth = no
auth_failure_delay = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:{folder}/mail
passdb {{
  driver = static
  args = "password={password}"
}}
userdb {{
  driver = static
  args = "home={folder}/mail"
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


def program() -> str | None:
    """Where Dovecot is installed; its folder is not on everybody's path."""
    found = shutil.which("dovecot", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]))
    return found if found and Path("/usr/lib/dovecot/imap").exists() else None


@dataclass(frozen=True)
class Dovecot:
    """A running server with one account, whose mailbox begins empty."""

    port: int
    tls_port: int

    @contextmanager
    def account(self) -> Iterator[imaplib.IMAP4]:
        """The account, as its owner's mail program sees it."""
        connection = imaplib.IMAP4("127.0.0.1", self.port, timeout=_SECONDS)
        try:
            connection.login(*LOGIN)
            yield connection
        finally:
            connection.logout()

    def deliver(self, *messages: bytes, folder: str = "INBOX") -> None:
        """Put messages into a folder, made if need be."""
        with self.account() as account:
            account.create(folder)
            for message in messages:
                assert account.append(folder, "", "", message)[0] == "OK"

    def flags(self, folder: str = "INBOX") -> list[str]:
        """The flags of each message in a folder."""
        with self.account() as account:
            account.select(folder, readonly=True)
            _, found = account.fetch("1:*", "(FLAGS)")
            return [each.decode().partition("FLAGS (")[2].rstrip(")") for each in found if isinstance(each, bytes)]


@contextmanager
def running(dovecot: str) -> Iterator[Dovecot]:
    """A server until the end of the ``with``."""
    user = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    folder = Path(tempfile.mkdtemp(prefix="duban-dovecot-"))  # a socket's path may have 107 octets and no more
    port, tls_port = _free_port(), _free_port()
    for part in ("run", "state", "mail"):
        (folder / part).mkdir()
    folder.chmod(0o755)
    if os.getuid() == 0:
        os.chown(folder / "mail", user.pw_uid, user.pw_gid)
    configuration = folder / "dovecot.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            folder=folder,
            certificate=CERTIFICATE,
            user=user.pw_name,
            group=grp.getgrgid(user.pw_gid).gr_name,
            password=LOGIN[1],
            port=port,
            tls_port=tls_port,
        )
    )
    server = subprocess.Popen([dovecot, "-F", "-c", str(configuration)])
    try:
        _wait_for(port, folder / "log")
        yield Dovecot(port, tls_port)
    finally:
        server.terminate()
        server.wait(_SECONDS)
        with suppress(OSError):
            shutil.rmtree(folder)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as asked:
        port: int = asked.getsockname()[1]
        return port


def _wait_for(port: int, log: Path) -> None:
    until = time.monotonic() + _SECONDS
    while True:
        try:
            with imaplib.IMAP4("127.0.0.1", port, timeout=1):
                return
        except (OSError, imaplib.IMAP4.error):
            assert time.monotonic() < until, log.read_text() if log.exists() else "dovecot wrote no log"
            time.sleep(0.05)
