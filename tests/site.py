"""The console of a house, really served on a port of its own, and a client that holds cookies as a browser does."""

import http.client
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from secrets import token_hex
from typing import Any
from urllib.parse import urlencode, urlsplit

from sqlalchemy import select

from service import wiring
from service.domain.visitors import Actor, ActorKind, VisitorRole
from service.flows import accounts, sign_in
from service.settings import Settings
from service.store import accounts as stored
from service.store.doors import account
from service.store.people import units_by_ids
from service.store.tables import unit
from service.web.serving import served
from tests.house import TODAY, House

OPERATOR = Actor(ActorKind.COMMAND, 0)


@dataclass(frozen=True)
class Answer:
    """What came back: its status, headers (lower case), body and, for a page, its text without marks."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def html(self) -> str:
        return self.body.decode()

    @property
    def text(self) -> str:
        """The words of the page, with single spaces."""
        without = re.sub(r"<(script|style)\b.*?</\1>", " ", self.html, flags=re.DOTALL)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", without)).split())

    @property
    def to(self) -> str:
        """Where it sends on to."""
        return self.headers.get("location", "")


@dataclass
class Visit:
    """A client with cookies of its own; it follows nothing by itself."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, None, headers)

    def post(self, path: str, fields: Mapping[str, Any] | None = None, *, csrf: bool = True, **headers: str) -> Answer:
        """Post a form as a page of ours would: with the session's token unless told otherwise."""
        given = dict(fields or {})
        if csrf and self.cookies:
            given.setdefault("csrf", self.csrf())
        body = urlencode(given, doseq=True).encode()
        return self.ask("POST", path, body, {"content-type": "application/x-www-form-urlencoded"} | headers)

    def upload(self, path: str, name: str, content: bytes, **fields: str) -> Answer:
        """Post a file (field ``file``) with other fields, as multipart/form-data."""
        edge = token_hex(8)
        given = {"csrf": self.csrf()} | fields
        parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in given.items()]
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = "".join(parts).encode() + head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        return self.ask("POST", path, body, {"content-type": f"multipart/form-data; boundary={edge}"})

    def csrf(self) -> str:
        found = re.search(r'data-csrf="([^"]+)"', self.get("/").html)
        return found[1] if found else ""

    def ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(self.address)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, {**({"cookie": cookie} if cookie else {}), **headers})
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        for line in response.headers.get_all("set-cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies.pop(name, None)
            if value.strip('"'):
                self.cookies[name] = value
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, content)


@dataclass(frozen=True)
class Site:
    """A served console: its address, and ways to come in without typing a password."""

    address: str
    house: House

    def stranger(self) -> Visit:
        return Visit(self.address)

    def as_role(self, role: VisitorRole, unit_name: str = "") -> Visit:
        """One who has signed in by an account of this role; an officer's unit is the one of this name."""
        with self.house.engine.begin() as connection:
            found = (
                connection.execute(select(unit.c.id).where(unit.c.name == unit_name)).scalar() if unit_name else None
            )
            theirs = units_by_ids(connection, [found])[found] if found else None
            number = len(connection.execute(select(account.c.id)).all()) + 1
        link = accounts.add(self.house.desk, f"{role}-{number}", role, theirs, OPERATOR)
        return self._through(link)

    def as_ops(self) -> Visit:
        return self.as_role(VisitorRole.OPS)

    def as_contact(self, address: str) -> Visit:
        """One who has signed in by a mailed link, as the contact with this address."""
        with self.house.engine.begin() as connection:
            [contact_id, *_] = stored.contacts_at(connection, address)
            now = self.house.clock()
            id = stored.offer_link(connection, None, contact_id, now, now + sign_in.LINK_LASTS)
        return self._through(self.house.desk.links.to(sign_in.LINK, id))

    def _through(self, link: str) -> Visit:
        visit = self.stranger()
        answer = visit.post(urlsplit(link).path, csrf=False)
        assert answer.status == 303, answer.text
        return visit


@contextmanager
def opened_site(house: House, today: date = TODAY) -> Iterator[Site]:
    """Serve the console of a house, as of a day."""
    settings = Settings(site_url="http://127.0.0.1", secret_key="a key of the tests alone", _env_file=None)
    whole = wiring.House(settings, house.engine, house.desk, house.post, None)
    with served(whole, "127.0.0.1", 0, today) as address:
        yield Site(address, house)
