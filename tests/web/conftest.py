"""What these tests share: a house with a served console, and a real browser where one is asked for."""

from collections.abc import Iterator

import pytest

from tests.browser import Browser, chromium
from tests.house import House, house
from tests.site import Site, opened_site

__all__ = ["house"]


@pytest.fixture
def site(house: House) -> Iterator[Site]:
    """The console of the house, on each kind of database in turn."""
    with opened_site(house) as opened:
        yield opened


@pytest.fixture(scope="session")
def _chromium() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def browser(_chromium: Browser) -> Browser:
    """A real browser without a visitor's cookies."""
    _chromium.forget()
    return _chromium
