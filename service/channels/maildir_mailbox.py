"""Returned mail in a Maildir that a mail server on this machine delivers into."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISREG

from service.channels.mailbox import LONGEST, Incoming, source
from service.domain.errors import WorkFaulty

_SEEN = "S"
_FLAGS = ":2,"


class MaildirMailbox:
    """Reads what nobody has seen yet: all of ``new``, and of ``cur`` what bears no flag S. What is taken is moved to
    ``cur`` with that flag; nothing is deleted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def opened(self) -> Iterator["MaildirMailbox"]:
        """The mailbox. Raises WorkFaulty, here and later, where it cannot be read or its messages not moved."""
        try:
            yield self
        except OSError as error:
            raise WorkFaulty(
                f"退信邮箱目录 {self._folder} 不可用（{error.strerror}），请核对 DUBAN_BOUNCE_URL 与权限",
                f"the mailbox for returned mail {self._folder} cannot be used ({error.strerror}); check "
                "DUBAN_BOUNCE_URL and permissions",
            ) from error

    def waiting(self, most: int) -> Iterator[Incoming]:
        """Messages that were not taken yet. A unique name begins with the time of delivery: the oldest come first."""
        found = [("new", name) for name in os.listdir(self._folder / "new")]
        found += [("cur", name) for name in os.listdir(self._folder / "cur") if _SEEN not in _flags(name)]
        unseen = sorted((name, part) for part, name in found if not name.startswith("."))
        for name, part in unseen[:most]:
            path = self._folder / part / name
            content = _read(path)
            if content is not None:
                yield Incoming(source(f"maildir.{name.partition(_FLAGS)[0]}", content), content, str(path))

    def taken(self, message: Incoming) -> None:
        """Move a message to ``cur`` as seen; one that another reader has moved meanwhile is left to it."""
        path = Path(message.mark)
        flags = "".join(sorted({*_flags(path.name), _SEEN}))
        with suppress(FileNotFoundError):
            path.rename(self._folder / "cur" / f"{path.name.partition(_FLAGS)[0]}{_FLAGS}{flags}")


def _flags(name: str) -> str:
    return name.partition(_FLAGS)[2]


def _read(path: Path) -> bytes | None:
    """The beginning of a message, empty where it cannot be read: a person will look. None where it is gone meanwhile.

    Only a plain file is read: a pipe or a device could hold the reader for ever.
    """
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            return file.read(LONGEST) if S_ISREG(os.fstat(file.fileno()).st_mode) else b""
    except FileNotFoundError:
        return None
    except OSError:
        return b""
