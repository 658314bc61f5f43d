"""What keeps a page from being used against its reader: headers, and where a change may come from."""

import hmac

from starlette.requests import Request
from starlette.responses import Response

from service.domain.visitors import Visitor

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_FRAMED = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; form-action 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


def protect(response: Response, *, secure: bool) -> Response:
    """Set the strict headers where the page has not set its own."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def framed(response: Response) -> Response:
    """Let a page of ours show this one in a frame, in which nothing runs and nothing is fetched: a letter's HTML."""
    response.headers["Content-Security-Policy"] = _FRAMED
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def comes_from_here(request: Request) -> bool:
    """Whether a change was sent by a page of this site, as browsers say it; a program that says nothing passes."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    from_here = origin in (None, "null") or (origin or "").partition("://")[2] == request.headers.get("host")
    return site in ("same-origin", "none") and from_here


def brings_token(request: Request, field: str, who: Visitor) -> bool:
    """Whether a change brings the token of its session along, in the form or in the header."""
    given = request.headers.get("x-csrf-token") or field
    return hmac.compare_digest(given.encode(), who.csrf.encode())
