"""A local mailbox in the Maildir form (tmp, new, cur): the embedded default, where mail can be looked at."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from service.channels.channel import FREELY, Parcel
from service.domain.delivery import Outcome, Sent, TryAgain
from service.domain.errors import WorkFaulty


class Maildir:
    """Delivers each parcel as one file, byte for byte as it would go on the wire.

    A message keeps its file name however often it is sent, so that a resend replaces it; once a reader has moved it
    to ``cur`` it counts as delivered.
    """

    name = "maildir"
    pace = FREELY
    at_once = 50  # a second copy takes the place of the first

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def carry(self, parcels: Iterable[Parcel]) -> Iterator[tuple[Parcel, Outcome]]:
        """Each parcel with its outcome, one after the other."""
        read = self._already_read()
        for parcel in parcels:
            yield parcel, self._deliver(parcel, read)

    def check(self) -> str:
        """The folder, made if need be; raises WorkFaulty where nothing can be written into it."""
        try:
            self._make_folders()
            probe = self._folder / "tmp" / f"check.{os.getpid()}"
            _write(probe, b"")
            probe.unlink()
        except OSError as error:
            raise WorkFaulty(
                f"邮箱目录 {self._folder} 不可写（{error.strerror}），请核对 DUBAN_MAIL_URL、权限与磁盘空间",
                f"the mailbox {self._folder} cannot be written ({error.strerror}); check DUBAN_MAIL_URL, "
                "permissions and disk space",
            ) from error
        return f"maildir {self._folder}"

    def close(self) -> None:
        """Nothing is held open."""

    def _make_folders(self) -> None:
        for part in ("tmp", "new", "cur"):
            (self._folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)

    def _already_read(self) -> frozenset[str]:
        """Names in ``cur``, without the flags a reader appends. Looked up once: a long-kept mailbox holds many."""
        with contextlib.suppress(OSError):
            return frozenset(name.partition(":")[0] for name in os.listdir(self._folder / "cur"))
        return frozenset()

    def _deliver(self, parcel: Parcel, read: frozenset[str]) -> Outcome:
        digest = sha256(parcel.message_id.encode("utf-8", "backslashreplace")).hexdigest()
        name = f"{parcel.delivery_id}.{digest[:16]}"
        if name in read:
            return Sent(f"cur/{name}")
        # Two that carry the same parcel at once must not write into one file.
        draft = self._folder / "tmp" / f"{name}.{os.getpid()}.{os.urandom(4).hex()}"
        try:
            self._make_folders()
            _write(draft, parcel.message)
            draft.replace(self._folder / "new" / name)
            _sync(self._folder / "new")
        except OSError as error:
            with contextlib.suppress(OSError):
                draft.unlink()
            return TryAgain(f"邮箱写入失败 / the mailbox could not be written: {error.strerror}")
        return Sent(f"new/{name}")


def _write(path: Path, content: bytes) -> None:
    """A new file, on the disk before its name is used: what stands in ``new`` is whole even after a power cut."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
