"""Where a UTF-8 text may be cut."""


def between_characters(encoded: bytes, at: int) -> int:
    """The last place up to ``at`` that does not lie within a character of ``encoded``."""
    while at < len(encoded) and encoded[at] & 0xC0 == 0x80:
        at -= 1
    return at
