"""Signed links: a web address that says which row it is about and that we wrote it. What it allows, its row says."""

import hmac
import re
from base64 import b32encode
from dataclasses import dataclass, field

from service.letters.return_address import LARGEST_ID

_SIGNATURE_OCTETS = 20
_TOKEN = re.compile(r"([0-9]{1,10})\.([a-z2-7]{32})")
_IN_TEXT = re.compile(rf"/{_TOKEN.pattern}\b")


@dataclass(frozen=True)
class Links:
    """Links beneath ``site`` (no slash at its end), signed with the house's key.

    Invariant: a signature holds for one purpose and one number, so that no link can be turned into another.
    """

    site: str
    key: str = field(repr=False)

    def to(self, purpose: str, id: int) -> str:
        """The address of a row's page; ``purpose`` is the first part of its path."""
        return f"{self.site}/{purpose}/{self.token(purpose, id)}"

    def token(self, purpose: str, id: int) -> str:
        """The last part of that address."""
        return f"{id}.{self._signature(purpose, id)}"

    def id_in(self, purpose: str, token: str) -> int | None:
        """The row that a token names; None where we did not write it for this purpose."""
        found = _TOKEN.fullmatch(token)
        if found is None or int(found[1]) > LARGEST_ID:
            return None
        id = int(found[1])
        return id if hmac.compare_digest(found[2], self._signature(purpose, id)) else None

    def _signature(self, purpose: str, id: int) -> str:
        digest = hmac.digest(self.key.encode(), f"duban link {purpose} {id}".encode(), "sha256")
        return b32encode(digest[:_SIGNATURE_OCTETS]).decode().lower()


def without_tokens(text: str) -> str:
    """A letter as somebody else may see it: who holds the token of a link is taken for the letter's reader."""
    return _IN_TEXT.sub("/…", text)
