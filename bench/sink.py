"""Postfix's ``smtp-sink`` as the far end: from the path, or from Debian's package, unpacked and not installed."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_UNPACKED = Path("var/bench/postfix")
_LOG, _KEPT = "log", "messages"
_MESSAGES = re.compile(rb"mesg=(\d+)")


def _program() -> Path:
    found = shutil.which("smtp-sink", path=f"{os.environ['PATH']}:/usr/sbin:{_UNPACKED}/usr/sbin")
    if found is None:
        _UNPACKED.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", "--quiet", "postfix"], cwd=_UNPACKED, check=True, capture_output=True)
        for package in _UNPACKED.glob("postfix_*.deb"):
            subprocess.run(["dpkg", "-x", package.name, "."], cwd=_UNPACKED, check=True)
        found = str(_UNPACKED / "usr/sbin/smtp-sink")
    return Path(found).absolute()


class Sink:
    """A running sink on a port of its own."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port = port
        self._folder = folder

    def kept(self) -> bytes:
        """Every message it has taken, one after the other."""
        return (self._folder / _KEPT).read_bytes()

    def received(self) -> int:
        """How many messages it has taken."""
        counts = _MESSAGES.findall((self._folder / _LOG).read_bytes())
        return int(counts[-1]) if counts else 0


@contextmanager
def sink(above: Path, *, keep: bool = False) -> Iterator[Sink]:
    """A sink until the end of the block, in a folder of its own; it may ``keep`` what it takes."""
    program = _program()
    folder = above / "sink"
    folder.mkdir()
    above.chmod(0o711)
    port = _free_port()
    options = ["-D", _KEPT] if keep else []
    if os.geteuid() == 0:  # it refuses to run as root
        options += ["-u", "nobody"]
        shutil.chown(folder, "nobody")
    with (folder / _LOG).open("wb") as output:
        process = subprocess.Popen(
            [program, "-c", *options, f"127.0.0.1:{port}", "256"],
            env={**os.environ, "LD_LIBRARY_PATH": str(program.parent.parent / "lib/postfix")},
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
        )
        try:
            _await_port(port)
            yield Sink(port, folder)
        finally:
            process.terminate()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _await_port(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 0.1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("smtp-sink did not start")
