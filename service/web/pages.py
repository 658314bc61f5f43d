"""Every page of the console. A test walks them all, as every role."""

from service.web import door, health, runs, today
from service.web.page import Page

PAGES: tuple[Page, ...] = (
    *health.PAGES,
    *door.PAGES,
    *today.PAGES,
    *runs.PAGES,
)
