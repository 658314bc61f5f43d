"""Debian's Chromium, driven as a person would: what a page shows, whether it is accessible, what it complains of."""

import base64
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from tests.requirements import require
from tests.site import Site, Visit

_AXE = (Path(__file__).parent / "web" / "axe-4.14.1.min.js").read_text(encoding="utf-8")
_PATIENCE = 30
_SERIOUS = ("serious", "critical")
NARROW, WIDE = (375, 812), (1280, 900)


class Browser:
    """One browser window; ``driver`` is Selenium's."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def forget(self) -> None:
        """Forget who signed in, and what the console said."""
        self.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
        self.size(WIDE)
        self.complaints()

    def size(self, size: tuple[int, int]) -> None:
        """Make the page exactly so many pixels wide, as on a phone of that width."""
        metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def enter(self, site: Site, visit: Visit) -> None:
        """Take the place of a visitor who has signed in."""
        for name, value in visit.cookies.items():
            cookie = {"name": name, "value": value, "url": site.address}
            self.driver.execute_cdp_cmd("Network.setCookie", cookie)

    def open(self, site: Site, path: str) -> str:
        """Open a page; its text as a person reads it."""
        self.driver.get(site.address + path)
        return self.text

    @property
    def text(self) -> str:
        return str(self.driver.find_element(By.TAG_NAME, "body").text)

    def find(self, css: str) -> Any:
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def click(self, css: str) -> None:
        """Click what stays on its page, or is exchanged in it: wait with ``until`` for what it leads to."""
        self.find(css).click()

    def press(self, css: str) -> str:
        """Click what leads to another page, and wait for that; its text."""
        self.driver.execute_script("window.left = false")
        self.find(css).click()
        there = "return window.left === undefined && document.readyState == 'complete'"
        self._wait().until(lambda driver: driver.execute_script(there))
        return self.text

    def until(self, words: str) -> str:
        """Wait until the page shows these words; its text."""
        self._wait().until(lambda _: words in self.text)
        return self.text

    def _wait(self) -> WebDriverWait[webdriver.Chrome]:
        """Patience with a page in exchange: in the middle of it the driver answers with errors of many names."""
        return WebDriverWait(self.driver, _PATIENCE, ignored_exceptions=(WebDriverException,))

    def fill(self, css: str, words: str) -> None:
        field = self.find(css)
        field.clear()
        field.send_keys(words)

    def complaints(self) -> list[str]:
        """What the browser's console has said since it was last asked: errors of scripts, of the CSP, of loading."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

    def overflows(self) -> bool:
        """Whether the page is wider than the window, so that a reader would have to push it sideways."""
        return bool(self.driver.execute_script("return document.documentElement.scrollWidth > innerWidth"))

    def inaccessible(self) -> list[str]:
        """The serious findings of axe-core: its rule, and the first element that breaks it."""
        self.driver.execute_script(_AXE)
        found = self.driver.execute_async_script(
            "const done = arguments[0];"
            "axe.run({resultTypes: ['violations']}).then(found => done(JSON.stringify(found.violations)))"
        )
        return [f"{each['id']}: {each['nodes'][0]['html']}" for each in json.loads(found) if each["impact"] in _SERIOUS]

    def picture(self, path: Path) -> None:
        """The whole page as a PNG."""
        height = self.driver.execute_script("return document.documentElement.scrollHeight")
        clip = {"x": 0, "y": 0, "width": self.driver.execute_script("return innerWidth"), "height": height, "scale": 1}
        shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip})
        path.write_bytes(base64.b64decode(shot["data"]))


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window, ended with the block. Its driver listens on loopback, on a port it is given."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    require("chromium", bool(program and driver), "chromium and chromedriver are not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = program or ""
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for switch in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ):
        options.add_argument(switch)
    opened = webdriver.Chrome(options=options, service=Service(executable_path=driver))
    try:
        yield Browser(opened)
    finally:
        opened.quit()
