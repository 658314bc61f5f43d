"""What a refusal finds fault with: by its code, its enhanced code (RFC 3463), and its words.

A 5xx is not always for good: a full mailbox empties, a wrong password is mended, and QQ and its enterprise mail answer
550 to who sends too fast. What may pass goes again; only what cannot is refused.
"""

import re
from typing import Final

from service.domain.delivery import Verdict

_ENHANCED: Final = re.compile(r"\b([45])\.([0-9]{1,3})\.([0-9]{1,3})\b")

_LOGIN_CODES: Final = frozenset({432, 530, 534, 535, 538})
"""RFC 4954: the relay wants a login, or another one. They say nothing else, whatever stands beside them."""

_BY_CODE: Final = {
    421: Verdict.RELAY,  # it closes the connection
    454: Verdict.LOGIN,  # RFC 4954, RFC 3207: login or TLS not available at the moment
    501: Verdict.ADDRESS,
    521: Verdict.ADDRESS,  # RFC 7504: that host takes no mail
    550: Verdict.ADDRESS,
    551: Verdict.ADDRESS,
    552: Verdict.MAILBOX_FULL,
    553: Verdict.ADDRESS,
    556: Verdict.ADDRESS,  # RFC 7504
}

_BY_ENHANCED: Final = (
    (r"[45]\.7\.[89]", Verdict.LOGIN),
    (r"[45]\.7\.(?:28|6[0-9]?)", Verdict.RATE),
    (r"5\.7\.", Verdict.POLICY),
    (r"[45]\.2\.2", Verdict.MAILBOX_FULL),
    (r"[45]\.(?:2\.3|3\.4)", Verdict.MESSAGE),
    (r"5\.6\.", Verdict.MESSAGE),
    (r"5\.1\.[78]", Verdict.POLICY),  # our own sender's address
    (r"5\.(?:1|2)\.", Verdict.ADDRESS),
    (r"5\.(?:3|4)\.", Verdict.RELAY),
)

_BY_WORDS: Final = (
    (r"frequen\w* limit|rate limit|too (?:many|fast)|throttl|频率|过于频繁|发信(?:次数|量).*(?:超|限)", Verdict.RATE),
    (r"mailbox unavailable or access denied", Verdict.RATE),  # QQ's words for a limit that passes
    (
        r"quota|mailbox (?:is )?full|over ?quota|邮箱.*满|容量.*超",
        Verdict.MAILBOX_FULL,
    ),
    (r"size.*exceed|too large|message size|超过.*大小", Verdict.MESSAGE),
    (
        r"relay(?:ing)? (?:access )?denied|not permitted to relay|spf|black ?list|block|reputation|拒收.*ip",
        Verdict.POLICY,
    ),
    (r"spam|virus|content reject|垃圾邮件|病毒", Verdict.MESSAGE),
    (
        r"user (?:unknown|not found|doesn.t exist)|no such (?:user|mailbox|recipient)|unknown user|用户不存在|无此用户",
        Verdict.ADDRESS,
    ),
)

_PASSING: Final = frozenset(
    {Verdict.RATE, Verdict.MAILBOX_FULL, Verdict.POLICY, Verdict.LOGIN, Verdict.RELAY, Verdict.LATER}
)


_LIMITS, _OTHERS = _BY_WORDS[:3], _BY_WORDS[3:]


def verdict(code: int, words: str) -> Verdict:
    """What a 4xx or 5xx finds fault with; ``words`` are the answer's, enhanced code and all.

    The words that name a limit come first: they stand beside codes that say something else. Then the enhanced code,
    which is more exact than the code, then other words, then the code.
    """
    if code in _LOGIN_CODES:
        return Verdict.LOGIN
    said = words.casefold()
    for pattern, meaning in _LIMITS:
        if re.search(pattern, said):
            return meaning
    enhanced = _ENHANCED.search(words)
    if enhanced is not None:
        for pattern, meaning in _BY_ENHANCED:
            if re.match(pattern, enhanced.group()):
                return meaning
    for pattern, meaning in _OTHERS:
        if code >= 500 and re.search(pattern, said):
            return meaning
    return _BY_CODE.get(code, Verdict.LATER if code < 500 else Verdict.UNSAID)


def passes(found: Verdict) -> bool:
    """Whether what is at fault may mend itself, or be mended, so that the same letter can go later."""
    return found in _PASSING
