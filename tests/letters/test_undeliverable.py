"""The letter that asks a unit for a working contact."""

from dataclasses import replace
from datetime import date
from html import unescape

import pytest

from service.domain.certification import UnitKind
from service.domain.people import Role
from service.letters.letter import Language, Person, UndeliverableLetter
from service.letters.message import encode
from service.letters.writing import write
from tests.letters.facts import envelope

FACTS = UndeliverableLetter(
    envelope=envelope(),
    unit="江苏省",
    unit_kind=UnitKind.PROVINCIAL,
    enterprise="甲方演示有限公司",
    role=Role.HANDLER,
    failed=Person("经办人甲（演示）", "first@a.example", Language.ZH),
    held_back=False,
    others=True,
    today=date(2028, 6, 9),
)

ZH = """\
经办人（演示），您好：

发给贵单位（江苏省）推荐的甲方演示有限公司的期限提醒被退回，未能送达。更正之前，提醒改发该企业登记的其他联系人。

企业：甲方演示有限公司
经办人：经办人甲（演示）
退信地址：first@a.example

请与该企业核实，并回复本邮件告知可用联系人的姓名和邮箱地址；如该地址无误，也请告知，以便继续发送。

--
本邮件由督办系统于2028年6月9日自动发出。同一地址失效只通知一次。"""

EN = """\
Dear Handler (demo),

A deadline reminder to 甲方演示有限公司, which 江苏省 recommended, came back undelivered. Until this is corrected, \
reminders go to the enterprise's other contacts on record.

Enterprise: 甲方演示有限公司
Handler: 经办人甲（演示）
Address: first@a.example

Please check with the enterprise and reply to this letter with the name and mail address of a working contact; if the \
address is right, please say so, so that sending can go on.

--
Sent automatically by Duban on 9 June 2028. Of one address you are told once."""


@pytest.mark.parametrize(
    ("language", "subject", "text"),
    [
        (Language.ZH, "【联系人失效】请提供可用的联系人：甲方演示有限公司", ZH),
        (Language.EN, "A working contact is needed: 甲方演示有限公司", EN),
    ],
)
def test_it_names_the_enterprise_and_the_address_and_asks_for_another(
    language: Language, subject: str, text: str
) -> None:
    letter = write(replace(FACTS, envelope=envelope(language)))

    assert (letter.subject, letter.text) == (subject, text)
    assert letter.calendar is None
    assert letter.spreadsheet is None


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("kind", list(UnitKind))
def test_the_html_says_what_the_text_says(language: Language, role: Role, kind: UnitKind) -> None:
    letter = write(replace(FACTS, envelope=envelope(language), role=role, unit_kind=kind))
    html = unescape(letter.html)

    for line in letter.text.splitlines():
        for words in line.split("：" if language is Language.ZH else ": "):
            assert words in html or words in ("", "--")


@pytest.mark.parametrize("language", list(Language))
def test_it_says_when_nothing_is_sent_there_any_more_and_when_nobody_else_is_told(language: Language) -> None:
    to = envelope(language)
    letters = {
        write(replace(FACTS, envelope=to, held_back=held, others=others)).text
        for held in (True, False)
        for others in (True, False)
    }

    assert len(letters) == 4


def test_a_central_group_is_addressed_as_one() -> None:
    assert "贵集团（江苏省）" in write(replace(FACTS, unit_kind=UnitKind.CENTRAL_GROUP)).text


@pytest.mark.parametrize("language", list(Language))
def test_names_cannot_bring_markup_or_headers_along(language: Language) -> None:
    hostile = replace(
        FACTS,
        envelope=envelope(language),
        enterprise="<b>x</b>\r\nBcc: all@a.example",
        failed=Person("<script>alert(1)</script>", "first@a.example", Language.ZH),
    )
    letter = write(hostile)

    assert "<script>" not in letter.html
    assert "<b>x" not in letter.html
    assert b"\r\nBcc:" not in encode(hostile.envelope, letter)
