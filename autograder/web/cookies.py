"""A browser's cookies: what a Set-Cookie line is allowed to set, and which cookies go with a request (RFC 6265bis)."""

from __future__ import annotations

import email.utils
import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, urlsplit

__all__ = ["Cookie", "CookieJar", "same_site", "site_of"]

_MOST_BYTES = 4096
_LONGEST = 400 * 86_400  # seconds; browsers keep nothing longer


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie as a browser keeps it.

    Args:
        host: the host that it belongs to.
        host_only: False when a Domain attribute opened it for sub-domains.
        same_site: ``Strict``, ``Lax`` or ``None``; Lax when the server said nothing.
        expires: seconds since 1970; None for as long as the browser is open.
        made: its rank among the cookies, oldest first.
    """

    name: str
    value: str
    host: str
    path: str = "/"
    host_only: bool = True
    secure: bool = False
    http_only: bool = False
    same_site: str = "Lax"
    expires: float | None = None
    made: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        """A cookie with the same key is replaced."""
        return self.name, self.host, self.path

    def goes_to(self, url: SplitResult) -> bool:
        """Whether host, path and scheme fit."""
        host = (url.hostname or "").lower()
        if host != self.host and (self.host_only or not _under(host, self.host)):
            return False
        path = url.path or "/"
        fits = path == self.path or (
            path.startswith(self.path) and (self.path[-1] == "/" or path[len(self.path)] == "/")
        )
        return fits and (not self.secure or _trusted(url))


class CookieJar:
    """All cookies of one browser."""

    def __init__(self) -> None:
        self.refused: list[str] = []
        self._cookies: dict[tuple[str, str, str], Cookie] = {}
        self._made = 0

    def __iter__(self) -> Iterator[Cookie]:
        return iter(sorted(self._cookies.values(), key=lambda cookie: cookie.made))

    def __len__(self) -> int:
        return len(self._cookies)

    def get(self, name: str) -> Cookie | None:
        """The newest cookie of that name, wherever it belongs."""
        return max((one for one in self if one.name == name), key=lambda one: one.made, default=None)

    def put(self, cookie: Cookie) -> None:
        """Plant a cookie as it is, as an attacker on a neighbouring host may."""
        self._made += 1
        self._cookies[cookie.key] = replace(cookie, made=self._made)

    def clear(self) -> None:
        self._cookies.clear()

    def end_session(self) -> None:
        """Forget what lasts only as long as the browser is open."""
        self._cookies = {key: cookie for key, cookie in self._cookies.items() if cookie.expires is not None}

    def take(self, line: str, url: str, now: float, *, cross_site: bool = False) -> str:
        """Do what a Set-Cookie line says. Returns why it was refused; empty when it wasn't."""
        cookie, why = _read(line, urlsplit(url), now)
        if cookie is not None and cross_site and cookie.same_site != "None":
            why = f"SameSite={cookie.same_site} can't be set from another site's request"
            cookie = None
        if cookie is None:
            self.refused.append(f"{line.partition('=')[0].strip()[:80]}: {why}")
            return why
        before = self._cookies.pop(cookie.key, None)
        if cookie.expires is None or cookie.expires > now:
            self._made += 1
            self._cookies[cookie.key] = replace(cookie, made=before.made if before else self._made)
        return ""

    def fitting(self, url: str, now: float, *, cross_site: bool = False, top_level_get: bool = True) -> list[Cookie]:
        """The cookies that go with a request: longer paths first, then the older.

        Args:
            cross_site: whether another site's page caused the request.
            top_level_get: whether it's a link or a typed address, as opposed to a form's POST or a script's request.
        """
        self._cookies = {key: one for key, one in self._cookies.items() if one.expires is None or one.expires > now}
        parts = urlsplit(url)
        # Chrome sends fresh Lax cookies with a cross-site POST for two minutes; no app should count on either.
        allowed = {"Strict", "Lax", "None"} if not cross_site else {"Lax", "None"} if top_level_get else {"None"}
        found = [one for one in self if one.same_site in allowed and one.goes_to(parts)]
        return sorted(found, key=lambda one: (-len(one.path), one.made))


def _read(line: str, url: SplitResult, now: float) -> tuple[Cookie | None, str]:
    """Read a Set-Cookie line: the cookie, or why a browser refuses it."""
    pair, *rest = line.split(";")
    name, equals, value = (part.strip() for part in pair.partition("="))
    if not equals or not name:
        return None, "it has no name"
    if len(name) + len(value) > _MOST_BYTES:
        return None, "it is larger than 4096 bytes"
    said = {key.strip().lower(): text.strip() for key, _, text in (part.partition("=") for part in rest)}
    host = (url.hostname or "").lower()
    domain = said.get("domain", "").lstrip(".").lower()
    if domain and domain != host and ("." not in domain or not _under(host, domain)):
        return None, f"Domain={domain} doesn't cover {host}"
    path = said.get("path", "")
    cookie = Cookie(
        name=name,
        value=value,
        host=domain or host,
        path=path if path.startswith("/") else _default_path(url.path),
        host_only=not domain,
        secure="secure" in said,
        http_only="httponly" in said,
        same_site={"strict": "Strict", "none": "None"}.get(said.get("samesite", "").lower(), "Lax"),
        expires=_expires(said, now),
    )
    why = _forbidden(cookie, url, has_path=path == "/")
    return (None, why) if why else (cookie, "")


def _forbidden(cookie: Cookie, url: SplitResult, *, has_path: bool) -> str:
    prefix = cookie.name.lower()
    if cookie.secure and not _trusted(url):
        return "a Secure cookie can only be set over https"
    if cookie.same_site == "None" and not cookie.secure:
        return "SameSite=None needs Secure"
    if prefix.startswith("__secure-") and not cookie.secure:
        return "the prefix __Secure- needs Secure"
    if prefix.startswith("__host-") and not (cookie.secure and cookie.host_only and has_path):
        return "the prefix __Host- needs Secure, Path=/ and no Domain"
    return ""


def _expires(said: dict[str, str], now: float) -> float | None:
    """Max-Age goes before Expires; what can't be read counts as absent."""
    age = said.get("max-age", "")
    if age.lstrip("-").isascii() and age.lstrip("-").isdigit():
        seconds = -1.0 if age.startswith("-") or int(age[:12]) == 0 else float(min(int(age[:12]), _LONGEST))
        return now + seconds
    if "expires" not in said:
        return None
    try:
        moment = email.utils.parsedate_to_datetime(said["expires"].replace("-", " "))
        return min(moment.timestamp(), now + _LONGEST)
    except (ValueError, OverflowError):
        return None


def _default_path(path: str) -> str:
    return path[: path.rfind("/")] if path.startswith("/") and path.rfind("/") > 0 else "/"


def _under(host: str, domain: str) -> bool:
    return host.endswith(f".{domain}") and not _is_address(host)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _trusted(url: SplitResult) -> bool:
    host = url.hostname or ""
    return url.scheme == "https" or host == "localhost" or host.endswith(".localhost")


def site_of(url: str) -> str:
    """A URL's site: scheme and registrable domain, for which the last two labels stand here."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    labels = [host] if _is_address(host) else host.split(".")[-2:]
    return f"{parts.scheme}://{'.'.join(labels)}"


def same_site(one: str, other: str) -> bool:
    """Whether two URLs are of one site."""
    return site_of(one) == site_of(other)
