"""What a relay's refusal finds fault with, as real relays word it, and whether the letter goes again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.channels.answers import Reply, outcome_of
from service.channels.triage import passes, verdict
from service.domain.delivery import Refused, TryAgain, Verdict

PASSING = [
    (421, "4.3.2 Service shutting down", Verdict.RELAY),
    (432, "4.7.12 A password transition is needed", Verdict.LOGIN),
    (450, "4.2.0 <a@a.example>: Recipient address rejected: Greylisted", Verdict.LATER),
    (451, "4.7.1 Please try again later (greylisting)", Verdict.LATER),
    (451, "4.3.0 Local error in processing", Verdict.LATER),
    (452, "4.3.1 Insufficient system storage", Verdict.LATER),
    (452, "4.2.2 The recipient's mailbox is full", Verdict.MAILBOX_FULL),
    (452, "4.5.3 Too many recipients", Verdict.RATE),
    (454, "4.7.0 Temporary authentication failure", Verdict.LOGIN),
    (530, "5.7.0 Authentication required", Verdict.LOGIN),
    (535, "Error: authentication failed", Verdict.LOGIN),
    (554, "5.7.8 Error: authentication credentials invalid", Verdict.LOGIN),
    (550, "Domain frequency limited [limit policy]", Verdict.RATE),
    (550, "Ip frequency limited", Verdict.RATE),
    (550, "Connection frequency limited", Verdict.RATE),
    (550, "Mailbox unavailable or access denied", Verdict.RATE),
    (550, "发信次数超出限制，请稍后再试", Verdict.RATE),
    (552, "5.2.2 Mailbox size limit exceeded, quota", Verdict.MAILBOX_FULL),
    (554, "delivery error: dd This user's mailbox exceeded quota", Verdict.MAILBOX_FULL),
    (550, "5.7.1 Client host blocked using a block list", Verdict.POLICY),
    (554, "5.7.1 <a@a.example>: Relay access denied", Verdict.POLICY),
    (550, "5.7.26 Unauthenticated email is not accepted", Verdict.POLICY),
    (550, "SPF check failed", Verdict.POLICY),
    (553, "5.1.8 Sender address rejected: Domain not found", Verdict.POLICY),
    (554, "5.4.0 Routing loop", Verdict.RELAY),
]
FINAL = [
    (550, "5.1.1 <a@a.example>: Recipient address rejected: User unknown", Verdict.ADDRESS),
    (550, "Requested action not taken: mailbox unavailable", Verdict.ADDRESS),
    (550, "用户不存在", Verdict.ADDRESS),
    (551, "User not local", Verdict.ADDRESS),
    (553, "Mailbox name not allowed", Verdict.ADDRESS),
    (556, "5.1.10 Recipient address has null MX", Verdict.ADDRESS),
    (552, "5.3.4 Message size exceeds fixed limit", Verdict.MESSAGE),
    (554, "5.6.0 Message content rejected", Verdict.MESSAGE),
    (554, "DT:SPM 垃圾邮件", Verdict.MESSAGE),
    (554, "Transaction failed", Verdict.UNSAID),
]


@pytest.mark.parametrize(("code", "words", "expected"), PASSING)
def test_what_may_pass_goes_again(code: int, words: str, expected: Verdict) -> None:
    outcome = outcome_of(Reply(code, words.encode()))
    assert outcome == TryAgain(f"{code} {words}", code, expected)


@pytest.mark.parametrize(("code", "words", "expected"), FINAL)
def test_what_cannot_pass_is_refused(code: int, words: str, expected: Verdict) -> None:
    outcome = outcome_of(Reply(code, words.encode()))
    assert outcome == Refused(f"{code} {words}", code, expected)


def test_words_in_gbk_are_understood() -> None:
    outcome = outcome_of(Reply(550, "发信频率过高".encode("gb18030")))
    assert outcome == TryAgain("550 发信频率过高", 550, Verdict.RATE)


@given(st.integers(400, 499), st.text(max_size=300))
def test_a_temporary_answer_is_never_refused_whatever_its_words(code: int, words: str) -> None:
    assert isinstance(outcome_of(Reply(code, words.encode("utf-8", "replace"))), TryAgain)


@given(st.integers(500, 599), st.text(max_size=300))
def test_a_permanent_answer_is_tried_again_only_where_its_fault_may_pass(code: int, words: str) -> None:
    found = verdict(code, words)
    assert passes(found) == (found not in (Verdict.ADDRESS, Verdict.MESSAGE, Verdict.UNSAID, Verdict.OURS))
