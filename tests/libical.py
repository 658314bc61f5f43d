"""What libical says of a calendar object: an independent check of the iTIP rules (RFC 5546), by ctypes."""

import ctypes
import ctypes.util
import re
from functools import cache


@cache
def library() -> ctypes.CDLL | None:
    """Debian's libical3, or None where it is not installed."""
    name = ctypes.util.find_library("ical")
    if name is None:
        return None
    found = ctypes.CDLL(name)
    found.icalparser_parse_string.restype = ctypes.c_void_p
    found.icalparser_parse_string.argtypes = [ctypes.c_char_p]
    found.icalrestriction_check.restype = ctypes.c_int
    found.icalrestriction_check.argtypes = [ctypes.c_void_p]
    found.icalcomponent_as_ical_string_r.restype = ctypes.c_void_p
    found.icalcomponent_as_ical_string_r.argtypes = [ctypes.c_void_p]
    found.icalcomponent_free.argtypes = [ctypes.c_void_p]
    found.icalmemory_free_buffer.argtypes = [ctypes.c_void_p]
    return found


def problems(ics: bytes) -> list[str]:
    """What is wrong with the object, in libical's words; empty where it parses and keeps the rules of its method."""
    ical = library()
    assert ical is not None, "ask whether libical is there before you ask it"
    component = ical.icalparser_parse_string(ics)
    if not component:
        return ["libical cannot parse it"]
    try:
        kept = ical.icalrestriction_check(component)
        buffer = ical.icalcomponent_as_ical_string_r(component)
        text = ctypes.string_at(buffer).decode()
        ical.icalmemory_free_buffer(buffer)
    finally:
        ical.icalcomponent_free(component)
    found = re.findall(r"^X-LIC-ERROR.*(?:\r?\n[ \t].*)*", text, re.MULTILINE)
    return found or ([] if kept else ["libical's restriction check failed without a word"])
