"""Somebody who has never seen Duban, from ``duban demo``: three questions, each answered within three clicks."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import Browser
from tests.keeping import free_ports

_PROGRAM = [sys.executable, "-c", "from service.cli import main; main()"]


@pytest.fixture
def today(tmp_path: Path, browser: Browser) -> Iterator[Browser]:
    """The browser on the first page of a served demo, after following the link that it printed."""
    [port] = free_ports(1)
    command = [*_PROGRAM, "demo", "--port", str(port)]
    demo = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        assert demo.stderr is not None
        link = next(found[0] for line in demo.stderr if (found := re.search(r"http://\S+/sign-in/\S+", line)))
        browser.driver.get(link)
        browser.press("main button")
        browser.driver.get(link.partition("/sign-in")[0])
        yield browser
    finally:
        demo.kill()
        demo.communicate()


def test_which_factories_must_file_next_month_why_one_got_no_letter_and_what_failed_yesterday(today: Browser) -> None:
    shown = today.press("a[href^='/certifications?due=next-month']")
    factories = [row.text for row in today.driver.find_elements("css selector", "tbody tr")]
    assert len(factories) == 8, "one click"
    assert "2027-09-28" in shown
    unreached = next(name for name in factories if "青岛特殊钢铁" in name)

    number = re.findall(r"#(\d+)", unreached)[0]
    today.press(f"a[href='/certifications/{number}']")
    why = today.press(f"a[href='/certifications/{number}/why']")
    assert "退" in why, "three clicks: the letter came back"

    today.press("a.brand")
    failed = today.press("a[href*='day=yesterday']")
    assert "青岛特殊钢铁" in failed, "one click"
    assert today.complaints() == []
