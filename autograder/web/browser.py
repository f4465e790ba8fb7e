"""A simulated browser: cookies, redirects, origins and the rules that stand between two sites."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urldefrag, urljoin, urlsplit

from autograder.errors import CheckFailed
from autograder.web.client import Client
from autograder.web.cookies import CookieJar, same_site
from autograder.web.transcript import Exchange, conversation_table

__all__ = ["Browser"]

_MOST_REDIRECTS = 10
_KEEPS_METHOD = {307, 308}
_REDIRECTS = {301, 302, 303, *_KEEPS_METHOD}


class _Clock(Protocol):
    def time(self) -> float: ...


class Browser:
    """One visitor of the client's app. Two browsers of one client share nothing.

    Args:
        client: drives the app; its base is where relative addresses lead. Secure cookies want one with https.
        clock: tells when cookies expire; the real one when left out.
    """

    def __init__(self, client: Client, *, clock: _Clock | None = None) -> None:
        self.client, self.cookies = client, CookieJar()
        self.page: Exchange | None = None
        self._clock: _Clock = clock or time

    def __repr__(self) -> str:
        return f"Browser at {self.page.url if self.page else 'no page yet'}, {len(self.cookies)} cookies"

    def visit(self, url: str, *, from_site: str | None = None) -> Exchange:
        """Open an address as a page, follow redirects, and return the last exchange.

        Args:
            url: absolute, or relative to the client's base.
            from_site: the address of the page whose link was clicked; None when the address was typed in.
        """
        return self._navigate("GET", self._absolute(url), from_site, {})

    def submit(
        self,
        url: str,
        form: Mapping[str, object] | Sequence[tuple[str, object]] = (),
        *,
        from_site: str | None = None,
        method: str = "POST",
        enctype: str = "application/x-www-form-urlencoded",
    ) -> Exchange:
        """Send a form as a page does, follow redirects, and return the last exchange.

        Args:
            url: where the form leads.
            form: its fields.
            from_site: the address of the page with the form; the app's own when left out.
            method: GET or POST; a form knows no other.
            enctype: with ``text/plain`` the fields are written as ``name=value`` lines, unencoded: what a hostile page
                uses to smuggle JSON.
        """
        target = self._absolute(url)
        if method.upper() not in {"GET", "POST"}:
            raise ValueError(f"A form sends GET or POST, not {method}.")
        page = from_site or self._origin_of(target)
        if method.upper() == "GET":
            return self._navigate("GET", target, page, {"params": form})
        if enctype == "text/plain":
            pairs = form.items() if isinstance(form, Mapping) else form
            text = "".join(f"{name}={value}\r\n" for name, value in pairs)
            return self._navigate("POST", target, page, {"data": text, "headers": {"Content-Type": enctype}})
        return self._navigate("POST", target, page, {"data": form})

    def fetch(
        self,
        method: str,
        url: str,
        *,
        from_site: str | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> Exchange:
        """Send a script's request, with credentials and without following redirects.

        Args:
            from_site: the address of the page whose script it is; the app's own when left out.
            headers, more: as `Client.request` takes them. A browser would ask before it sends a foreign page's unusual
                request (CORS); here it is sent.
        """
        target = self._absolute(url)
        page = from_site or self._origin_of(target)
        return self._send(method, target, page, {**more, "headers": headers or {}}, navigates=False)

    def script_cookies(self, url: str = "/") -> dict[str, str]:
        """What a script on a page can read (``document.cookie``): all but HttpOnly."""
        found = self.cookies.fitting(self._absolute(url), self._clock.time())
        return {cookie.name: cookie.value for cookie in found if not cookie.http_only}

    def restart(self) -> None:
        """Close the browser and open it again: cookies without an end are gone."""
        self.cookies.end_session()
        self.page = None

    def _navigate(self, method: str, url: str, page: str | None, more: Mapping[str, Any]) -> Exchange:
        first = len(self.client.transcript)
        for _ in range(_MOST_REDIRECTS + 1):
            self.page = self._send(method, url, page, more, navigates=True)
            if self.page.status not in _REDIRECTS or not self.page.location:
                return self.page
            url = urldefrag(self.page.location).url
            if self.page.status not in _KEEPS_METHOD and method != "HEAD":
                method, more = "GET", {}
        raise CheckFailed(
            f"`{self.client.transcript[first].asked}` redirected more than {_MOST_REDIRECTS} times; the last address "
            f"was `{url}`. Look for two pages that send the browser to each other.",
            tables=(conversation_table(self.client.transcript[first:]),),
        )

    def _send(self, method: str, url: str, page: str | None, more: Mapping[str, Any], *, navigates: bool) -> Exchange:
        cross = page is not None and not same_site(page, url)
        headers = self._headers(method, url, page, navigates)
        found = self.cookies.fitting(
            url, self._clock.time(), cross_site=cross, top_level_get=navigates and method in {"GET", "HEAD"}
        )
        if found:
            headers["Cookie"] = "; ".join(f"{cookie.name}={cookie.value}" for cookie in found)
        given = dict(more.get("headers", {}))
        made = self.client.request(method, url, **{**more, "headers": headers | given})
        for line in made.header_values("Set-Cookie"):
            self.cookies.take(line, url, self._clock.time(), cross_site=cross and not navigates)
        return made

    def _headers(self, method: str, url: str, page: str | None, navigates: bool) -> dict[str, str]:
        """What a browser says about where a request comes from (Fetch Metadata, Origin, Referer)."""
        headers = {"Sec-Fetch-Site": self._relation(page, url), "Sec-Fetch-Mode": "navigate" if navigates else "cors"}
        if page is None:
            return headers
        origin = self._origin_of(page)
        if method not in {"GET", "HEAD"} or (not navigates and origin != self._origin_of(url)):
            headers["Origin"] = origin
        # The default policy, strict-origin-when-cross-origin; nothing goes from https to http.
        if not (urlsplit(page).scheme == "https" and urlsplit(url).scheme == "http"):
            headers["Referer"] = page if origin == self._origin_of(url) else f"{origin}/"
        return headers

    def _relation(self, page: str | None, url: str) -> str:
        if page is None:
            return "none"
        if self._origin_of(page) == self._origin_of(url):
            return "same-origin"
        return "same-site" if same_site(page, url) else "cross-site"

    def _absolute(self, url: str) -> str:
        return urldefrag(urljoin(self.client.base, url)).url

    @staticmethod
    def _origin_of(url: str) -> str:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc}"
