"""The envelope address of a letter (RFC 5321 MAIL FROM): when the letter comes back, it says which one it was."""

import hmac
import re
from base64 import b32encode
from dataclasses import dataclass, field

_SIGNATURE_OCTETS = 10  # 80 bits: 16 characters, and a local part of 64 octets leaves 36 for the mailbox's own
_SIGNED = re.compile(rb"\+([0-9]{1,10})\.([a-z2-7]{16})(?![a-z0-9])", re.IGNORECASE)
LARGEST_ID = 2**31 - 1
LONGEST_LOCAL_PART = 36


@dataclass(frozen=True)
class ReturnAddress:
    """Signed addresses ``mailbox+{delivery}.{signature}@domain`` beneath one mailbox that takes in what follows a +.

    ``address`` is ASCII, its local part at most 36 characters. Whoever holds a letter can read its signature, so it
    proves no more than which delivery somebody speaks of; nobody can speak of another.
    """

    address: str
    key: str = field(repr=False)

    def of(self, delivery_id: int) -> str:
        """The envelope address of a delivery."""
        local, _, domain = self.address.rpartition("@")
        return f"{local}+{delivery_id}.{self._signature(delivery_id)}@{domain}"

    def delivery_in(self, words: bytes) -> int | None:
        """The delivery that the first well-signed address in ``words`` names; letter case does not count.

        Only the part between + and @ is looked at: relays rewrite what stands around it (SRS, BATV).
        """
        for found in _SIGNED.finditer(words):
            id = int(found[1])
            if id <= LARGEST_ID and hmac.compare_digest(found[2].lower(), self._signature(id).encode()):
                return id
        return None

    def _signature(self, delivery_id: int) -> str:
        # The words before the number keep this signature from being any other that the same key may make.
        digest = hmac.digest(self.key.encode(), b"duban return address %d" % delivery_id, "sha256")
        return b32encode(digest[:_SIGNATURE_OCTETS]).decode().lower()
